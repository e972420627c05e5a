"""Bounded kinds of text and numbers; a NUL, which no text column takes, is refused at the door."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NO_NUL = r"^[^\x00]*$"

Short = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)
]
Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=NO_NUL)
]
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\x00]*\w[^\x00]*$"
    ),
]
AgencyCode = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Z0-9.]+$")]
ProcedureCode = Annotated[str, StringConstraints(pattern=r"^[1-9]\.\d{6}$")]
IdentityNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.\-]{4,29}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 .\-]{5,19}$")]
Email = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
Count = Annotated[int, Field(ge=0, le=1000)]
Amount = Annotated[int, Field(gt=0, le=10**15)]
DemandNumber = Annotated[int, Field(ge=1, le=1000)]


class Body(BaseModel):
    """A request body; what it does not know is refused, not dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)
