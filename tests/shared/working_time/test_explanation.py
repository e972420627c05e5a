"""Every due date can be told day by day."""

from datetime import date, time

from shared.working_time import Limit, LimitUnit, Rule, Skip
from tests.shared.working_time.calendars import at, seed

HOLIDAY_TEXT = (
    "Thứ Ba 24/11/2026: không tính, ngày nghỉ – Ngày Văn hoá Việt Nam (Nghị quyết 28/2026/QH16)"
)


def test_working_days_tell_what_counted_what_was_skipped_and_by_which_decision() -> None:
    told = seed().explain(at("Fri 20/11/2026 15:30"), Limit(3, LimitUnit.WORKING_DAY))
    assert [(day.on.day, day.counted, day.skipped) for day in told] == [
        (20, 90, None),
        (21, 0, Skip.WEEKEND),
        (22, 0, Skip.WEEKEND),
        (23, 480, None),
        (24, 0, Skip.HOLIDAY),
        (25, 480, None),
        (26, 390, None),
    ]
    assert sum(day.counted for day in told) == 3 * 480
    holiday = told[4]
    assert (holiday.name, holiday.source) == ("Ngày Văn hoá Việt Nam", "Nghị quyết 28/2026/QH16")
    assert told[0].spans == ((time(15, 30), time(17)),)
    assert told[6].spans == ((time(7), time(11, 30)), (time(13, 30), time(15, 30)))
    assert {day.rule for day in told} == {Rule.WORKING_MINUTES}


def test_a_day_worked_back_names_the_decision_that_opened_it() -> None:
    told = seed().explain(at("Thu 08/01/2026 09:00"), Limit(3, LimitUnit.WORKING_DAY))
    saturday = next(day for day in told if day.on == date(2026, 1, 10))
    assert saturday.counted == 480
    assert saturday.name == "Làm bù cho Thứ Sáu 02/01/2026"
    assert "12729" in str(saturday.source)


def test_a_receipt_after_hours_skips_its_own_day() -> None:
    told = seed().explain(at("Fri 06/03/2026 17:20"), Limit(8, LimitUnit.HOUR))
    assert [(day.counted, day.skipped) for day in told] == [
        (0, Skip.OUTSIDE_SHIFTS),
        (0, Skip.WEEKEND),
        (0, Skip.WEEKEND),
        (480, None),
    ]


def test_calendar_days_count_holidays_too_and_move_only_the_end() -> None:
    told = seed().explain(at("Fri 06/02/2026 09:00"), Limit(10, LimitUnit.DAY))
    assert sum(day.counted for day in told) == 10
    assert (told[0].on, told[0].skipped) == (date(2026, 2, 6), Skip.START)
    tet = next(day for day in told if day.on == date(2026, 2, 16))
    assert (tet.counted, tet.name) == (1, "Tết Nguyên đán")
    assert [day.skipped for day in told[11:]] == [Skip.HOLIDAY] * 4 + [Skip.WEEKEND] * 2 + [
        Skip.MOVED
    ]
    assert told[-1].on == date(2026, 2, 23)


def test_months_count_the_days_between_their_dates() -> None:
    told = seed().explain(at("Wed 31/01/2024 09:00"), Limit(1, LimitUnit.MONTH))
    assert sum(day.counted for day in told) == 29
    assert told[-1].on == date(2024, 2, 29)
    assert told[0].rule is Rule.CALENDAR_MONTHS


def test_rows_of_the_roster_tell_their_rule() -> None:
    rows = seed(working_day="roster_day")
    told = rows.explain(at("Mon 02/03/2026 09:00"), Limit(2, LimitUnit.WORKING_DAY))
    assert {day.rule for day in told} == {Rule.ROSTER_DAYS}
    assert sum(day.counted for day in told) == 2 * 480


def test_each_day_reads_as_one_vietnamese_line() -> None:
    told = seed().explain(at("Fri 20/11/2026 15:30"), Limit(3, LimitUnit.WORKING_DAY))
    assert [day.text for day in told[:5:2]] == [
        "Thứ Sáu 20/11/2026: tính 90 phút",
        "Chủ nhật 22/11/2026: không tính, nghỉ hằng tuần",
        HOLIDAY_TEXT,
    ]
    next_year = seed().explain(at("Thu 31/12/2026 09:00"), Limit(2, LimitUnit.WORKING_DAY))
    assert next_year[1].text == (
        "Thứ Sáu 01/01/2027: không tính, ngày nghỉ – Tết Dương lịch"
        " (Bộ luật Lao động 2019, Điều 112), lịch tạm tính"
    )
