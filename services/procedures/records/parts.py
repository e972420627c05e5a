"""What the parts of a record have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, JsonValue, StringConstraints

from services.procedures.texts import Name, Text

PartId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.-]{1,40}$")]
NationalCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
"""A code of a national list, kept as it stands: strays of older forms are in use."""


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

    pointer: Text
    value: tuple[JsonValue] | None
    instead: tuple[JsonValue] | None
