"""Finds procedures: by filters and words, and the version that a date or number names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Integer, Row, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import ProcedureVersion
from services.procedures.procedures import in_force_on
from services.procedures.texts import words
from shared import paging
from shared.errors import NotFound, Unprocessable
from shared.events import AgencyLevel, Method

RANKS: Final = tuple("01234567")
"""How well a procedure matches: 4 when its name begins with the phrase, 2 when the phrase stands
in its name as typed, 1 when it stands anywhere without marks; added up."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a caller looks for; what is left out filters nothing."""

    on: date
    text: str | None = None
    field: str | None = None
    level: AgencyLevel | None = None
    method: Method | None = None
    internal: bool = False


async def list_in_force(
    session: AsyncSession, search: Search, *, after: str | None, limit: int
) -> tuple[Sequence[ProcedureVersion], str | None]:
    """One page of the versions in force, best match first, then by code; and its next cursor."""
    rank = _rank(search.text)
    statement = select(ProcedureVersion, rank.label("rank")).where(*_filters(search))
    if after is not None:
        past_rank, past_code = _position(after)
        if search.text is None:
            statement = statement.where(ProcedureVersion.code > past_code)
        else:
            same = (rank == past_rank) & (ProcedureVersion.code > past_code)
            statement = statement.where(or_(rank < past_rank, same))
    if search.text is not None:
        statement = statement.order_by(rank.desc())
    statement = statement.order_by(ProcedureVersion.code).limit(limit + 1)
    rows: Sequence[Row[ProcedureVersion, int]] = (await session.execute(statement)).all()
    page = rows[:limit]
    more = len(rows) > limit
    following = paging.encode(str(page[-1].rank), page[-1][0].code) if more else None
    return [row[0] for row in page], following


async def get_in_force(session: AsyncSession, code: str, day: date) -> ProcedureVersion:
    """The version in force on a day; raises NotFound."""
    version = await session.scalar(
        select(ProcedureVersion).where(ProcedureVersion.code == code, *in_force_on(day))
    )
    if version is None:
        raise NotFound(f"Thủ tục {code} không có hoặc không có hiệu lực ngày {day:%d/%m/%Y}.")
    return version


async def list_versions(
    session: AsyncSession, code: str, *, drafts: bool
) -> Sequence[ProcedureVersion]:
    """Every version of a procedure, newest first; raises NotFound when there is none to see."""
    statement = select(ProcedureVersion).where(ProcedureVersion.code == code)
    if not drafts:
        statement = statement.where(ProcedureVersion.published_at.is_not(None))
    found = await session.scalars(statement.order_by(ProcedureVersion.version.desc()))
    versions = found.all()
    if not versions:
        raise NotFound(f"Không có thủ tục {code}.")
    return versions


def _filters(search: Search) -> list[ColumnElement[bool]]:
    filters = [*in_force_on(search.on), ProcedureVersion.internal == search.internal]
    if search.field is not None:
        filters.append(ProcedureVersion.field == search.field)
    if search.level is not None:
        filters.append(ProcedureVersion.levels.contains([search.level.value]))
    if search.method is not None:
        filters.append(ProcedureVersion.methods.contains([search.method.value]))
    if search.text is not None:
        if not (wanted := words(search.text)):
            raise Unprocessable("Hãy nhập ít nhất một từ để tìm.", code="search_without_words")
        # Words hold letters, digits, dots and hyphens only, so nothing in them is a wildcard.
        filters.extend(ProcedureVersion.search_key.like(f"%{word}%") for word in wanted)
    return filters


def _rank(text: str | None) -> ColumnElement[int]:
    if text is None:
        return cast(0, Integer)
    as_typed = func.strpos(func.lower(ProcedureVersion.name), text.strip().lower()) > 0
    place = func.strpos(ProcedureVersion.search_key, " ".join(words(text)))
    # The key is the code, a space and then the name.
    begins = place == func.length(ProcedureVersion.code) + 2
    return cast(begins, Integer) * 4 + cast(as_typed, Integer) * 2 + cast(place > 0, Integer)


def _position(after: str) -> tuple[int, str]:
    rank, code = paging.decode_texts(after, 2)
    if rank not in RANKS:
        raise paging.unreadable()
    return int(rank), code
