"""Lists the versions in force that a search asks for, best match first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    SQLColumnExpression,
    TextClause,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.competences import handled_by
from services.procedures.models import ProcedureVersion
from services.procedures.procedures import in_force_on
from services.procedures.records import BoundaryFree, OnlineLevel
from services.procedures.schemas import ProcedureSummary
from services.procedures.search.corrections import corrections_of
from services.procedures.search.fragments import Fragment, joined
from services.procedures.search.phrase import KEY, NAME, Match, Phrase
from shared import paging
from shared.events import AgencyLevel, Method

LENGTH_STEPS: Final = 10_000
PHRASES_END: Final = Match.CORRECTED * LENGTH_STEPS
RANK_MAX: Final = len(Match) * LENGTH_STEPS

SHOWN: Final = tuple(ProcedureSummary.model_fields)
RANK: Final = literal_column("rank", Integer)


@dataclass(frozen=True, slots=True)
class Search:
    """What a caller looks for; what is left out filters nothing."""

    on: date
    text: str | None = None
    field: str | None = None
    level: AgencyLevel | None = None
    method: Method | None = None
    agency: str | None = None
    online_level: OnlineLevel | None = None
    same_day: bool | None = None
    linked: bool | None = None
    boundary_free: BoundaryFree | None = None
    internal: bool = False


async def list_in_force(
    session: AsyncSession, search: Search, *, after: str | None, limit: int
) -> tuple[Sequence[Row[Any]], str | None]:
    """One page of the versions in force, best match first, then by code; and its next cursor."""
    past = _position(after) if after is not None else None
    if search.text is None:
        rows = await _page(session, Fragment("0"), await filters_of(session, search), past, limit)
    else:
        rows = await _ranked_page(session, search, search.text, past, limit)
    page = rows[:limit]
    more = len(rows) > limit
    following = paging.encode(page[-1].rank, page[-1].code) if more else None
    return page, following


async def _ranked_page(
    session: AsyncSession, search: Search, text: str, past: tuple[int, str] | None, limit: int
) -> list[Row[Any]]:
    readings = Phrase.readings(text)
    filters = await filters_of(session, search)
    found = _any_found(readings)
    matches = [phrase.match() for phrase in readings]
    rows = await _page(session, _rank(matches), [*filters, found], past, limit)
    best = rows
    if past is not None and past[0] >= PHRASES_END:
        best = await _page(session, _rank(matches), [*filters, found], None, 0)
    if (past is not None and past[0] < PHRASES_END) or (best and best[0].rank < PHRASES_END):
        return rows
    corrected = await corrections_of(session, readings[0])
    if not corrected:
        return rows
    rank = _rank([*matches, *(phrase.match_corrected() for phrase in corrected)])
    found = _any_found([*readings, *corrected])
    return await _page(session, rank, [*filters, found], past, limit)


async def filters_of(session: AsyncSession, search: Search) -> list[ColumnElement[bool]]:
    """The conditions of a search beside its words; raises NotFound for an unknown agency."""
    version = ProcedureVersion
    filters = [*in_force_on(search.on), version.internal == search.internal]
    if search.level is not None:
        filters.append(version.levels.contains([search.level.value]))
    if search.method is not None:
        filters.append(version.methods.contains([search.method.value]))
    if search.agency is not None:
        filters.append(await handled_by(session, search.agency, search.on))
    exact: tuple[tuple[SQLColumnExpression[Any], object], ...] = (
        (version.field, search.field),
        (version.online_level, search.online_level),
        (version.same_day, search.same_day),
        (version.linked, search.linked),
        (version.boundary_free, search.boundary_free),
    )
    return filters + [column == wanted for column, wanted in exact if wanted is not None]


def _any_found(phrases: Iterable[Phrase]) -> TextClause:
    return joined(" or ", [phrase.found_in(KEY) for phrase in phrases]).clause("found")


def _rank(matches: Sequence[Fragment]) -> Fragment:
    """One number to order and page by: the best match, then how long the name is."""
    best = joined(", ", matches)
    # Bare names are ASCII but for foreign letters; counting characters would read them whole.
    length = f"least(octet_length({NAME}), {LENGTH_STEPS - 1})"
    return Fragment(f"least{best.sql} * {LENGTH_STEPS} + {length}", best.given)


async def _page(
    session: AsyncSession,
    rank: Fragment,
    filters: Sequence[ColumnElement[bool] | TextClause],
    past: tuple[int, str] | None,
    limit: int,
) -> list[Row[Any]]:
    shown = [getattr(ProcedureVersion, name) for name in SHOWN]
    named = Fragment(f"{rank.sql} as rank", rank.given).clause("rank")
    ranked = select(*shown, named).where(*filters).subquery()
    statement = select(ranked, RANK).order_by(RANK, ranked.c.code).limit(limit + 1)
    if past is not None:
        statement = statement.where(tuple_(RANK, ranked.c.code) > past)
    return list((await session.execute(statement)).all())


def _position(after: str) -> tuple[int, str]:
    match paging.decode(after, 2):
        case [int(rank), str(code)] if 0 <= rank < RANK_MAX and "\x00" not in code:
            return rank, code
    raise paging.unreadable()
