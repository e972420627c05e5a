"""A small catalogue and valid filings; a test gives only what it is about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg

from services.intake.consumers import HANDLERS
from shared.events import (
    AgencyChanged,
    AgencyLevel,
    CalendarPublished,
    Event,
    LimitUnit,
    Method,
    ProcedurePublished,
    PublishedCase,
    PublishedComponent,
    PublishedLimit,
    PublishedMethod,
    seal,
)
from shared.working_time import VIETNAM_TIME

PLAIN = "1.000001"
SEVERAL_LIMITS = "1.000002"
NO_LIMIT = "1.000003"
SAME_DAY = "1.000004"
INTERNAL = "5.000001"
COMMUNE, OTHER_COMMUNE, DEPARTMENT = "H20.100", "H20.101", "H20.01"
ABOLISHED = "H20.40"
BIRTH_PAPER, MARRIAGE_PAPER, NOTE = "c01-01", "c01-02", "c01-03"
IDENTITY = "087200001234"
SHIFTS = [{"start": "07:00", "end": "11:30"}, {"start": "13:30", "end": "17:00"}]


def at(text: str) -> datetime:
    """What a Vietnamese clock shows, in UTC as programs see it: `at("2026-03-02 08:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM_TIME).astimezone(UTC)


def a_filing(**changed: Any) -> dict[str, Any]:
    filing: dict[str, Any] = {
        "procedure": PLAIN,
        "agency": COMMUNE,
        "channel": "counter",
        "applicant": {"name": "Nguyễn Văn Thử", "identity_number": IDENTITY},
    }
    return filing | changed


def a_calendar(version: int = 1, **changed: Any) -> CalendarPublished:
    definition = {
        "code": "VN-HANH-CHINH",
        "version": version,
        "first_on": "2025-01-01",
        "last_on": "2027-12-31",
        "weekly": {str(day): SHIFTS for day in range(5)},
    }
    return CalendarPublished(code="VN-HANH-CHINH", version=version, definition=definition | changed)


def an_agency(code: str, **changed: Any) -> AgencyChanged:
    told: dict[str, Any] = {
        "code": code,
        "name": f"Cơ quan {code}",
        "level": AgencyLevel.COMMUNE,
        "kind": "one_stop",
        "parent": code.rpartition(".")[0] or None,
        "calendar": None,
        "valid_from": date(2019, 1, 1),
        "valid_to": None,
    }
    return AgencyChanged(**(told | changed))


def a_row(
    row: str, method: Method, value: str | None, unit: LimitUnit = LimitUnit.WORKING_DAY
) -> PublishedMethod:
    limit = None if value is None else PublishedLimit(value=Decimal(value), unit=unit)
    return PublishedMethod(id=row, case=None, method=method, limit=limit, fee=None)


def a_component(identity: str, *, is_note: bool = False) -> PublishedComponent:
    count = 0 if is_note else 1
    return PublishedComponent(
        id=identity, name=f"Giấy {identity}", originals=count, copies=0, is_note=is_note
    )


def a_procedure(code: str = PLAIN, **changed: Any) -> ProcedurePublished:
    first = PublishedCase(
        id="c01",
        name="Thông thường",
        components=(
            a_component(BIRTH_PAPER),
            a_component(MARRIAGE_PAPER),
            a_component(NOTE, is_note=True),
        ),
    )
    second = PublishedCase(id="c02", name="Ủy quyền", components=(a_component("c02-01"),))
    told: dict[str, Any] = {
        "code": code,
        "version": 1,
        "name": "Thủ tục thử",
        "field": "Hộ tịch",
        "levels": (AgencyLevel.COMMUNE,),
        "valid_from": date(2019, 1, 1),
        "valid_to": None,
        "internal": False,
        "same_day": False,
        "cases": (first, second),
        "methods": (
            a_row("direct", Method.DIRECT, "10"),
            a_row("online", Method.ONLINE, "5"),
            a_row("postal", Method.POSTAL, "15", LimitUnit.DAY),
        ),
    }
    return ProcedurePublished(**(told | changed))


def a_catalogue() -> list[Event]:
    return [
        a_calendar(),
        an_agency("H20", level=AgencyLevel.PROVINCE),
        an_agency(DEPARTMENT, level=AgencyLevel.PROVINCE),
        an_agency(COMMUNE),
        an_agency(OTHER_COMMUNE),
        an_agency(
            ABOLISHED,
            level=AgencyLevel.DISTRICT,
            valid_to=date(2025, 6, 30),
            successors=(COMMUNE,),
        ),
        a_procedure(),
        a_procedure(
            SEVERAL_LIMITS,
            methods=(a_row("short", Method.DIRECT, "5"), a_row("long", Method.DIRECT, "30")),
        ),
        a_procedure(NO_LIMIT, methods=(a_row("direct", Method.DIRECT, None),)),
        a_procedure(SAME_DAY, same_day=True, methods=(a_row("direct", Method.DIRECT, "1"),)),
        a_procedure(INTERNAL, internal=True),
    ]


async def tell(database_url: str, told: Sequence[Event]) -> None:
    """Let intake's consumer apply facts, one call each."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            for fact in told:
                envelope = seal(
                    fact,
                    source="procedures",
                    aggregate_id=str(getattr(fact, "code", "")),
                    sequence=1,
                    agency="VN",
                )
                await HANDLERS[type(fact)](connection, [envelope])
    finally:
        await connection.close()
