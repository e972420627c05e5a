"""Counts figures about agencies: modern one-stops, and who works by ISO documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.procedures.agencies import exists_on, get_agency
from services.procedures.formulas import Formula
from services.procedures.models import Agency, AgencyKind, QualityDocument, TargetVersion
from services.procedures.statistics.shares import needed
from services.procedures.targets import Filter, list_targets
from shared import paging
from shared.events import AgencyLevel

SOURCE: Final = "Danh mục cơ quan và quy trình ISO; chỉ tiêu theo kế hoạch nêu ở từng chỉ tiêu"
TARGETS_MAX: Final = 200
COUNTED_KINDS: Final = {
    Formula.MODERN_ONE_STOP_SHARE: (AgencyKind.PEOPLE_COMMITTEE,),
    Formula.ISO_AGENCY_SHARE: (AgencyKind.PEOPLE_COMMITTEE, AgencyKind.DEPARTMENT),
}
"""The figures, and what kinds of agencies each counts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which agencies are counted on which day: those at and below one, of one level."""

    on: date
    agency: str | None = None
    level: AgencyLevel | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A target held against its figure: how many it takes, and whether they are there."""

    target: TargetVersion
    needed: int
    reached: bool


async def count(session: AsyncSession, formula: Formula, wanted: Wanted) -> tuple[int, int]:
    """Numerator and denominator of a figure; raises NotFound for an unknown agency."""
    counted = func.count().filter(_counted(formula, wanted.on))
    statement = select(counted, func.count()).select_from(Agency)
    filters = await _filters(session, formula, wanted)
    numerator, denominator = (await session.execute(statement.where(*filters))).one()
    return numerator, denominator


async def list_items(
    session: AsyncSession,
    formula: Formula,
    wanted: Wanted,
    *,
    counted: bool | None,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Any], str | None]:
    """One page by code of a figure's denominator, each saying whether it is in the numerator."""
    holds = _counted(formula, wanted.on)
    statement = (
        select(Agency.code, Agency.name, Agency.level, holds.label("counted"))
        .where(*await _filters(session, formula, wanted))
        .order_by(Agency.code)
        .limit(limit + 1)
    )
    if counted is not None:
        statement = statement.where(holds == counted)
    if after is not None:
        (past_code,) = paging.decode_texts(after, 1)
        statement = statement.where(Agency.code > past_code)
    rows: Sequence[Any] = (await session.execute(statement)).all()
    page = rows[:limit]
    return page, paging.encode(page[-1].code) if len(rows) > limit else None


async def held_against(
    session: AsyncSession, formula: Formula, wanted: Wanted, share: tuple[int, int]
) -> list[Held]:
    """The figure against the day's evaluated targets that have a threshold in this scope."""
    sought = Filter(on=wanted.on, formula=formula, agency=wanted.agency)
    found, _ = await list_targets(session, sought, after=None, limit=TARGETS_MAX)
    numerator, denominator = share
    return [
        Held(target, count, numerator >= count)
        for target in found
        if target.evaluated
        and target.threshold is not None
        and (wanted.level is None or not target.levels or wanted.level in target.levels)
        for count in [needed(target.threshold, denominator)]
    ]


async def _filters(
    session: AsyncSession, formula: Formula, wanted: Wanted
) -> list[ColumnElement[bool]]:
    filters = [exists_on(wanted.on), Agency.kind.in_(COUNTED_KINDS[formula])]
    if wanted.agency is not None:
        root = (await get_agency(session, wanted.agency)).code
        filters.append(or_(Agency.code == root, Agency.code.startswith(f"{root}.")))
    if wanted.level is not None:
        filters.append(Agency.level == wanted.level)
    return filters


def _counted(formula: Formula, day: date) -> ColumnElement[bool]:
    if formula is Formula.MODERN_ONE_STOP_SHARE:
        return _has_modern_one_stop(day)
    document = QualityDocument
    return exists().where(
        document.agency == Agency.code,
        document.approved_on <= day,
        document.valid_to.is_(None) | (document.valid_to >= day),
    )


def _has_modern_one_stop(day: date) -> ColumnElement[bool]:
    """Its own, or the one of its one-stop centre."""
    centre = aliased(Agency)
    return or_(
        func.coalesce(Agency.modern_since <= day, False),
        exists().where(
            centre.parent == Agency.code,
            centre.kind == AgencyKind.ONE_STOP_CENTRE,
            centre.modern_since <= day,
            centre.valid_from <= day,
            centre.valid_to.is_(None) | (centre.valid_to >= day),
        ),
    )
