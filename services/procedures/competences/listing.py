"""The list of a procedure's agencies: read it, replace it, tell it."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Final

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.facts import tell
from services.procedures.models import Agency, Competence, CompetenceLine, Procedure
from services.procedures.schemas import CompetenceContent, CompetenceDescription
from shared import paging
from shared.errors import Forbidden, NotFound, Unprocessable
from shared.events import CompetenceChanged, CompetentAgency

Lines = tuple[CompetenceContent, ...]

NUMBER_DIGITS_MAX: Final = 9
"""What the database takes as an integer."""


async def put(
    session: AsyncSession,
    procedure: str,
    wanted: Sequence[CompetenceDescription],
    *,
    covers: Callable[[str], bool],
) -> Lines:
    """Make the list what is wanted, in its order; telling nobody when it is that already.

    Raises Forbidden when a line that comes, goes or changes is of an agency that the officer does
    not cover.
    """
    held = await hold(session, procedure)
    lines = tuple(CompetenceContent(**line.model_dump()) for line in wanted)
    kept = await get_lines(session, procedure)
    for agency in {line.agency for line in set(lines) ^ set(kept)}:
        if not covers(agency):
            raise Forbidden(
                f"Cơ quan {agency} không thuộc phạm vi của bạn.", code="agency_out_of_scope"
            )
    _refuse_overlaps(lines)
    await _refuse_unknown(session, lines)
    if held.sequence > 0 and lines == kept:
        return kept
    await session.execute(delete(CompetenceLine).where(CompetenceLine.procedure == procedure))
    session.add_all(
        CompetenceLine(procedure=procedure, number=number, **line.model_dump())
        for number, line in enumerate(lines, start=1)
    )
    told = tuple(CompetentAgency(**line.model_dump()) for line in lines)
    await tell(session, held, CompetenceChanged(procedure=procedure, lines=told))
    return lines


async def hold(session: AsyncSession, procedure: str) -> Competence:
    """The procedure's list, held until the transaction ends; raises NotFound."""
    if await session.get(Procedure, procedure) is None:
        raise NotFound(f"Không có thủ tục {procedure}.")
    fresh = insert(Competence).values(procedure=procedure).on_conflict_do_nothing()
    await session.execute(fresh)
    return await session.get_one(
        Competence, procedure, with_for_update=True, populate_existing=True
    )


async def get_lines(session: AsyncSession, procedure: str) -> Lines:
    """The procedure's list in its order; empty when nobody is listed."""
    found = await session.scalars(
        select(CompetenceLine)
        .where(CompetenceLine.procedure == procedure)
        .order_by(CompetenceLine.number)
    )
    return tuple(CompetenceContent.model_validate(line) for line in found)


async def list_lines(
    session: AsyncSession,
    *,
    procedure: str | None,
    agency: str | None,
    after: str | None,
    limit: int,
) -> tuple[Sequence[CompetenceLine], str | None]:
    """One page of lines by procedure, each in its list's order; and its next cursor."""
    key = (CompetenceLine.procedure, CompetenceLine.number)
    statement = select(CompetenceLine).order_by(*key).limit(limit + 1)
    if procedure is not None:
        statement = statement.where(CompetenceLine.procedure == procedure)
    if agency is not None:
        statement = statement.where(CompetenceLine.agency == agency)
    if after is not None:
        past_procedure, past_number = paging.decode_texts(after, 2)
        if not past_number.isdecimal() or len(past_number) > NUMBER_DIGITS_MAX:
            raise paging.unreadable()
        statement = statement.where(tuple_(*key) > tuple_(past_procedure, int(past_number)))
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    more = len(found) > limit
    return page, paging.encode(page[-1].procedure, str(page[-1].number)) if more else None


def _refuse_overlaps(lines: Lines) -> None:
    for one, other in combinations(lines, 2):
        same = (one.agency, one.level, one.role) == (other.agency, other.level, other.role)
        if same and _overlap(one, other):
            raise Unprocessable(
                f"Cơ quan {one.agency} được nêu hai lần cho cùng việc trong cùng thời gian.",
                code="competence_overlaps",
            )


def _overlap(one: CompetenceContent, other: CompetenceContent) -> bool:
    first, last = sorted((one, other), key=lambda line: line.valid_from)
    return first.valid_to is None or last.valid_from <= first.valid_to


async def _refuse_unknown(session: AsyncSession, lines: Lines) -> None:
    named = {line.agency for line in lines}
    known = set(await session.scalars(select(Agency.code).where(Agency.code.in_(named))))
    if unknown := named - known:
        raise Unprocessable(
            f"Không có cơ quan {', '.join(sorted(unknown))}.", code="agency_unknown"
        )
