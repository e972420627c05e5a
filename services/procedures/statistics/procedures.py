"""Counts the figures of the procedures in force, and lists what stands behind each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.agencies import get_agency
from services.procedures.identifiers import path_of
from services.procedures.models import ProcedureVersion
from services.procedures.schemas import ProcedureSummary
from services.procedures.search.queries import Search, filters_of
from services.procedures.statistics.figures import FIGURES, Figure, Scope
from shared import paging
from shared.events import AgencyLevel


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose procedures are counted on which day; what is left out filters nothing."""

    on: date
    agency: str | None = None
    field: str | None = None
    level: AgencyLevel | None = None


async def count(session: AsyncSession, wanted: Wanted) -> tuple[int, dict[Figure, tuple[int, int]]]:
    """The number in force, and each figure's numerator and denominator; raises NotFound."""
    scope = await _scope(session, wanted)
    counts: list[ColumnElement[int]] = [func.count()]
    for definition in FIGURES.values():
        of, counted = definition.of(scope), definition.counted(scope)
        counts += [func.count().filter(of, counted), func.count().filter(of)]
    statement = select(*counts).select_from(ProcedureVersion)
    filters = await conditions(session, wanted)
    in_force, *numbers = (await session.execute(statement.where(*filters))).one()
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return in_force, dict(zip(FIGURES, pairs, strict=True))


async def list_items(
    session: AsyncSession,
    figure: Figure,
    wanted: Wanted,
    *,
    counted: bool | None,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Any], str | None]:
    """One page by code of a figure's denominator, each saying whether it is in the numerator."""
    definition, scope = FIGURES[figure], await _scope(session, wanted)
    version = ProcedureVersion
    shown = [getattr(version, name) for name in ProcedureSummary.model_fields]
    holds = definition.counted(scope)
    statement = (
        select(*shown, func.coalesce(holds, False).label("counted"))
        .where(*await conditions(session, wanted), definition.of(scope))
        .order_by(version.code)
        .limit(limit + 1)
    )
    if counted is not None:
        statement = statement.where(func.coalesce(holds, False) == counted)
    if after is not None:
        (past_code,) = paging.decode_texts(after, 1)
        statement = statement.where(version.code > past_code)
    rows: Sequence[Any] = (await session.execute(statement)).all()
    page = rows[:limit]
    return page, paging.encode(page[-1].code) if len(rows) > limit else None


async def conditions(session: AsyncSession, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What holds for the versions that are counted; raises NotFound for an unknown agency."""
    search = Search(
        on=wanted.on,
        agency=wanted.agency,
        field=wanted.field,
        level=wanted.level,
    )
    return await filters_of(session, search)


async def _scope(session: AsyncSession, wanted: Wanted) -> Scope:
    if wanted.agency is None:
        return Scope(wanted.on)
    agency = await get_agency(session, wanted.agency)
    return Scope(wanted.on, agency, tuple(path_of(agency.code)))
