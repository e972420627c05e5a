"""Processing limits (thời hạn giải quyết): exact values with a unit."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from shared.working_time.errors import InexactLimit

LEGAL_DAY_MINUTES: Final = 480
"""A working day is eight working hours unless a calendar says otherwise."""

_HOUR_MINUTES: Final = 60


class LimitUnit(StrEnum):
    """Unit of a processing limit (đơn vị thời hạn)."""

    HOUR = "hour"
    WORKING_DAY = "working_day"
    DAY = "day"
    MONTH = "month"

    @property
    def is_working_time(self) -> bool:
        """Whether only working minutes count; calendar days and months count every day."""
        return self is LimitUnit.HOUR or self is LimitUnit.WORKING_DAY


@dataclass(frozen=True, slots=True)
class Limit:
    """An exact limit; raises InexactLimit for zero, floats and broken minutes, days or months.

    `minutes` holds a working-time limit at eight hours a day, `count` calendar days or months;
    the other one is 0.
    """

    value: Decimal | Fraction | int
    unit: LimitUnit
    minutes: int = field(init=False, repr=False, compare=False)
    count: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        exact = _exact(self.value)
        unit = LimitUnit(self.unit)
        object.__setattr__(self, "value", exact)
        object.__setattr__(self, "unit", unit)
        if unit.is_working_time:
            object.__setattr__(self, "minutes", self.minutes_at(LEGAL_DAY_MINUTES))
            object.__setattr__(self, "count", 0)
        else:
            object.__setattr__(self, "minutes", 0)
            object.__setattr__(self, "count", _whole(exact, "ngày hoặc tháng"))

    def minutes_at(self, day_minutes: int) -> int:
        """Working minutes of an hour or working-day limit where a day has `day_minutes`."""
        each = _HOUR_MINUTES if self.unit is LimitUnit.HOUR else day_minutes
        return _whole(Fraction(self.value) * each, "phút làm việc")


def _exact(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        raise InexactLimit("Thời hạn phải là số thập phân, phân số hoặc số nguyên chính xác.")
    if isinstance(value, Decimal) and not value.is_finite():
        raise InexactLimit("Thời hạn phải là một số hữu hạn.")
    if value <= 0:
        raise InexactLimit("Thời hạn phải lớn hơn 0; không có thời hạn thì để trống.")
    return Fraction(value)


def _whole(value: Fraction, what: str) -> int:
    if value.denominator != 1:
        raise InexactLimit(f"Thời hạn không chẵn {what}; hãy công bố một giá trị chẵn.")
    return value.numerator
