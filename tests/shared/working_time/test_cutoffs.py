"""Same-day procedures, online filings and receipts floored to the minute."""

from datetime import timedelta

import pytest

from shared.working_time import Limit, LimitUnit
from tests.shared.working_time.calendars import at, saturday_mornings, seed, shown


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("Mon 02/03/2026 06:00", "Mon 02/03/2026 17:00"),
        ("Mon 02/03/2026 09:00", "Mon 02/03/2026 17:00"),
        ("Mon 02/03/2026 12:00", "Mon 02/03/2026 17:00"),
        ("Mon 02/03/2026 15:00", "Mon 02/03/2026 17:00"),
        ("Mon 02/03/2026 15:01", "Tue 03/03/2026 17:00"),
        ("Mon 02/03/2026 17:00", "Tue 03/03/2026 17:00"),
        ("Mon 02/03/2026 19:00", "Tue 03/03/2026 17:00"),
        ("Fri 06/03/2026 15:01", "Mon 09/03/2026 17:00"),
        ("Sat 07/03/2026 16:00", "Mon 09/03/2026 17:00"),
        ("Fri 13/02/2026 16:00", "Mon 23/02/2026 17:00"),
    ],
)
def test_a_same_day_procedure_ends_at_the_closing_of_its_day(received: str, due: str) -> None:
    assert shown(seed().due_same_day(at(received))) == due


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("Fri 06/03/2026 15:01", "Sat 07/03/2026 11:30"),
        ("Sat 07/03/2026 11:29", "Sat 07/03/2026 11:30"),
        ("Sat 07/03/2026 11:30", "Mon 09/03/2026 17:00"),
    ],
)
def test_same_day_on_a_morning_only_day_never_ends_before_receipt(received: str, due: str) -> None:
    assert shown(saturday_mornings().due_same_day(at(received))) == due


@pytest.mark.parametrize(
    ("filed", "counts"),
    [
        ("Mon 02/03/2026 05:00", "Mon 02/03/2026 07:00"),
        ("Mon 02/03/2026 09:17", "Mon 02/03/2026 09:17"),
        ("Mon 02/03/2026 12:00", "Mon 02/03/2026 13:30"),
        ("Mon 02/03/2026 15:59", "Mon 02/03/2026 15:59"),
        ("Mon 02/03/2026 16:00", "Tue 03/03/2026 07:00"),
        ("Mon 02/03/2026 23:59", "Tue 03/03/2026 07:00"),
        ("Fri 06/03/2026 16:30", "Mon 09/03/2026 07:00"),
        ("Sun 08/03/2026 10:00", "Mon 09/03/2026 07:00"),
    ],
)
def test_an_online_filing_of_the_last_hour_counts_from_the_next_working_day(
    filed: str, counts: str
) -> None:
    assert shown(seed().counts_from(at(filed), online=True)) == counts


def test_the_last_hour_is_the_one_before_that_days_closing() -> None:
    mornings = saturday_mornings()
    assert shown(mornings.counts_from(at("Sat 07/03/2026 10:29"), True)) == "Sat 07/03/2026 10:29"
    assert shown(mornings.counts_from(at("Sat 07/03/2026 10:30"), True)) == "Mon 09/03/2026 07:00"


def test_a_counter_filing_of_the_last_hour_counts_at_once() -> None:
    filed = at("Mon 02/03/2026 16:30")
    assert seed().counts_from(filed, online=False) == filed


def test_a_cutoff_counts_from_its_first_day() -> None:
    last_day_before = at("Mon 30/06/2025 16:30")
    assert seed().counts_from(last_day_before, online=True) == last_day_before
    assert shown(seed().counts_from(at("Tue 01/07/2025 16:30"), True)) == "Wed 02/07/2025 07:00"


def test_without_cutoffs_every_receipt_of_the_day_is_in_time() -> None:
    free = seed(cutoffs=[])
    assert shown(free.due_same_day(at("Mon 02/03/2026 16:59"))) == "Mon 02/03/2026 17:00"
    assert shown(free.counts_from(at("Mon 02/03/2026 16:59"), True)) == "Mon 02/03/2026 16:59"


