"""What a figure came to: an exact numerator over an exact denominator."""

from fractions import Fraction
from typing import NamedTuple


class Figure(NamedTuple):
    """What was counted; nothing in the denominator has no share."""

    numerator: Fraction
    denominator: Fraction

    @classmethod
    def of(cls, numerator: int, denominator: int) -> "Figure":
        """Make one of whole numbers."""
        return cls(Fraction(numerator), Fraction(denominator))

    @property
    def share(self) -> Fraction | None:
        """The share, exactly."""
        return self.numerator / self.denominator if self.denominator > 0 else None
