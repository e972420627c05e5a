"""What the parts of a record have in common."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.procedures.records.json_values import Kept
from services.procedures.texts import Name

PartId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.-]{1,40}$")]
NationalCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
"""A code of a national list, kept as it stands: strays of older forms are in use."""

Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^\x00]*)?$", max_length=40_000)]
"""A spot in a JSON document (RFC 6901), to the letter: a key may begin or end in a space."""

KEPT_MAX: Final = 2000
"""Spots of a record that are kept as received."""

UNNAMED: Final = "(không tên)"
"""Stands for a name that the source left empty."""


class Shape(StrEnum):
    """A form that a record is written in outside of this system."""

    NATIONAL = "national"
    """The national database's (LayThuTuc)."""
    PORTAL = "portal"
    """That of facts gathered from the national public service portal."""
    OWN = "own"
    """The record itself, as the API takes it."""


class Part(BaseModel):
    """A part of the record: frozen, and nothing unknown slips in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NamedCode(Part):
    """Something that a national list names: an agency, a result, a related procedure."""

    code: NationalCode | None = None
    name: Name


class AsReceived(Part):
    """A spot where the source wrote what the record's own fields would not write again.

    An export puts `value` back at `pointer` (RFC 6901) as long as the record still says `instead`
    there; `None` stands for nothing at all, JSON's own null is a value like others.
    """

    pointer: Pointer
    value: tuple[Kept] | None
    instead: tuple[Kept] | None
