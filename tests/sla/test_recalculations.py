"""Orders to count open clocks anew: what moves, what stays, and what comes afterwards."""

import uuid
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import asyncpg
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.sla import clock as clocks
from services.sla.entries import Extended, Paused, Started
from services.sla.recalculation.counting import Plain, anew, lean
from services.sla.recount import recount
from shared.delivery import NotYet
from shared.events import (
    ApologyIssued,
    ApologyKind,
    ClockDueDateChanged,
    DossierResultRecalled,
    Envelope,
    Event,
    PauseEnd,
    RecalculationOrdered,
    decode,
)
from shared.working_time import DayException, Limit, WorkingTime
from tests.sla.factories import (
    AFTERNOON,
    CALENDAR,
    MORNING,
    at,
    imported,
    life,
    make_accepted,
    make_calendar,
    published,
    with_holiday,
    wrap,
)
from tests.sla.facts import asked, given, resolved
from tests.sla.rows import clocks_of, told
from tests.sla.scripts import LIMITS, WORKING_TIMES, moments
from tests.sla.stream import deliver

HOLIDAY, SATURDAY = date(2026, 3, 12), date(2026, 3, 14)
SECOND = with_holiday(make_calendar(), HOLIDAY)
ORDERED_AT = at("2026-03-10 10:00")


def ordered(
    version: int = 2, *, later_only: bool = True, ordered_at: datetime = ORDERED_AT
) -> Envelope[Event]:
    """An order to count by a version of the calendar."""
    fact = RecalculationOrdered(
        calendar=CALENDAR,
        calendar_version=version,
        later_only=later_only,
        ground="Quyết định 01/QĐ-UBND nghỉ bù",
        ordered_by="lanh-dao",
        ordered_at=ordered_at,
    )
    return wrap(fact, str(uuid.uuid4()), recorded_at=ordered_at)


def dues(rows: list[asyncpg.Record]) -> list[str]:
    return [f"{row['due_at'].astimezone(ORDERED_AT.tzinfo):%d/%m %H:%M}" for row in rows]


def accepted(text: str, number: int, **changed: Any) -> Any:
    return make_accepted(at(text), code=f"H20.40.01-260302-{number:04}", **changed)


@for_all(limit=LIMITS, start=st.data(), proposed=WORKING_TIMES, granted=st.integers(0, 5))
@settings(max_examples=300, deadline=None)
def test_the_lean_count_is_the_clocks_own(
    limit: Limit, start: st.DataObject, proposed: WorkingTime, granted: int
) -> None:
    present = start.draw(WORKING_TIMES)
    began, waits = sorted(start.draw(st.tuples(moments(present), moments(present))))
    clock = clocks.start(Started(began, began, limit, same_day=False), present)
    clocks.apply(clock, Extended(began, granted), present)
    waits_since = None
    if start.draw(st.booleans()):
        clocks.apply(clock, Paused(waits, "supplement/1"), present)
        waits_since = clock.since
    assert clock.due_at is not None

    counted = anew(clock, (), present, proposed)

    plain = Plain(clock.term, clock.began_at, clock.granted, waits_since, clock.due_at)
    assert lean(plain, proposed) == counted


async def test_a_holiday_moves_each_open_clock_as_if_it_had_always_been_known(
    connection: asyncpg.Connection,
) -> None:
    lives: list[list[Event]] = [
        [accepted("2026-03-02 08:00", 1)],
        [
            accepted("2026-03-02 08:00", 2),
            asked("2026-03-03 08:00"),
            given("2026-03-04 08:00", PauseEnd.EXTEND),
        ],
        [accepted("2026-03-02 08:00", 3), asked("2026-03-03 08:00")],
        [accepted("2026-02-02 08:00", 4)],
        [accepted("2026-03-02 08:00", 5), resolved("2026-03-09 08:00")],
    ]
    await deliver(connection, [e for facts in lives for e in life(facts)])

    await deliver(connection, [published(SECOND), ordered()])

    rows = await clocks_of(connection)
    assert dues(rows) == [
        "17/03 08:00",
        "18/03 08:00",
        "17/03 08:00",
        "16/02 08:00",
        "16/03 08:00",
    ]
    assert [row["calendar_version"] for row in rows] == [2, 2, 2, 1, 1]
    assert [row["used_minutes"] for row in rows] == [0, 480, 480, 0, 0 + 2400]
    assert await recount(connection) == []


