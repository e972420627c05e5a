"""Links that are sent, and what became of them."""

import re
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.times import LocalDateTime

MAILBOX = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,180}\.[A-Za-z]{2,20}")
PHONE = re.compile(r"\+?[0-9]{8,15}")


class Carrier(StrEnum):
    """What takes a link to an address."""

    EMAIL = "email"
    SMS = "sms"
    ZALO = "zalo"


class SendingState(StrEnum):
    """What became of a link on its way."""

    QUEUED = "queued"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"


class SendingIn(BaseModel):
    """Whither to send a link; the address is sealed, and forgotten once it is settled."""

    model_config = ConfigDict(extra="forbid")

    carrier: Carrier
    to: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = Field(
        description="Địa chỉ thư điện tử, hoặc số điện thoại."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        shape = MAILBOX if self.carrier is Carrier.EMAIL else PHONE
        # The message must not repeat what was given.
        if not shape.fullmatch(self.to):
            raise ValueError("not an address of this carrier")
        return self


class SendingView(BaseModel):
    """A link on its way; whither is not shown."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    carrier: Carrier
    state: SendingState
    attempts: int
    last_code: str | None = Field(description="Trả lời của kênh gửi ở lần gần nhất.")
    queued_at: LocalDateTime
