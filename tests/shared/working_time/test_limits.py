"""Limits are exact or they are refused."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from shared.working_time import InexactLimit, Limit, LimitUnit
from tests.shared.working_time.calendars import at, seed


@pytest.mark.parametrize(
    ("value", "unit", "minutes"),
    [
        (Decimal("0.25"), "working_day", 120),
        (Decimal("0.5"), "hour", 30),
        (Fraction(1, 60), "hour", 1),
        (Fraction(1, 3), "working_day", 160),
        (30, "working_day", 240 * 60),
        (Decimal("1.50"), "working_day", 720),
    ],
)
def test_working_time_is_a_whole_number_of_minutes(value: Any, unit: str, minutes: int) -> None:
    assert Limit(value, LimitUnit(unit)).minutes == minutes


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (0, "hour"),
        (Decimal(0), "working_day"),
        (-1, "day"),
        (Decimal("0.333"), "working_day"),
        (Fraction(1, 7), "hour"),
        (Decimal("0.001"), "hour"),
        (Decimal("1.5"), "day"),
        (Decimal("0.5"), "month"),
        (Decimal("NaN"), "hour"),
        (Decimal("Infinity"), "day"),
        (0.5, "hour"),
        (True, "day"),
        ("1", "day"),
    ],
)
def test_what_is_not_exact_is_refused_and_never_rounded(value: Any, unit: str) -> None:
    with pytest.raises(InexactLimit) as refused:
        Limit(value, LimitUnit(unit))
    assert refused.value.code == "inexact_limit"
    assert "hạn" in str(refused.value)


def test_a_fraction_must_be_whole_in_the_calendars_own_day_too() -> None:
    quarter = Limit(Decimal("0.25"), LimitUnit.WORKING_DAY)
    monday = at("Mon 02/03/2026 07:00")
    assert seed().between(monday, seed().due(monday, quarter)) == 120
    with pytest.raises(InexactLimit):
        seed(day_minutes=450).due(monday, quarter)


def test_equal_values_are_equal_limits() -> None:
    assert Limit(Decimal("1.0"), LimitUnit.DAY) == Limit(1, LimitUnit.DAY)
    assert len({Limit(Decimal("0.50"), LimitUnit.HOUR), Limit(Fraction(1, 2), LimitUnit.HOUR)}) == 1
    assert Limit(1, LimitUnit.DAY) != Limit(1, LimitUnit.MONTH)
