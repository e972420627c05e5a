"""The arithmetic says what a walk minute by minute says, on any calendar."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.working_time import VIETNAM_TIME, CountFrom, Limit, LimitUnit, WorkingDay, WorkingTime
from tests.shared.working_time.naive import MinuteWalk
from tests.shared.working_time.strategies import calendars, moments, week_minutes

often = settings(max_examples=100, deadline=None)
data = st.data()


def aware(local: datetime) -> datetime:
    return local.replace(tzinfo=VIETNAM_TIME).astimezone(UTC)


def local(moment: datetime) -> datetime:
    assert moment.tzinfo is UTC
    return moment.astimezone(VIETNAM_TIME).replace(tzinfo=None)


@often
@given(data)
def test_normalise_and_is_working(draw: st.DataObject) -> None:
    calendar = draw.draw(calendars())
    start = draw.draw(moments(calendar))
    fast, slow = WorkingTime(calendar), MinuteWalk(calendar)
    seconds = timedelta(seconds=draw.draw(st.integers(0, 59)))
    assert local(fast.normalise(aware(start) + seconds)) == slow.normalise(start)
    assert fast.is_working(aware(start) + seconds) == slow.works(start)


@often
@given(data)
def test_add_subtract_and_between(draw: st.DataObject) -> None:
    calendar = draw.draw(calendars())
    start = draw.draw(moments(calendar))
    fast, slow = WorkingTime(calendar), MinuteWalk(calendar)
    count = draw.draw(st.integers(0, 3) | st.integers(0, 2 * week_minutes(calendar)))
    due = slow.add(start, count)
    assert local(fast.add(aware(start), count)) == due
    assert fast.between(aware(start), aware(due)) == slow.between(start, due) == count
    assert fast.between(aware(due), aware(start)) == slow.between(due, start)
    assert local(fast.subtract(aware(due), count)) == slow.subtract(due, count)


@often
@given(data)
def test_working_day_limits_of_any_day_length(draw: st.DataObject) -> None:
    minutes = draw.draw(st.sampled_from([240, 450, 480]))
    calendar = draw.draw(calendars()).model_copy(update={"day_minutes": minutes})
    assume(week_minutes(calendar) >= minutes)
    start = draw.draw(moments(calendar))
    halves = Decimal(draw.draw(st.integers(1, 4 * week_minutes(calendar) // minutes))) / 2
    fast, slow = WorkingTime(calendar), MinuteWalk(calendar)
    due = fast.due(aware(start), Limit(halves, LimitUnit.WORKING_DAY))
    assert local(due) == slow.add(start, int(halves * minutes))


@often
@given(data)
def test_working_days_as_rows_of_the_roster(draw: st.DataObject) -> None:
    calendar = draw.draw(calendars()).model_copy(update={"working_day": WorkingDay.ROSTER_DAY})
    start = draw.draw(moments(calendar))
    quarters = draw.draw(st.integers(0, 1))
    rows = draw.draw(st.integers(1 - quarters, 6))
    assume(week_minutes(calendar) >= 60)
    fast, slow = WorkingTime(calendar), MinuteWalk(calendar)
    limit = Limit(rows + Decimal(quarters) / 4, LimitUnit.WORKING_DAY)
    expected = slow.after_rows(slow.normalise(start), rows, quarters * 120)
    assert local(fast.due(aware(start), limit)) == expected


@often
@given(data)
def test_calendar_days_and_months(draw: st.DataObject) -> None:
    calendar = draw.draw(calendars())
    count_from = draw.draw(st.sampled_from(CountFrom))
    calendar = calendar.model_copy(update={"count_from": count_from})
    start = draw.draw(moments(calendar))
    count = draw.draw(st.integers(1, 40))
    fast, slow = WorkingTime(calendar), MinuteWalk(calendar)
    begun = slow.normalise(start) if count_from is CountFrom.NORMALISED else start
    by_days = fast.due(aware(start), Limit(count, LimitUnit.DAY))
    by_months = fast.due(aware(start), Limit(count, LimitUnit.MONTH))
    assert local(by_days) == slow.after_days(begun, count)
    assert local(by_months) == slow.after_months(begun, count)


@often
@given(data)
def test_cutoffs(draw: st.DataObject) -> None:
    calendar = draw.draw(calendars())
    start = draw.draw(moments(calendar))
    fast, slow = WorkingTime(calendar), MinuteWalk(calendar)
    assert local(fast.due_same_day(aware(start))) == slow.same_day(start)
    assert local(fast.counts_from(aware(start), online=True)) == slow.counts_from_online(start)
    assert local(fast.counts_from(aware(start), online=False)) == slow.normalise(start)


@often
@given(data)
def test_extension_of_calendar_days(draw: st.DataObject) -> None:
    calendar = draw.draw(calendars())
    since = draw.draw(moments(calendar))
    until = since + timedelta(minutes=draw.draw(st.integers(0, 10 * 1440)))
    fast, slow = WorkingTime(calendar), MinuteWalk(calendar)
    due = slow.after_days(slow.normalise(since), draw.draw(st.integers(1, 10)))
    days = (until.date() - since.date()).days
    moved = fast.extend_over(aware(due), aware(since), aware(until), Limit(5, LimitUnit.DAY))
    assert local(moved) == (slow.after_days(due, days) if days else due)
