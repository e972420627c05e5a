"""Quarters and years, by which the nine indices are judged (TT01/2018 Art 15)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

QUARTERS: Final = (1, 2, 3, 4)
MONTHS: Final = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter, or a year where no quarter is given."""

    year: int
    quarter: int | None

    @property
    def quarters(self) -> tuple[int, ...]:
        """The quarters in it."""
        return QUARTERS if self.quarter is None else (self.quarter,)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, MONTHS * (self.quarters[0] - 1) + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        month = MONTHS * self.quarters[-1]
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def title(self) -> str:
        """As a form's heading names it."""
        return f"năm {self.year}" if self.quarter is None else f"quý {self.quarter}/{self.year}"
