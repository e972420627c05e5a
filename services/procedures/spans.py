"""Amounts of time that are added up and compared exactly, each kind with its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol

from shared.events import LimitUnit

LEGAL_DAY_HOURS: Final = 8

UNIT_LABELS: Final = {
    LimitUnit.HOUR: "giờ làm việc",
    LimitUnit.WORKING_DAY: "ngày làm việc",
    LimitUnit.DAY: "ngày",
    LimitUnit.MONTH: "tháng",
}


class Measured(Protocol):
    """Whatever has an exact value and a unit."""

    @property
    def value(self) -> Decimal:
        """How much."""

    @property
    def unit(self) -> LimitUnit:
        """Of what."""


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of working hours, calendar days or months; of two units it has no order."""

    amount: Fraction
    unit: LimitUnit

    def __str__(self) -> str:
        """The amount for a reader, such as `168 giờ làm việc`."""
        return f"{_decimal(self.amount)} {UNIT_LABELS[self.unit]}"

    def in_days(self, hours_per_day: int) -> str:
        """The amount for a reader, working hours also in days."""
        if self.unit is not LimitUnit.HOUR:
            return str(self)
        days = Span(self.amount / hours_per_day, LimitUnit.WORKING_DAY)
        return f"{self} ({days})"


def span(limit: Measured, hours_per_day: int = LEGAL_DAY_HOURS) -> Span:
    """The limit as what it is counted in: working days become working hours."""
    amount = Fraction(limit.value)
    if limit.unit is LimitUnit.WORKING_DAY:
        return Span(amount * hours_per_day, LimitUnit.HOUR)
    return Span(amount, LimitUnit(limit.unit))


def units_of(spans: Iterable[Span]) -> set[LimitUnit]:
    """What the spans are counted in; more than one unit cannot be added up."""
    return {each.unit for each in spans}


def _decimal(amount: Fraction) -> str:
    """Two decimals at most, which tell minutes of an hour apart, after Vietnam's comma."""
    text = f"{float(amount):.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")
