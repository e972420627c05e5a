"""Dossier codes (mã hồ sơ): agency, day of receipt and the order of that day."""

import re
from dataclasses import dataclass
from datetime import date

DIGITS_MIN = 4
CODE = re.compile(
    r"(?P<agency>\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.\d{2,3}){0,5})"
    r"-(?P<day>\d{6})-(?P<order>\d{4,6})"
)
"""Both generations of agency codes; the national portal's own orders have six digits."""


@dataclass(frozen=True, slots=True)
class Order:
    """A code's place in the daily sequence of its agency."""

    agency: str
    day: str
    number: int

    @property
    def on(self) -> date:
        """The day it was given on."""
        return date.fromisoformat(f"20{self.day}")


def prefix(agency: str, received_on: date) -> str:
    """Everything of a code but the order of the day."""
    return f"{agency}-{received_on:%y%m%d}-"


def is_valid(code: str) -> bool:
    """Whether a code has the form of the law (Circular 01/2018 Art 19, Decision 20/2020)."""
    return CODE.fullmatch(code) is not None


def own_order(code: str) -> Order | None:
    """Tell which of our own orders a given code would collide with, if any.

    The portal pads to six digits, so that most of its codes can never be issued here.
    """
    found = CODE.fullmatch(code)
    if found is None:
        return None
    number = int(found["order"])
    if number == 0 or str(number).zfill(DIGITS_MIN) != found["order"]:
        return None
    order = Order(found["agency"], found["day"], number)
    try:
        return order if order.on else None
    except ValueError:
        # No day of any calendar, so never one of ours.
        return None
