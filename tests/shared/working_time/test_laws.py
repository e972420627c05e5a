"""Laws that hold on every calendar, whatever the numbers are."""

from bisect import bisect_right
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.working_time import VIETNAM_TIME, Calendar, Limit, LimitUnit, WorkingTime
from shared.working_time.minutes import to_minutes, to_moment
from tests.shared.working_time.strategies import calendars, moments, week_minutes

often = settings(max_examples=100, deadline=None)


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkingTime, datetime, int, int]:
    """A calendar, a start, and two working times; the first often ends where a shift ends."""
    calendar: Calendar = draw(calendars())
    time = WorkingTime(calendar)
    start = draw(moments(calendar)).replace(tzinfo=VIETNAM_TIME)
    counts = st.integers(1, 2 + week_minutes(calendar))
    ends = time.roster.ends[bisect_right(time.roster.ends, to_minutes(start)) :][:8]
    to_an_end = st.sampled_from([time.between(start, to_moment(end)) for end in ends])
    return time, start, draw(to_an_end | counts), draw(counts)


@often
@given(cases())
def test_between_start_and_due_lies_the_limit(case: tuple[WorkingTime, datetime, int, int]) -> None:
    time, start, count, _ = case
    due = time.add(start, count)
    assert time.between(start, due) == count
    assert time.between(time.normalise(start), due) == count
    assert time.add(time.normalise(start), count) == due


@often
@given(cases())
def test_two_additions_are_one(case: tuple[WorkingTime, datetime, int, int]) -> None:
    time, start, first, second = case
    assert time.add(time.add(start, first), second) == time.add(start, first + second)


@often
@given(cases())
def test_going_back_returns_to_the_normalised_start(
    case: tuple[WorkingTime, datetime, int, int],
) -> None:
    time, start, count, _ = case
    back = time.subtract(time.add(start, count), count)
    assert back == time.normalise(start)
    assert time.elapsed(back) == time.elapsed(start)
    assert time.is_working(back)


@often
@given(cases())
def test_nothing_added_normalises_but_extended_by_nothing_changes_nothing(
    case: tuple[WorkingTime, datetime, int, int],
) -> None:
    time, start, count, days = case
    due = time.add(start, count)
    assert time.add(start, 0) == time.normalise(start)
    assert time.normalise(time.normalise(start)) == time.normalise(start)
    for unit in LimitUnit:
        assert time.extend(due, 0, Limit(1 + days % 9, unit)) == due
        assert time.extend_over(due, start, start, Limit(1 + days % 9, unit)) == due


@often
@given(cases())
def test_a_pause_leaves_the_working_time_of_the_limit(
    case: tuple[WorkingTime, datetime, int, int],
) -> None:
    time, start, count, waited = case
    resumed = time.add(start, waited)
    due = time.extend_over(time.add(start, count), start, resumed, Limit(1, LimitUnit.HOUR))
    assert time.between(resumed, due) == count


@often
@given(cases())
def test_a_longer_limit_or_a_later_receipt_never_ends_earlier(
    case: tuple[WorkingTime, datetime, int, int],
) -> None:
    time, start, first, second = case
    shorter, longer = sorted((first, second))
    assert time.add(start, shorter) <= time.add(start, longer)
    later = time.add(start, first)
    for unit, value in ((LimitUnit.DAY, 1 + first % 20), (LimitUnit.MONTH, 1 + first % 5)):
        limit = Limit(value, unit)
        assert time.due(start, limit) <= time.due(start, Limit(value + 1, unit))
        # By date: a due that rolls over a day off keeps its clock time, which may be a later one.
        assert time.due_on(time.due(start, limit)) <= time.due_on(time.due(later, limit))


@often
@given(cases())
def test_the_explained_days_sum_up_to_the_limit(
    case: tuple[WorkingTime, datetime, int, int],
) -> None:
    time, start, count, _ = case
    hours = Limit(1 + count // 60, LimitUnit.HOUR)
    days = Limit(1 + count % 30, LimitUnit.DAY)
    for limit, total in ((hours, hours.minutes), (days, days.count)):
        told = time.explain(start, limit)
        assert sum(day.counted for day in told) == total
        assert told[0].on == start.date()
        assert told[-1].on == time.due_on(time.due(start, limit))
        assert all((day.counted == 0) == (day.skipped is not None) for day in told)