def test_seconds_are_floored_before_anything_is_decided() -> None:
    late = timedelta(seconds=59)
    calendar, hour = seed(), Limit(1, LimitUnit.HOUR)
    assert shown(calendar.due_same_day(at("Mon 02/03/2026 15:00") + late)) == "Mon 02/03/2026 17:00"
    assert shown(calendar.due(at("Mon 02/03/2026 09:00") + late, hour)) == "Mon 02/03/2026 10:00"
    assert calendar.due(at("Mon 02/03/2026 09:00") + late, hour).second == 0
    assert calendar.is_working(at("Mon 02/03/2026 11:29") + late)
    assert not calendar.is_working(at("Mon 02/03/2026 06:59") + late)


@pytest.mark.parametrize(
    ("count_from", "received", "due"),
    [
        ("receipt_date", "Sat 07/03/2026 09:00", "Tue 10/03/2026 09:00"),
        ("receipt_date", "Sat 07/03/2026 12:15", "Tue 10/03/2026 11:30"),
        ("receipt_date", "Fri 06/03/2026 18:00", "Mon 09/03/2026 17:00"),
        ({"2026-03-08": "receipt_date"}, "Sat 07/03/2026 09:00", "Thu 12/03/2026 07:00"),
        ({"2026-03-07": "receipt_date"}, "Sat 07/03/2026 09:00", "Tue 10/03/2026 09:00"),
    ],
)
def test_calendar_days_count_from_receipt_where_the_calendar_says_so(
    count_from: object, received: str, due: str
) -> None:
    calendar = seed(count_from=count_from)
    assert shown(calendar.due(at(received), Limit(3, LimitUnit.DAY))) == due


def test_a_working_day_of_the_roster_does_not_drift() -> None:
    short = [{"start": "07:30", "end": "11:30"}, {"start": "13:30", "end": "17:00"}]
    week = {str(weekday): short for weekday in range(5)}
    monday, five = at("Mon 02/03/2026 15:00"), Limit(5, LimitUnit.WORKING_DAY)
    minutes, rows = seed(weekly=week), seed(weekly=week, working_day="roster_day")
    assert shown(minutes.due(monday, five)) == "Tue 10/03/2026 08:00"
    assert shown(rows.due(monday, five)) == "Mon 09/03/2026 15:00"
    assert rows.due(monday, five) == seed(weekly=week, day_minutes=450).due(monday, five)


def test_a_roster_day_of_eight_hours_is_a_working_day() -> None:
    rows = seed(working_day="roster_day")
    for received in ("Mon 02/03/2026 07:00", "Sat 07/03/2026 09:00", "Tue 10/03/2026 12:15"):
        for limit in (Limit(1, LimitUnit.WORKING_DAY), Limit(7, LimitUnit.WORKING_DAY)):
            assert rows.due(at(received), limit) == seed().due(at(received), limit)


def test_a_pause_of_calendar_days_moves_a_day_limit_by_days_and_rolls() -> None:
    calendar, limit = seed(), Limit(5, LimitUnit.DAY)
    due = at("Fri 13/03/2026 09:00")
    moved = calendar.extend_over(due, at("Tue 10/03/2026 16:00"), at("Wed 11/03/2026 08:00"), limit)
    assert shown(moved) == "Mon 16/03/2026 09:00"
    same_day = calendar.extend_over(
        due, at("Tue 10/03/2026 08:00"), at("Tue 10/03/2026 16:00"), limit
    )
    assert same_day == due
    with pytest.raises(ValueError, match="số ngày đã tạm dừng"):
        calendar.extend(due, 480, limit)


@pytest.mark.parametrize("unit", list(LimitUnit))
@pytest.mark.parametrize(
    "due", ["Fri 13/03/2026 17:00", "Fri 13/03/2026 11:30", "Mon 16/02/2026 09:00"]
)
def test_extended_by_nothing_a_due_stays_at_closing_and_even_on_a_later_holiday(
    unit: LimitUnit, due: str
) -> None:
    calendar, limit = seed(), Limit(3, unit)
    saturday_morning, saturday_noon = at("Sat 07/03/2026 09:00"), at("Sat 07/03/2026 12:00")
    assert shown(calendar.extend(at(due), 0, limit)) == due
    assert shown(calendar.extend_over(at(due), saturday_morning, saturday_noon, limit)) == due
