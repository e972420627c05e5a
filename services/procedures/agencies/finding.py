"""Finds agencies: one by its code, many by where they stand and what they are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import identifiers
from services.procedures.models import Agency, AgencyKind
from shared import paging
from shared.errors import NotFound
from shared.events import AgencyLevel

# Days are ISO texts in JSON, which sort as the days do.
ACTS_ON: Final = (
    "$[*] ? (@.agency == $agency && @.valid_from <= $day"
    " && (@.valid_to == null || @.valid_to >= $day))"
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which agencies a caller wants; what is left out filters nothing."""

    parent: str | None = None
    level: AgencyLevel | None = None
    kind: AgencyKind | None = None
    identifier: str | None = None
    acts_for: str | None = None
    on: date | None = None


async def get_agency(session: AsyncSession, code: str) -> Agency:
    """The agency of that code; raises NotFound."""
    agency = await session.get(Agency, code)
    if agency is None:
        raise NotFound(f"Không có cơ quan {code}.")
    return agency


async def known_codes(session: AsyncSession) -> frozenset[str]:
    """The codes of all agencies, past ones too; a nation has some ten thousand."""
    return frozenset(await session.scalars(select(Agency.code)))


async def list_agencies(
    session: AsyncSession, wanted: Filter, *, after: str | None, limit: int
) -> tuple[Sequence[Agency], str | None]:
    """One page by code, which is the order of the tree; and its next cursor."""
    statement = select(Agency).where(*_conditions(wanted)).order_by(Agency.code).limit(limit + 1)
    if after is not None:
        (past_code,) = paging.decode_texts(after, 1)
        statement = statement.where(Agency.code > past_code)
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    return page, paging.encode(page[-1].code) if len(found) > limit else None


def exists_on(day: date) -> ColumnElement[bool]:
    """What holds for an agency that is there on a business date."""
    return (Agency.valid_from <= day) & (Agency.valid_to.is_(None) | (Agency.valid_to >= day))


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.parent is not None:
        conditions.append(Agency.parent == wanted.parent)
    if wanted.level is not None:
        conditions.append(Agency.level == wanted.level)
    if wanted.kind is not None:
        conditions.append(Agency.kind == wanted.kind)
    if wanted.identifier is not None:
        conditions.append(_called(wanted.identifier))
    if wanted.acts_for is not None:
        conditions.append(Agency.acts_for.contains([{"agency": wanted.acts_for}]))
    if wanted.on is not None:
        conditions.append(exists_on(wanted.on))
    if wanted.acts_for is not None and wanted.on is not None:
        given = literal({"agency": wanted.acts_for, "day": wanted.on.isoformat()}, JSONB)
        conditions.append(func.jsonb_path_exists(Agency.acts_for, cast(ACTS_ON, JSONPATH), given))
    return conditions


def _called(identifier: str) -> ColumnElement[bool]:
    written = identifiers.same(identifier)
    return or_(
        Agency.code.in_(written),
        Agency.old_identifier.in_(written),
        Agency.other_codes.contains([{"code": identifier}]),
    )
