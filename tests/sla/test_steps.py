"""Who had a dossier in hand, how long, and whether in time; whatever the batches."""

import random
from datetime import datetime
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from services.sla.models import METADATA
from shared.events import (
    DossierHandoverConfirmed,
    DossierPaymentDemanded,
    DossierPaymentReceived,
    DossierStepAssigned,
    DossierStepCompleted,
    DossierWithdrawn,
    Envelope,
    Event,
    LimitUnit,
    PublishedLimit,
)
from shared.tables import REBUILT
from tests.sla.factories import at, imported, life, make_accepted
from tests.sla.stream import deliver, deliver_in_batches

AGENCY = "H20.40.01"
HOURS_8 = PublishedLimit(value=Decimal(8), unit=LimitUnit.HOUR)


def assigned(text: str, step: str, officer: str | None = None, **changed: Any) -> Event:
    values: dict[str, Any] = {
        "step": step,
        "step_name": f"Bước {step}",
        "agency": AGENCY,
        "unit": f"Phòng {step}",
        "officer": officer,
        "limit": HOURS_8,
        "due_at": None,
        "confirmed": False,
        "assigned_at": at(text),
    }
    return DossierStepAssigned(**(values | changed))


def confirmed(text: str, step: str, officer: str) -> Event:
    return DossierHandoverConfirmed(
        step=step, agency=AGENCY, officer=officer, given_at=at(text), confirmed_at=at(text)
    )


def completed(text: str, number: int, **changed: Any) -> DossierStepCompleted:
    values: dict[str, Any] = {
        "step": number,
        "name": f"Bước {number}",
        "unit": "Phòng 1",
        "officer": "an",
        "completed_at": at(text),
    }
    return DossierStepCompleted(**(values | changed))


def paid(demanded: str, received: str) -> list[Event]:
    return [
        DossierPaymentDemanded(number=1, amount=1, currency="VND", demanded_at=at(demanded)),
        DossierPaymentReceived(
            number=1,
            amount=1,
            currency="VND",
            means="cash",
            settled=True,
            received_at=at(received),
            calendar="LICH-THU",
            calendar_version=1,
        ),
    ]


ACCEPTED = make_accepted(at("2026-03-02 08:00"))
FOLLOWED: list[Event] = [
    ACCEPTED,
    assigned("2026-03-02 08:00", "1", "an", confirmed=True, due_at=at("2026-03-02 17:00")),
    completed("2026-03-02 10:00", 1, process_step="1", due_at=at("2026-03-02 17:00")),
    assigned(
        "2026-03-02 10:00", "2", from_unit="Phòng 1", from_officer="an",
        due_at=at("2026-03-03 10:00"),
    ),
    confirmed("2026-03-02 14:00", "2", "binh"),
    *paid("2026-03-03 08:00", "2026-03-04 08:00"),
    completed(
        "2026-03-05 09:00", 2, process_step="2", unit="Phòng 2", officer="binh",
        due_at=at("2026-03-04 10:00"),
    ),
    assigned("2026-03-05 09:00", "3", "chi", confirmed=True, due_at=at("2026-03-06 17:00")),
]  # fmt: skip


def another() -> list[Event]:
    """The same life of another dossier."""
    return [make_accepted(at("2026-03-02 08:00")), *FOLLOWED[1:]]


async def stays(connection: asyncpg.Connection) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await connection.fetch("select * from stay order by 1, 2")
    return rows


def told(row: asyncpg.Record, *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


async def test_each_stay_has_its_minutes_without_waiting_and_its_verdict(
    connection: asyncpg.Connection,
) -> None:
    await deliver(connection, life(FOLLOWED))

    first, second, third = await stays(connection)

    judged = ("outcome", "verdict", "spent_minutes", "transit_minutes")
    assert told(first, *judged) == ("completed", "on_time", 120, 0)
    # 10:00 to 14:00 it lay with the giver (lunch is no work); then 14:00 to 17:00, an hour on
    # Tuesday, nothing while payment was waited for, and from Wednesday 08:00 to Thursday 09:00.
    assert told(second, *judged) == ("completed", "late", 3 * 60 + 60 + 7 * 60 + 2 * 60, 120)
    assert told(second, "unit", "officer", "from_unit") == ("Phòng 2", "binh", "Phòng 1")
    assert told(third, "officer", "ended_at", "verdict") == ("chi", None, None)


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_the_batches_the_stays_are_the_same(
    connection: asyncpg.Connection, seed: int
) -> None:
    lives = [life(another()), life(another()[:6]), [imported(another())]]
    await deliver(connection, [envelope for one in lives for envelope in one])
    whole = await stays(connection)
    assert len(whole) == 3 + 2 + 3
    tables = [table.name for table in METADATA.sorted_tables if table.info.get(REBUILT)]
    kept = {"agency_copy", "calendar_copy", "procedure_copy", "reached", "applied"}
    for table in set(tables) - kept:
        await connection.execute(f"delete from {table}")

    mixed: list[Envelope[Event]] = []
    while any(lives):
        mixed.append(random.Random(seed + len(mixed)).choice([one for one in lives if one]).pop(0))
    await deliver_in_batches(connection, mixed, random.Random(seed))

    assert [dict(row) for row in await stays(connection)] == [dict(row) for row in whole]


async def test_an_officer_who_passes_a_step_on_has_a_stay_of_his_own(
    connection: asyncpg.Connection,
) -> None:
    facts = [
        ACCEPTED,
        assigned("2026-03-02 08:00", "1", "an", confirmed=True, due_at=at("2026-03-02 17:00")),
        assigned("2026-03-02 09:00", "1", "binh", due_at=at("2026-03-02 17:00")),
        confirmed("2026-03-02 10:00", "1", "binh"),
        completed(
            "2026-03-02 11:00", 1, process_step="1", officer="binh", due_at=at("2026-03-02 17:00")
        ),
    ]
    await deliver(connection, life(facts))
    passed, taken = await stays(connection)
    assert told(passed, "officer", "outcome", "spent_minutes") == ("an", "handed_over", 60)
    assert told(taken, "officer", "spent_minutes", "transit_minutes") == ("binh", 60, 60)


async def test_without_a_process_each_finished_step_is_a_stay(
    connection: asyncpg.Connection,
) -> None:
    facts = [
        ACCEPTED,
        completed("2026-03-02 10:00", 1, next_unit="Phòng 2", next_officer="binh"),
        completed("2026-03-03 08:00", 2, unit="Phòng 2", officer="binh"),
    ]
    await deliver(connection, life(facts))
    first, second = await stays(connection)
    assert told(first, "unit", "spent_minutes", "verdict") == ("Phòng 1", 120, None)
    assert told(second, "from_officer", "spent_minutes") == ("an", 90 + 3 * 60 + 30 + 60)


async def test_what_ends_leaves_nothing_open_and_judges_nobody(
    connection: asyncpg.Connection,
) -> None:
    withdrawn = DossierWithdrawn(after_acceptance=True, withdrawn_at=at("2026-03-09 09:00"))
    await deliver(connection, life([*FOLLOWED, withdrawn]))
    *_, last = await stays(connection)
    assert told(last, "outcome", "verdict") == ("dropped", None)
    assert last["ended_at"] == datetime.fromisoformat("2026-03-09T09:00:00+07:00")
