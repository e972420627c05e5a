"""What sla's handlers do with a dossier's facts: clocks, ledger, and facts of their own."""

from dataclasses import replace

import asyncpg
import pytest

from services.sla.consumers import DIFFERING, REBUILD_OWN
from services.sla.following import NoClock
from services.sla.phases import ClockRefuses
from shared.delivery import NotYet
from shared.events import (
    ClockDueDateChanged,
    DossierFiled,
    DossierIntakeRefused,
    DossierTransferred,
    DossierWithdrawn,
    PauseEnd,
)
from tests.sla.factories import (
    CALENDAR,
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
from tests.sla.stream import deliver


async def test_a_clock_waits_for_the_calendar_version_it_is_pinned_to(
    empty: asyncpg.Connection,
) -> None:
    envelopes = life([make_accepted(at("2026-03-02 08:00"))])

    with pytest.raises(NotYet, match="LICH-THU version 1"):
        await deliver(empty, envelopes)
    assert await clocks_of(empty) == []
    await deliver(empty, [published(make_calendar()), *envelopes])

    [clock] = await clocks_of(empty)
    assert clock["due_at"] == at("2026-03-16 08:00")


async def test_what_was_never_received_has_no_clock_and_never_counts(
    connection: asyncpg.Connection,
) -> None:
    accepted = make_accepted(at("2026-03-02 08:00"))
    filed = DossierFiled(**{name: getattr(accepted, name) for name in DossierFiled.model_fields})
    before = asked("2026-03-02 09:00").model_copy(update={"before_acceptance": True})
    refused = DossierIntakeRefused(refused_at=at("2026-03-02 10:00"), ground="sai")
    withdrawn = DossierWithdrawn(after_acceptance=False, withdrawn_at=at("2026-03-03 10:00"))

    await deliver(connection, [*life([filed, before, refused]), *life([filed, withdrawn])])

    assert await clocks_of(connection) == []
    assert await connection.fetchval("select count(*) from counter_day") == 0


async def test_a_due_that_moves_is_told_and_numbered_on_the_clock(
    connection: asyncpg.Connection,
) -> None:
    facts = [
        make_accepted(at("2026-03-02 08:00")),
        asked("2026-03-05 10:00"),
        given("2026-03-09 14:00"),
        asked("2026-03-10 08:00", number=2),
        given("2026-03-10 09:00", PauseEnd.RESTART, number=2),
        # On a Saturday: nothing of it is working time, so nothing moves.
        asked("2026-03-14 08:00", number=3),
        given("2026-03-14 09:00", number=3),
    ]
    envelopes = life(facts)
    for envelope in envelopes:
        await deliver(connection, [envelope])

    events = await told(connection)

    assert [event["sequence"] for event in events] == [1, 2]
    assert {event["subject"] for event in events} == {envelopes[0].aggregate_id}
    assert [event["data"]["due_at"] for event in events] == [
        "2026-03-18T03:00:00Z",
        "2026-03-24T02:00:00Z",
    ]
    assert events[0]["data"]["due_before"] == "2026-03-16T01:00:00Z"
    assert events[0]["data"]["ground"] == "supplement"
    assert (await clocks_of(connection))[0]["sequence"] == 2


async def test_each_due_moved_in_a_batch_bears_the_trace_of_the_fact_that_moved_it(
    connection: asyncpg.Connection,
) -> None:
    moves = asked("2026-03-05 10:00"), given("2026-03-09 14:00")
    lives = [life([make_accepted(at("2026-03-02 08:00")), *moves]) for _ in range(3)]
    moving = [
        replace(told[2], traceparent=f"00-{number:032x}-{number:016x}-01")
        for number, told in enumerate(lives[:2], 1)
    ]

    await deliver(connection, [envelope for told in lives for envelope in told[:2]])
    await deliver(connection, [*moving, lives[2][2]])

    traces = {event["subject"]: event.get("traceparent") for event in await told(connection)}
    expected = {one.aggregate_id: one.place_of("sla") for one in [*moving, lives[2][2]]}
    assert traces == {
        dossier: place.traceparent if place else None for dossier, place in expected.items()
    }
    assert [bool(trace) for trace in traces.values()] == [True, True, False]


async def test_a_due_printed_otherwise_stays_promised_and_raises_an_alarm(
    connection: asyncpg.Connection,
) -> None:
    before = DIFFERING._value.get()
    printed = at("2026-03-13 08:00")
    agreed = make_accepted(at("2026-03-02 08:00"), due_at=at("2026-03-16 08:00"), code="a")

    await deliver(connection, life([agreed]))
    assert DIFFERING._value.get() == before
    await deliver(connection, life([agreed.model_copy(update={"due_at": printed, "code": "b"})]))

    assert DIFFERING._value.get() == before + 1
    clock = (await clocks_of(connection))[1]
    assert (clock["promised_at"], clock["due_at"]) == (printed, at("2026-03-16 08:00"))


async def test_own_facts_read_back_keep_the_numbers_that_were_given(
    connection: asyncpg.Connection,
) -> None:
    [accepted] = life([make_accepted(at("2026-03-02 08:00"))])
    own = ClockDueDateChanged(
        ground="calendar",
        due_before=None,
        due_at=None,
        calendar=CALENDAR,
        calendar_version=1,
        changed_at=at("2026-03-03 08:00"),
    )
    handler = REBUILD_OWN[ClockDueDateChanged]

    await handler(connection, [accepted, wrap(own, accepted.aggregate_id, 4)])
    await handler(connection, [wrap(own, accepted.aggregate_id, 3)])

    assert (await clocks_of(connection))[0]["sequence"] == 4


async def test_history_tells_its_own_dues_and_sla_tells_none_of_them(
    connection: asyncpg.Connection,
) -> None:
    promised = at("2026-03-20 16:00")
    facts = [
        make_accepted(at("2026-03-02 08:00"), due_at=promised),
        asked("2026-03-05 10:00"),
        given("2026-03-09 14:00", due_at=at("2026-03-27 16:00")),
        resolved("2026-03-27 09:00"),
    ]
    whole = imported(facts)

    await deliver(connection, [whole])

    [clock] = await clocks_of(connection)
    rows = await connection.fetch("select * from ledger order by entry")
    assert (clock["due_at"], clock["verdict"]) == (at("2026-03-27 16:00"), "on_time")
    assert clock["sequence"] == 0
    assert await told(connection) == []
    assert [(row["source_sequence"], row["entry"]) for row in rows] == [
        (1, number) for number in range(4)
    ]
    assert [row["told"] for row in rows] == [True, False, True, False]


async def test_a_fact_told_late_takes_effect_after_what_is_known_and_keeps_its_time(
    connection: asyncpg.Connection,
) -> None:
    facts = [
        make_accepted(at("2026-03-02 08:00")),
        asked("2026-03-06 10:00"),
        given("2026-03-05 10:00"),
    ]

    await deliver(connection, life(facts))

    last = await connection.fetchrow("select * from ledger order by source_sequence desc limit 1")
    assert last["at"] == at("2026-03-06 10:00")
    assert last["told_at"] == at("2026-03-05 10:00")


async def test_a_resume_counts_by_the_calendar_version_it_pins(
    connection: asyncpg.Connection,
) -> None:
    newer = with_holiday(make_calendar(), at("2026-03-17 00:00").date())
    facts = [
        make_accepted(at("2026-03-02 08:00")),
        asked("2026-03-05 10:00"),
        given("2026-03-09 14:00", calendar_version=2),
    ]

    await deliver(connection, [published(newer), *life(facts)])

    [clock] = await clocks_of(connection)
    assert clock["due_at"] == at("2026-03-19 10:00")
    assert clock["calendar_version"] == 2


async def test_a_transfer_moves_the_dossier_to_the_other_agencys_books(
    connection: asyncpg.Connection,
) -> None:
    transferred = DossierTransferred(
        from_agency="H20.40.01", to_agency="H20.40.02", transferred_at=at("2026-03-03 08:00")
    )

    await deliver(connection, life([make_accepted(at("2026-03-02 08:00")), transferred]))

    rows = await connection.fetch(
        "select agency, sum(open) as open, sum(moved_in) as moved_in, sum(moved_out) as moved_out"
        "  from counter_day group by agency order by agency"
    )
    assert [tuple(row) for row in rows] == [("H20.40.01", 0, 0, 1), ("H20.40.02", 1, 1, 0)]
    [clock] = await clocks_of(connection)
    assert clock["agency"] == "H20.40.02"


async def test_a_transfer_before_acceptance_moves_no_clock(connection: asyncpg.Connection) -> None:
    transferred = DossierTransferred(
        from_agency="H20.40.01",
        to_agency="H20.40.02",
        transferred_at=at("2026-03-02 07:30"),
        before_acceptance=True,
    )

    await deliver(connection, life([transferred, make_accepted(at("2026-03-02 08:00"))]))

    [clock] = await clocks_of(connection)
    assert clock["due_at"] == at("2026-03-16 08:00")


async def test_what_cannot_follow_is_refused_and_leaves_nothing(
    connection: asyncpg.Connection,
) -> None:
    ended = [make_accepted(at("2026-03-02 08:00")), resolved("2026-03-03 08:00")]
    with pytest.raises(ClockRefuses):
        await deliver(connection, life([*ended, resolved("2026-03-04 08:00")]))
    with pytest.raises(NoClock):
        await deliver(connection, life([resolved("2026-03-04 08:00")]))

    assert await clocks_of(connection) == []
    assert await connection.fetchval("select count(*) from ledger") == 0
