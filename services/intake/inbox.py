"""What lies with an officer, a unit or an agency, walked by key (rõ người, rõ việc)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import listing
from services.intake.copies import Catalogue
from services.intake.desk import Desk
from services.intake.inbox_statement import InboxStatement
from services.intake.search_statement import LATERAL_AGENCIES_MAX
from shared import paging
from shared.errors import FieldError, Problem, Unprocessable
from shared.times import to_vietnam

ONE_DAY = timedelta(days=1)
MOMENTS = ("given_at", "confirmed_at", "due_at")


class Whose(StrEnum):
    """With whom the open steps lie."""

    MINE = "mine"
    UNIT = "unit"
    AGENCY = "agency"
    GIVEN = "given"
    """Given away by me and not confirmed, so still mine to answer for."""


class Only(StrEnum):
    """Which of them."""

    TO_CONFIRM = "to_confirm"
    UNCLAIMED = "unclaimed"
    LATE_STEP = "late_step"
    DUE_TODAY = "due_today"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an inbox is asked for."""

    whose: Whose
    only: Only | None = None
    agency: str | None = None
    unit: str | None = None
    procedure: str | None = None


async def find(
    session: AsyncSession, desk: Desk, asked: Asked, *, after: str | None, limit: int
) -> bytes:
    """Write a page of open steps: the oldest first, or by due date if one is asked for."""
    if asked.whose is Whose.UNIT and asked.unit is None:
        raise _needed("unit", "unit_needed", "Hãy nêu đơn vị (unit).")
    catalogue, connection = await desk.catalogue(session)
    statement = InboxStatement()
    _narrow(statement, asked, desk.now)
    agencies = _whom(statement, asked, desk, catalogue)
    if after is not None:
        statement.beyond(*_place(after))
    found = await connection.fetch(statement.text(agencies, limit + 1), *statement.arguments)
    page = found[:limit]
    dossiers = await listing.listed(connection, [row["dossier_id"] for row in page])
    last = page[-1] if len(found) > limit else None
    return listing.page(
        [
            {"work": _held(row), "dossier": dossier}
            for row, dossier in zip(page, dossiers, strict=True)
        ],
        paging.encode(last["key"].isoformat(), str(last["dossier_id"]), last["step"])
        if last
        else None,
    )


def _held(row: asyncpg.Record) -> dict[str, Any]:
    held = dict(row)
    del held["dossier_id"], held["key"]
    listing.local(held, MOMENTS)
    return held


def _narrow(statement: InboxStatement, asked: Asked, now: datetime) -> None:
    match asked.only:
        case Only.TO_CONFIRM:
            statement.conditions.append("a.confirmed_at is null")
        case Only.UNCLAIMED:
            statement.conditions.append("a.officer is null")
        case Only.WAITING:
            statement.waiting()
        case Only.LATE_STEP:
            statement.late(now)
        case Only.DUE_TODAY:
            midnight = to_vietnam(now).replace(hour=0, minute=0, second=0, microsecond=0)
            statement.due_between(midnight, midnight + ONE_DAY)
        case None:
            pass
    if asked.procedure is not None:
        statement.of_procedure(asked.procedure)


def _whom(
    statement: InboxStatement, asked: Asked, desk: Desk, catalogue: Catalogue
) -> list[str] | None:
    """Say with whom; tells the agencies to look in one by one, None where an officer is enough."""
    agencies = _agencies(desk, catalogue, asked.agency)
    if asked.whose in {Whose.MINE, Whose.GIVEN}:
        if asked.whose is Whose.MINE:
            statement.equal("a.officer", desk.principal.subject)
        else:
            statement.equal("a.from_officer", desk.principal.subject)
            statement.conditions.append("a.confirmed_at is null")
        if agencies is not None:
            statement.within(agencies)
        return None
    if agencies is None or len(agencies) > LATERAL_AGENCIES_MAX:
        raise _needed("agency", "agency_needed", "Phạm vi quá rộng; hãy chọn cơ quan (agency).")
    if asked.whose is Whose.UNIT:
        statement.equal("a.unit", asked.unit)
    return agencies


def _agencies(desk: Desk, catalogue: Catalogue, below: str | None) -> list[str] | None:
    """The agencies of the caller's scope; None for all of them."""
    principal = desk.principal
    if below is None:
        return None if principal.everywhere else catalogue.below(principal.agencies)
    return [code for code in catalogue.below([below]) if principal.covers(code)]


def _needed(member: str, code: str, detail: str) -> Problem:
    return Unprocessable(
        detail,
        code=code,
        errors=[FieldError(pointer=f"/query/{member}", detail=detail, code=code)],
    )


def _place(after: str) -> tuple[Any, Any, str]:
    moment, dossier, step = paging.decode_texts(after, 3)
    try:
        place = datetime.fromisoformat(moment), UUID(dossier), step
    except ValueError as broken:
        raise paging.unreadable() from broken
    if place[0].tzinfo is None:
        raise paging.unreadable()
    return place
