"""Lent dossier codes as they are asked for, used and shown."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.intake.schemas.filing import Filing
from services.intake.schemas.words import AgencyCode, Body
from shared.times import LocalDateTime

LEASED_MAX = 500


class LeaseIn(Body):
    """Mượn một dải mã hồ sơ cho quầy làm việc khi mất mạng."""

    agency: AgencyCode
    day: date | None = Field(default=None, description="Ngày dùng mã; mặc định hôm nay.")
    count: int = Field(ge=1, le=LEASED_MAX)


class OfflineFiling(Body):
    """Hồ sơ đã nhận khi mất mạng, với mã đã cấp cho người nộp."""

    code: Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Z0-9.\-]+$")]
    received_at: LocalDateTime
    filing: Filing


class BlockState(StrEnum):
    """Whether codes of a block may still be used."""

    LENT = "lent"
    RETURNED = "returned"
    EXPIRED = "expired"


class UsedCode(BaseModel):
    """A code of a block under which a dossier was filed, and when that was written down."""

    code: str
    filed_at: LocalDateTime
    recorded_at: LocalDateTime


class BlockView(BaseModel):
    """A block of codes: what is used, what may still be, what is void for ever."""

    id: UUID
    agency: str
    day: date
    state: BlockState
    leased_by: str
    leased_at: LocalDateTime
    expires_at: LocalDateTime
    used: list[UsedCode]
    free: list[str]
    void: list[str]