async def test_a_moved_clock_says_so_in_its_ledger_and_to_intake(
    connection: asyncpg.Connection,
) -> None:
    [envelope] = life([accepted("2026-03-02 08:00", 1)])
    order = ordered()

    await deliver(connection, [envelope, published(SECOND), order])

    row = await connection.fetchrow("select * from ledger where kind = 'recalculated'")
    [outbox] = await connection.fetch("select id, subject, body from outbox")
    fact = decode(outbox["body"])
    assert (row["place"], row["source"], row["source_sequence"]) == (2, "recalculation", 1)
    assert (row["due_before"], row["due_at"]) == (at("2026-03-16 08:00"), at("2026-03-17 08:00"))
    assert (row["calendar"], row["calendar_version"]) == (CALENDAR, 2)
    assert row["ground"] == "Quyết định 01/QĐ-UBND nghỉ bù"
    assert fact.data == ClockDueDateChanged(
        ground="calendar",
        due_before=at("2026-03-16 08:00"),
        due_at=at("2026-03-17 08:00"),
        calendar=CALENDAR,
        calendar_version=2,
        changed_at=ORDERED_AT,
    )
    assert (fact.id, fact.source, fact.sequence) == (str(outbox["id"]), "sla", 1)
    assert (fact.aggregate_id, fact.agency) == (envelope.aggregate_id, "H20.40.01")
    assert outbox["subject"] == fact.subject
    assert fact.traceparent is None


async def test_what_an_order_moves_bears_its_trace(connection: asyncpg.Connection) -> None:
    order = replace(
        ordered(), traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    )
    lives = [life([accepted("2026-03-02 08:00", number)]) for number in (1, 2)]
    [late] = life([accepted("2026-03-02 08:00", 3)])
    late = replace(late, traceparent="00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")

    await deliver(connection, [*(one for [one] in lives), published(SECOND), order, late])

    facts = [decode(row[0]) for row in await connection.fetch("select body from outbox")]
    causes = {one.aggregate_id: order for [one] in lives} | {late.aggregate_id: late}
    places = {told: cause.place_of("sla") for told, cause in causes.items()}
    assert {fact.aggregate_id: fact.traceparent for fact in facts} == {
        told: place and place.traceparent for told, place in places.items()
    }


@pytest.mark.parametrize(("later_only", "due"), [(True, "16/03 08:00"), (False, "14/03 08:00")])
async def test_a_day_worked_brings_a_due_forward_only_where_the_order_says_so(
    connection: asyncpg.Connection, later_only: bool, due: str
) -> None:
    worked = DayException(shifts=(MORNING, AFTERNOON), name="Làm bù", source="QĐ thử")
    second = make_calendar(2, exceptions={SATURDAY: worked})
    await deliver(connection, life([accepted("2026-03-02 08:00", 1)]))

    await deliver(connection, [published(second), ordered(later_only=later_only)])

    assert dues(await clocks_of(connection)) == [due]
    noted = await connection.fetchrow("select later, earlier, kept, as_told from recalculation")
    assert tuple(noted) == ((0, 0, 1, 0) if later_only else (0, 1, 0, 0))


async def test_a_due_that_another_system_told_moves_only_where_it_is_a_count(
    connection: asyncpg.Connection,
) -> None:
    counted = accepted("2026-03-02 08:00", 1, due_at=at("2026-03-16 08:00"))
    promised = accepted("2026-03-02 08:00", 2, due_at=at("2026-03-16 17:00"))
    await deliver(connection, [imported([counted]), imported([promised])])

    await deliver(connection, [published(SECOND), ordered()])

    assert dues(await clocks_of(connection)) == ["17/03 08:00", "16/03 17:00"]
    assert await connection.fetchval("select as_told from recalculation") == 1


async def test_an_order_that_comes_after_the_holiday_leaves_past_reports_alone(
    connection: asyncpg.Connection,
) -> None:
    await deliver(connection, life([accepted("2026-03-02 08:00", 1)]))
    counted = "select day, overdue from counter_day where overdue <> 0 and day < $1"
    before = await connection.fetch(counted, date(2026, 3, 19))

    await deliver(connection, [published(SECOND), ordered(ordered_at=at("2026-03-19 10:00"))])

    assert dues(await clocks_of(connection)) == ["17/03 08:00"]
    assert [tuple(row) for row in before] == [(date(2026, 3, 17), 1)]
    assert await connection.fetch(counted, date(2026, 3, 19)) == before
    assert await recount(connection) == []


