"""The seeded public-sector calendar says what the decisions of its years say."""

from datetime import date, timedelta

import pytest

from shared.working_time import Calendar
from tests.shared.working_time.calendars import FULL_DAY, SEED, at, seed


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2019, 252),
        (2020, 252),
        (2021, 250),
        (2022, 249),
        (2023, 249),
        (2024, 251),
        (2025, 250),
        (2026, 249),
    ],
)
def test_a_year_has_its_number_of_working_days(year: int, days: int) -> None:
    opening, end = (
        at(f"{_weekday(year)} 01/01/{year} 00:00"),
        at(f"{_weekday(year + 1)} 01/01/{year + 1} 00:00"),
    )
    assert seed().between(opening, end) == days * 480


def test_every_exception_bears_its_name_and_its_source() -> None:
    assert all(it.name and it.source for it in Calendar.model_validate(SEED).exceptions.values())


def test_only_weekdays_are_off_and_only_weekends_are_worked_back() -> None:
    for on, it in Calendar.model_validate(SEED).exceptions.items():
        assert bool(it.shifts) == (on.weekday() >= 5), on


def test_every_day_worked_back_answers_a_day_swapped() -> None:
    exceptions = Calendar.model_validate(SEED).exceptions
    worked = {on for on, it in exceptions.items() if it.shifts}
    swapped = {on for on, it in exceptions.items() if it.name.startswith("Nghỉ hoán đổi")}
    assert len(worked) == len(swapped) == 6
    for on in worked:
        assert any(f"{other:%d/%m/%Y}" in exceptions[on].name for other in swapped), on
    for on in swapped:
        assert any(f"{other:%d/%m/%Y}" in exceptions[on].name for other in worked), on


def test_days_worked_back_have_the_default_shifts() -> None:
    for it in SEED["exceptions"].values():
        assert it["shifts"] in ([], FULL_DAY)


def test_the_year_not_yet_decided_is_provisional() -> None:
    calendar = Calendar.model_validate(SEED)
    assert calendar.provisional_from == date(2027, 1, 1)
    assert calendar.last_on == date(2027, 12, 31)
    assert calendar.first_on == date(2018, 12, 31)


def test_public_holidays_of_fixed_date_are_off_every_year() -> None:
    calendar = seed()
    for year in range(2019, 2028):
        for month, day in ((1, 1), (4, 30), (5, 1), (9, 2)):
            assert not calendar.is_working_day(date(year, month, day))
    assert not calendar.is_working_day(date(2026, 11, 24))
    assert calendar.is_working_day(date(2025, 11, 24))


def test_a_holiday_on_a_weekend_is_given_back_on_the_next_working_day() -> None:
    calendar = seed()
    for given_back in ("2021-05-03", "2022-01-03", "2023-01-02", "2026-04-27", "2027-05-03"):
        assert not calendar.is_working_day(date.fromisoformat(given_back))
        assert calendar.is_working_day(date.fromisoformat(given_back) + timedelta(1))


def _weekday(year: int) -> str:
    return date(year, 1, 1).strftime("%a")
