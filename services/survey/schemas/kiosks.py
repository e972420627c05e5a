"""Kiosks at counters, their codes, and the slips that are filled in there."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.survey.schemas.invitations import Slip, SlipView
from services.survey.schemas.polls import Agency
from services.survey.schemas.words import Words
from shared.times import LocalDateTime

Secret = Annotated[str, StringConstraints(max_length=100)]
Token = Annotated[str, StringConstraints(max_length=100)]
Code = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_upper=True, max_length=20, pattern=r"^[A-Za-z0-9 \-]+$"
    ),
]
Name = Annotated[Words, StringConstraints(max_length=200)]


class KioskIn(BaseModel):
    """A device to set up."""

    model_config = ConfigDict(extra="forbid")

    agency: Agency = Field(description="Bộ phận Một cửa đặt thiết bị.")
    name: Name


class KioskView(BaseModel):
    """A device."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    agency: str
    name: str
    registered_at: LocalDateTime
    retired_at: LocalDateTime | None


class KioskKey(KioskView):
    """A new device with its secret, which is shown this once."""

    secret: str


class KioskCodeView(BaseModel):
    """What the officer shows to the person: to be typed at a kiosk, once."""

    code: str
    expires_at: LocalDateTime


class CodeIn(BaseModel):
    """A code as somebody typed it; small letters, spaces and dashes do not matter."""

    model_config = ConfigDict(extra="forbid")

    secret: Secret
    code: Code


class KioskSlipView(SlipView):
    """The slip that the code opened, with the right to fill it in."""

    token: str


class KioskSlip(Slip):
    """A slip filled in at a kiosk."""

    secret: Secret
    token: Token