@pytest.mark.parametrize(("promised", "kept"), [("25/03", "25/03"), ("16/03", "17/03")])
async def test_a_new_appointment_stays_while_it_is_later_than_the_due(
    connection: asyncpg.Connection, promised: str, kept: str
) -> None:
    [envelope] = life([accepted("2026-03-02 08:00", 1)])
    day, month = promised.split("/")
    letter = ApologyIssued(
        dossier=envelope.aggregate_id,
        kind=ApologyKind.OVERDUE,
        number=1,
        cause="qua_tai",
        promised=at(f"2026-{month}-{day} 17:00"),
        issued_at=at("2026-03-09 08:00"),
    )
    await deliver(connection, [envelope, wrap(letter, "thu-1"), published(SECOND), ordered()])

    [row] = await clocks_of(connection)
    assert f"{row['promised_at'].astimezone(ORDERED_AT.tzinfo):%d/%m}" == kept
    assert dues([row]) == ["17/03 08:00"]


async def test_what_is_accepted_by_an_old_calendar_afterwards_is_caught_up_with(
    connection: asyncpg.Connection,
) -> None:
    await deliver(connection, [published(SECOND), ordered()])
    late = accepted("2026-03-10 11:00", 1, due_at=at("2026-03-24 11:00"))

    await deliver(connection, life([late]))

    [row] = await clocks_of(connection)
    ledger = await connection.fetch("select kind, calendar_version from ledger order by place")
    [fact] = await told(connection)
    assert (dues([row]), row["calendar_version"]) == (["25/03 11:00"], 2)
    assert [tuple(entry) for entry in ledger] == [("started", 1), ("recalculated", 2)]
    assert (fact["data"]["ground"], fact["sequence"]) == ("calendar", 1)
    assert await recount(connection) == []


async def test_a_wait_that_ends_by_an_old_calendar_is_put_behind_by_the_newest(
    connection: asyncpg.Connection,
) -> None:
    first = accepted("2026-02-24 08:00", 1)
    dossier = str(uuid.uuid4())
    await deliver(connection, life([first, asked("2026-03-09 08:00")], dossier))
    await deliver(connection, [published(SECOND), ordered()])

    back = given("2026-03-11 08:00", PauseEnd.EXTEND)
    await deliver(connection, [wrap(back, dossier, 3)])

    [row] = await clocks_of(connection)
    # Due 10/03 08:00, which the holiday did not touch; two days more would end on it.
    assert (dues([row]), row["calendar_version"]) == (["13/03 08:00"], 2)


async def test_a_result_recalled_after_the_holiday_runs_on_with_it(
    connection: asyncpg.Connection,
) -> None:
    dossier = str(uuid.uuid4())
    facts: list[Event] = [
        accepted("2026-03-02 08:00", 1),
        asked("2026-03-03 08:00"),
        given("2026-03-04 08:00", PauseEnd.EXTEND),
        resolved("2026-03-09 08:00"),
    ]
    await deliver(connection, life(facts, dossier))
    await deliver(connection, [published(SECOND), ordered()])
    recalled = DossierResultRecalled(ground="Sai tên", recalled_at=at("2026-03-10 14:00"))

    await deliver(connection, [wrap(recalled, dossier, 5)])

    [row] = await clocks_of(connection)
    assert dues([row]) == ["18/03 08:00"]
    assert await recount(connection) == []


async def test_an_order_waits_for_its_calendar_and_gives_way_to_a_newer_one(
    connection: asyncpg.Connection,
) -> None:
    third = with_holiday(SECOND, date(2026, 3, 13))
    await deliver(connection, life([accepted("2026-03-02 08:00", 1)]))
    with pytest.raises(NotYet, match="LICH-THU version 2"):
        await deliver(connection, [ordered()])
    await deliver(connection, [published(SECOND), published(third), ordered(3), ordered(2)])

    assert dues(await clocks_of(connection)) == ["18/03 08:00"]
    noted = await connection.fetch("select superseded, later from recalculation order by 1")
    assert [tuple(row) for row in noted] == [(False, 1), (True, 0)]
