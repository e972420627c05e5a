"""Agency identifiers, old and new: the form of Decision 20/2020/QĐ-TTg and the one before it.

The old form (QCVN 102:2016/BTTTT) reads from right to left and is filled with zeros:
`000.17.22.H56` is what `H56.22.17` became.
"""

import re
from typing import Annotated, Final

from pydantic import StringConstraints

from services.procedures.codes import AGENCY

OLD: Final = r"^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}$"

OldIdentifier = Annotated[str, StringConstraints(pattern=OLD)]

OLD_DIGITS: Final = (2, 2, 3)
"""Digits of the old form's parts below the ministry or province, from the second level down."""

ZEROS: Final = re.compile(r"0+")


class Unconvertible(ValueError):
    """The identifier has no counterpart in the other form."""


def to_new(old: str) -> str:
    """The new form of an old identifier; raises Unconvertible for what is no old one.

    Empty levels fall out, also between filled ones: `000.05.00.H20` becomes `H20.05`.
    """
    if not re.fullmatch(OLD, old):
        raise Unconvertible(f"{old} is no identifier of the old form")
    top, *below = reversed(old.split("."))
    return ".".join([top, *(part for part in below if not ZEROS.fullmatch(part))])


def to_old(new: str) -> str:
    """The old form of a new identifier; raises Unconvertible where the old form has no room.

    It has four levels of fixed width: a three-digit commune right below its province
    (`H20.188`) never had one.
    """
    if not re.fullmatch(AGENCY, new):
        raise Unconvertible(f"{new} is no identifier of the new form")
    top, *below = new.split(".")
    if len(below) > len(OLD_DIGITS):
        raise Unconvertible(f"{new} has more levels than the old form")
    parts = []
    for digits, part in zip(OLD_DIGITS, [*below, None, None, None], strict=False):
        # A part of other width, or of zeros, would not come back the same.
        if part is not None and (len(part) != digits or ZEROS.fullmatch(part)):
            raise Unconvertible(f"{part} of {new} does not fit the old form")
        parts.append(part or "0" * digits)
    return ".".join([*reversed(parts), top])


def find_old(new: str) -> str | None:
    """The old form of a new identifier, None where it has none."""
    try:
        return to_old(new)
    except Unconvertible:
        return None


def same(identifier: str) -> tuple[str, ...]:
    """Every way to write the agency that an identifier of either form names, as given first."""
    other = to_new(identifier) if re.fullmatch(OLD, identifier) else find_old(identifier)
    return (identifier,) if other is None else (identifier, other)


def path_of(code: str) -> list[str]:
    """The codes from the province or ministry down to the agency itself (decision 0006)."""
    parts = code.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
