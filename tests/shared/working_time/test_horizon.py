"""The ends of the calendar: provisional dues, refusals, and never a loop."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.working_time import (
    Calendar,
    Limit,
    LimitUnit,
    NoWorkingTime,
    OutOfRange,
    WorkingTime,
)
from tests.shared.working_time.calendars import MORNING, SEED, at, seed, shown

TEN_DAYS = Limit(10, LimitUnit.WORKING_DAY)


def test_a_due_in_an_undecided_year_is_provisional() -> None:
    calendar = seed()
    assert not calendar.is_provisional(calendar.due(at("Tue 15/12/2026 09:00"), TEN_DAYS))
    assert calendar.is_provisional(calendar.due(at("Fri 25/12/2026 09:00"), TEN_DAYS))


def test_provisional_begins_with_the_first_minute_of_its_first_day() -> None:
    for calendar, last, first in (
        (seed(), "Thu 31/12/2026 23:59", "Fri 01/01/2027 00:00"),
        (seed(provisional_from=None), "Fri 31/12/2027 23:59", "Sat 01/01/2028 00:00"),
        (seed(provisional_from="2029-01-01"), "Fri 31/12/2027 23:59", "Sat 01/01/2028 00:00"),
    ):
        assert not calendar.is_provisional(at(last))
        assert calendar.is_provisional(at(first))


def test_a_due_beyond_the_horizon_goes_on_with_weekly_shifts_and_is_provisional() -> None:
    settled = seed(provisional_from=None)
    due = settled.due(at("Mon 27/12/2027 09:00"), TEN_DAYS)
    assert shown(due) == "Mon 10/01/2028 09:00"
    assert settled.is_provisional(due)
    assert not settled.is_provisional(at("Fri 31/12/2027 17:00"))
    assert settled.explain(at("Mon 27/12/2027 09:00"), TEN_DAYS)[-1].provisional


def test_a_calendar_without_work_is_refused_when_it_is_compiled() -> None:
    with pytest.raises(NoWorkingTime) as refused:
        WorkingTime(Calendar.model_validate(SEED | {"weekly": {}, "exceptions": {}}))
    assert refused.value.code == "no_working_time"
    assert "VN-HANH-CHINH" in str(refused.value)


def test_work_that_never_comes_again_is_out_of_range() -> None:
    once = seed(weekly={}, exceptions={"2026-03-02": {"name": "Trực", "shifts": MORNING}})
    monday = at("Mon 02/03/2026 07:00")
    assert shown(once.add(monday, 270)) == "Mon 02/03/2026 11:30"
    refusals: list[Callable[[], object]] = [
        lambda: once.add(monday, 271),
        lambda: once.normalise(at("Mon 02/03/2026 11:30")),
        lambda: once.due(monday, Limit(1, LimitUnit.DAY)),
        lambda: once.due_same_day(at("Mon 02/03/2026 11:30")),
    ]
    for refused in refusals:
        with pytest.raises(OutOfRange):
            refused()


BEFORE = datetime(2018, 12, 30, 16, 59, tzinfo=UTC)
AFTER = datetime(2200, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("moment", [BEFORE, AFTER])
@pytest.mark.parametrize(
    "question",
    [
        lambda time, moment: time.elapsed(moment),
        lambda time, moment: time.between(moment, at("Mon 02/03/2026 07:00")),
        lambda time, moment: time.normalise(moment),
        lambda time, moment: time.is_working(moment),
        lambda time, moment: time.add(moment, 0),
        lambda time, moment: time.add(moment, 5),
        lambda time, moment: time.subtract(moment, 5),
        lambda time, moment: time.due(moment, TEN_DAYS),
        lambda time, moment: time.due(moment, Limit(1, LimitUnit.MONTH)),
        lambda time, moment: time.due_same_day(moment),
        lambda time, moment: time.counts_from(moment, True),
        lambda time, moment: time.explain(moment, TEN_DAYS),
        lambda time, moment: time.extend(moment, 1, TEN_DAYS),
    ],
)
@pytest.mark.parametrize("changed", [{}, {"count_from": "receipt_date"}])
def test_no_moment_outside_the_calendar_gets_an_answer(
    question: Callable[[WorkingTime, datetime], object], moment: datetime, changed: dict[str, Any]
) -> None:
    with pytest.raises(OutOfRange) as refused:
        question(seed(**changed), moment)
    assert refused.value.code == "out_of_range"


@pytest.mark.parametrize("unit", list(LimitUnit))
@pytest.mark.parametrize("working_day", ["minutes", "roster_day"])
def test_a_limit_of_centuries_is_out_of_range_at_once(unit: LimitUnit, working_day: str) -> None:
    calendar = seed(working_day=working_day)
    for value in (10**6, 10**12, 10**30):
        with pytest.raises(OutOfRange):
            calendar.due(at("Mon 02/03/2026 07:00"), Limit(value, unit))


def test_going_back_before_the_first_day_is_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        seed().subtract(at("Wed 02/01/2019 08:00"), 61)
    assert shown(seed().subtract(at("Wed 02/01/2019 08:00"), 60)) == "Wed 02/01/2019 07:00"


def test_negative_times_are_refused() -> None:
    calendar, monday = seed(), at("Mon 02/03/2026 07:00")
    refusals: list[Callable[[], object]] = [
        lambda: calendar.add(monday, -1),
        lambda: calendar.subtract(monday, -1),
        lambda: calendar.extend(monday, -1, TEN_DAYS),
        lambda: calendar.extend(monday, 1, Limit(1, LimitUnit.DAY), waited_days=-1),
    ]
    for refused in refusals:
        with pytest.raises(ValueError, match="không được âm"):
            refused()


def test_a_naive_moment_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        seed().normalise(datetime(2026, 3, 2, 7))  # noqa: DTZ001 - what the test is about


def test_any_zone_may_ask_and_the_answer_is_utc() -> None:
    monday = at("Mon 02/03/2026 09:00")
    for zone in ("Asia/Ho_Chi_Minh", "Europe/Paris", "America/New_York"):
        due = seed().due(monday.astimezone(ZoneInfo(zone)), TEN_DAYS)
        assert due.tzinfo is UTC
        assert due == seed().due(monday, TEN_DAYS)


def test_the_fixed_offset_agrees_with_the_zone_on_every_day_of_the_calendar() -> None:
    calendar = seed()
    first = datetime(2018, 12, 31, 0, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    for day in range(9 * 365):
        moment = first + timedelta(day)
        assert calendar.business_date(moment) == moment.date()
        assert calendar.business_date(moment - timedelta(minutes=1)) < moment.date()


def test_the_verdicts_date_of_a_due_is_its_vietnamese_date() -> None:
    late = seed(weekly={"0": [{"start": "13:00", "end": "23:59"}]})
    due = late.due(at("Mon 02/03/2026 22:59"), Limit(1, LimitUnit.HOUR))
    assert shown(due) == "Mon 02/03/2026 23:59"
    assert late.due_on(due) == date(2026, 3, 2)
