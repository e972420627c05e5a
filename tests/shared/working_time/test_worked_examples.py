"""Due dates worked out by hand, to the minute."""

from decimal import Decimal

import pytest

from shared.working_time import Limit, LimitUnit
from tests.shared.working_time.calendars import at, saturday_mornings, seed, shown

HOUR, WORKING_DAY, DAY, MONTH = LimitUnit

COUNTING = [
    ("Mon 02/03/2026 07:00", "2", HOUR, "Mon 02/03/2026 09:00"),
    ("Fri 06/03/2026 16:30", "2", HOUR, "Mon 09/03/2026 08:30"),
    ("Sat 07/03/2026 09:00", "1", WORKING_DAY, "Mon 09/03/2026 17:00"),
    ("Tue 10/03/2026 12:15", "8", HOUR, "Wed 11/03/2026 11:30"),
    ("Tue 10/03/2026 17:20", "8", HOUR, "Wed 11/03/2026 17:00"),
    ("Thu 08/01/2026 09:00", "3", WORKING_DAY, "Mon 12/01/2026 09:00"),
    ("Fri 13/02/2026 14:00", "5", WORKING_DAY, "Fri 27/02/2026 14:00"),
    ("Thu 23/04/2026 09:00", "5", WORKING_DAY, "Tue 05/05/2026 09:00"),
    ("Wed 19/08/2026 10:00", "5", WORKING_DAY, "Tue 25/08/2026 10:00"),
    ("Fri 28/08/2026 15:30", "3", WORKING_DAY, "Mon 07/09/2026 15:30"),
]

BORDERS = [
    ("Mon 02/03/2026 17:00", "8", HOUR, "Tue 03/03/2026 17:00"),
    ("Mon 02/03/2026 16:59", "8", HOUR, "Tue 03/03/2026 16:59"),
    ("Mon 02/03/2026 11:30", "1", HOUR, "Mon 02/03/2026 14:30"),
    ("Mon 02/03/2026 07:00", "4.5", HOUR, "Mon 02/03/2026 11:30"),
    ("Mon 02/03/2026 16:00", "0.25", WORKING_DAY, "Tue 03/03/2026 08:00"),
    ("Wed 31/12/2025 16:00", "2", HOUR, "Mon 05/01/2026 08:00"),
    ("Wed 31/12/2025 16:00", "1", WORKING_DAY, "Mon 05/01/2026 16:00"),
    ("Fri 06/02/2026 09:00", "10", DAY, "Mon 23/02/2026 09:00"),
    ("Fri 06/02/2026 12:15", "10", DAY, "Mon 23/02/2026 13:30"),
    ("Sat 07/03/2026 09:00", "3", DAY, "Thu 12/03/2026 07:00"),
    ("Wed 31/01/2024 09:00", "1", MONTH, "Thu 29/02/2024 09:00"),
    ("Mon 30/03/2026 09:00", "1", MONTH, "Mon 04/05/2026 09:00"),
]

HOLIDAYS = [
    ("Mon 23/11/2026 09:00", "1", WORKING_DAY, "Wed 25/11/2026 09:00"),
    ("Fri 20/11/2026 15:30", "3", WORKING_DAY, "Thu 26/11/2026 15:30"),
    ("Fri 25/04/2025 14:00", "2", WORKING_DAY, "Mon 28/04/2025 14:00"),
    ("Mon 28/04/2025 14:00", "3", WORKING_DAY, "Tue 06/05/2025 14:00"),
    ("Fri 26/04/2024 09:00", "2", WORKING_DAY, "Fri 03/05/2024 09:00"),
    ("Fri 03/05/2019 10:00", "2", WORKING_DAY, "Mon 06/05/2019 10:00"),
    ("Fri 28/04/2023 09:00", "1", WORKING_DAY, "Thu 04/05/2023 09:00"),
]

TWO_APPOINTMENTS = [
    ("Mon 02/03/2026 08:00", "6", WORKING_DAY, "Tue 10/03/2026 08:00"),
    ("Thu 19/03/2026 10:00", "4", WORKING_DAY, "Wed 25/03/2026 10:00"),
]

MORE = [
    ("Mon 02/03/2026 08:00", "10", WORKING_DAY, "Mon 16/03/2026 08:00"),
    ("Mon 02/03/2026 08:00", "1.5", WORKING_DAY, "Tue 03/03/2026 14:00"),
    ("Sat 31/01/2026 09:00", "1", MONTH, "Mon 02/03/2026 07:00"),
    ("Fri 30/01/2026 09:00", "1", MONTH, "Mon 02/03/2026 09:00"),
    ("Mon 15/12/2025 10:00", "13", MONTH, "Fri 15/01/2027 10:00"),
    ("Thu 31/12/2026 16:00", "1", WORKING_DAY, "Mon 04/01/2027 16:00"),
]


@pytest.mark.parametrize(
    ("received", "value", "unit", "due"), COUNTING + BORDERS + HOLIDAYS + TWO_APPOINTMENTS
)
def test_a_limit_ends_at_the_minute_worked_out(
    received: str, value: str, unit: LimitUnit, due: str
) -> None:
    assert shown(seed().due(at(received), Limit(Decimal(value), unit))) == due


@pytest.mark.parametrize(("received", "value", "unit", "due"), MORE)
def test_long_broken_and_year_crossing_limits_end_where_they_should(
    received: str, value: str, unit: LimitUnit, due: str
) -> None:
    assert shown(seed().due(at(received), Limit(Decimal(value), unit))) == due


@pytest.mark.parametrize(
    ("received", "value", "unit", "due"),
    [
        ("Fri 06/03/2026 14:00", "1", WORKING_DAY, "Mon 09/03/2026 07:30"),
        ("Wed 04/03/2026 15:00", "3", DAY, "Sat 07/03/2026 11:30"),
    ],
)
def test_saturday_mornings_count_as_the_minutes_they_have(
    received: str, value: str, unit: LimitUnit, due: str
) -> None:
    assert shown(saturday_mornings().due(at(received), Limit(Decimal(value), unit))) == due


def test_the_time_between_two_appointments_is_outside_the_limit() -> None:
    calendar = seed()
    first = calendar.due(at("Mon 02/03/2026 08:00"), Limit(6, WORKING_DAY))
    paid = at("Thu 19/03/2026 10:00")
    second = calendar.due(paid, Limit(4, WORKING_DAY))
    inside = calendar.between(at("Mon 02/03/2026 08:00"), first) + calendar.between(paid, second)
    assert inside == 10 * 480


def test_a_supplement_extends_by_the_time_waited_or_restarts_the_limit() -> None:
    calendar, limit = seed(), Limit(10, WORKING_DAY)
    asked, completed = at("Thu 05/03/2026 10:00"), at("Mon 09/03/2026 14:00")
    due = calendar.due(at("Mon 02/03/2026 08:00"), limit)
    waited = calendar.between(asked, completed)
    assert shown(due) == "Mon 16/03/2026 08:00"
    assert waited == 18 * 60
    assert shown(calendar.extend(due, waited, limit)) == "Wed 18/03/2026 10:00"
    assert calendar.extend_over(due, asked, completed, limit) == calendar.extend(due, waited, limit)
    assert shown(calendar.due(completed, limit)) == "Mon 23/03/2026 14:00"
