"""The laws of the clock's ledger, on random calendars with overlapping waits."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.sla import clock as clocks
from services.sla import clocks as stored
from services.sla.clock import Clock
from services.sla.entries import End, Ended, Entry, Paused, Recalculated, Resumed, Started
from services.sla.followed import Followed
from services.sla.phases import ClockRefuses, Phase
from services.sla.stand import stand_of
from services.sla.tally import Key
from shared.events import PauseEnd
from shared.working_time import WorkingTime
from tests.sla.scripts import GAPS, LIMITS, WORKING_TIMES, Script, minutes, scripts

quick = settings(max_examples=500, deadline=None)
MODES = st.sampled_from(PauseEnd)


def total(clock: Clock, working_time: WorkingTime, now: datetime) -> int:
    """What is used and what is left, running or waiting."""
    assert clock.due_at is not None
    reached = clock.since if clock.open else max(now, clock.since)
    return clock.used_at(working_time, now) + working_time.between(reached, clock.due_at)


@quick
@given(scripts(), GAPS)
def test_what_is_used_and_what_is_left_make_the_limit_at_every_moment(
    script: Script, gap: int
) -> None:
    working_time, first = script.working_time, script.entries[0]
    assert isinstance(first, Started)
    assert first.limit is not None
    clock = clocks.start(first, working_time)
    for before, after in pairwise(script.entries):
        middle = before.at + (after.at - before.at) / 2
        assert total(clock, working_time, middle) == first.limit.minutes
        clocks.apply(clock, after, working_time)
    assert total(clock, working_time, script.ends_at + timedelta(minutes=gap)) == (
        first.limit.minutes
    )


@quick
@given(scripts())
def test_overlapping_waits_count_as_their_union(script: Script) -> None:
    working_time = script.working_time
    merged: list[Entry] = [script.entries[0]]
    depth = 0
    for entry in script.entries[1:]:
        before = depth
        depth += 1 if isinstance(entry, Paused) else -1
        if before == 0:
            merged.append(Paused(entry.at, "supplement/1"))
        elif depth == 0:
            merged.append(Resumed(entry.at, "supplement/1", PauseEnd.EXTEND))

    overlapping, union = script.fold(), Script(script.working_time, tuple(merged)).fold()

    assert (overlapping.due_at, overlapping.used, overlapping.waited) == (
        union.due_at,
        union.used,
        union.waited,
    )
    assert overlapping.used_at(working_time, script.ends_at) == union.used_at(
        working_time, script.ends_at
    )


def through_the_database(clock: Clock) -> Clock:
    """Write a clock as its row and read it back."""
    followed = Followed(
        dossier="0198c0de-0000-7000-8000-000000000001",
        code="H20.40.01-260302-0001",
        key=Key("H20.40.01", "1.001193", "Hộ tịch", "counter"),
        receiving_agency="H20.40.01",
        procedure_version=1,
        counted=True,
        level="commune",
        calendar=("LICH", 1),
        accepted_at=clock.started_at,
        clock=clock,
        stand=stand_of(clock, clock.last_at.date()),
        last_on=clock.last_at.date(),
    )
    read = stored.read(dict(zip(stored.COLUMNS, stored.row(followed), strict=True)))
    assert read.stand == followed.stand
    return read.clock


@quick
@given(scripts(MODES, LIMITS))
def test_a_clock_read_back_after_every_entry_equals_the_fold_of_the_whole_ledger(
    script: Script,
) -> None:
    working_time, first = script.working_time, script.entries[0]
    assert isinstance(first, Started)
    clock = clocks.start(first, working_time)
    for entry in script.entries[1:]:
        clock = through_the_database(clock)
        clocks.apply(clock, entry, working_time)

    whole = script.fold()
    clock.closed = whole.closed
    assert clock == whole


@quick
@given(scripts(limits=LIMITS), GAPS)
def test_a_wait_without_working_time_moves_nothing(script: Script, gap: int) -> None:
    working_time = script.working_time
    clock = script.fold()
    assume(not clock.open)
    at = script.ends_at + timedelta(minutes=gap)
    opening = working_time.normalise(at)
    # Days of a day limit are told apart by their date.
    assume(working_time.business_date(opening) == working_time.business_date(at))
    due = clock.due_at

    clocks.apply(clock, Paused(at, "payment/99"), working_time)
    clocks.apply(clock, Resumed(max(at, opening), "payment/99", PauseEnd.EXTEND), working_time)

    assert clock.due_at == due


@quick
@given(scripts(MODES, LIMITS))
def test_recalculating_by_the_same_calendar_changes_nothing(script: Script) -> None:
    clock, expected = script.fold(), script.fold()

    clocks.apply(clock, Recalculated(script.ends_at, later_only=False), script.working_time)

    assert clock == expected


@quick
@given(scripts(MODES, LIMITS), WORKING_TIMES)
def test_recalculating_by_another_calendar_is_as_if_it_had_been_known(
    script: Script, other: WorkingTime
) -> None:
    working_time = other
    clock, known = script.fold(), script.fold(working_time)

    clocks.apply(clock, Recalculated(script.ends_at, later_only=False), working_time)

    assert (clock.due_at, clock.promised_at, clock.used) == (
        known.due_at,
        known.promised_at,
        known.used,
    )


@quick
@given(scripts(MODES, LIMITS), WORKING_TIMES)
def test_a_recalculation_that_is_later_only_keeps_the_promise(
    script: Script, other: WorkingTime
) -> None:
    clock = script.fold()
    before = clock.due_at
    assert before is not None

    clocks.apply(clock, Recalculated(script.ends_at), other)

    assert clock.due_at is not None
    assert clock.due_at >= before


@quick
@given(scripts(MODES), st.integers(0, 3000))
def test_more_limit_is_never_due_earlier(script: Script, more: int) -> None:
    first = script.entries[0]
    assert isinstance(first, Started)
    assert first.limit is not None
    longer = first._replace(limit=minutes(first.limit.minutes + more))

    due = script.fold().due_at
    later = Script(script.working_time, (longer, *script.entries[1:])).fold().due_at

    assert due is not None
    assert later is not None
    assert due <= later


@quick
@given(scripts(MODES, LIMITS), GAPS)
def test_an_end_closes_everything_and_stays(script: Script, gap: int) -> None:
    clock = script.fold()
    at = script.ends_at + timedelta(minutes=gap)

    clocks.apply(clock, Ended(at, End.APPROVED), script.working_time)

    assert (clock.phase, clock.open, clock.ended_at) == (Phase.ENDED, (), at)
    with pytest.raises(ClockRefuses):
        clocks.apply(clock, Paused(at, "payment/100"), script.working_time)


@quick
@given(scripts(MODES, LIMITS), st.integers(1, 10_000))
def test_the_ledger_refuses_to_run_backwards(script: Script, back: int) -> None:
    clock, expected = script.fold(), script.fold()
    earlier = script.ends_at - timedelta(minutes=back)

    with pytest.raises(ClockRefuses):
        clocks.apply(clock, Paused(earlier, "payment/100"), script.working_time)

    assert clock == expected


@quick
@given(scripts())
def test_before_the_limit_counts_no_time_is_used(script: Script) -> None:
    working_time, at = script.working_time, script.entries[0].at
    counts_from = at + timedelta(days=2)
    clock = clocks.start(Started(at, counts_from, minutes(300), same_day=False), working_time)
    due = clock.due_at

    clocks.apply(clock, Paused(at + timedelta(hours=1), "payment/1"), working_time)
    clocks.apply(
        clock, Resumed(at + timedelta(hours=5), "payment/1", PauseEnd.EXTEND), working_time
    )

    assert (clock.due_at, clock.used, clock.waited) == (due, 0, 0)
