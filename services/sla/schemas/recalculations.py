"""Orders to count open clocks anew, and what came of them."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.sla.schemas.decisions import Ground
from shared.times import LocalDateTime


class OrderState(StrEnum):
    """What became of an order; a superseded one moved nothing."""

    PENDING = "pending"
    APPLIED = "applied"
    SUPERSEDED = "superseded"


class RecalculationBody(BaseModel):
    """Count every open clock of a calendar by its newest version."""

    model_config = ConfigDict(extra="forbid")

    calendar: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    version: int = Field(ge=1, le=2_147_483_647)
    later_only: bool | None = Field(
        default=None, description="Không kéo ngày hẹn về sớm hơn; mặc định theo quy tắc hiện hành."
    )
    ground: Ground


class RecalculationView(BaseModel):
    """An order and its sums; null before it was carried out."""

    id: str
    calendar: str
    version: int
    later_only: bool
    ground: str
    ordered_by: str
    ordered_at: LocalDateTime
    state: OrderState
    later: int | None
    earlier: int | None
    kept: int | None = Field(description="Sẽ sớm hơn ngày đã hẹn nên giữ nguyên.")
    as_told: int | None = Field(description="Ngày hẹn do hệ thống khác báo, giữ nguyên.")


def recalculation_view(row: Any) -> RecalculationView:
    """Show an order."""
    return RecalculationView(
        id=str(row["id"]),
        calendar=row["calendar"],
        version=row["calendar_version"],
        later_only=row["later_only"],
        ground=row["ground"],
        ordered_by=row["ordered_by"],
        ordered_at=row["ordered_at"],
        state=_state(row["superseded"]),
        later=row["later"],
        earlier=row["earlier"],
        kept=row["kept"],
        as_told=row["as_told"],
    )


def _state(superseded: bool | None) -> OrderState:
    if superseded is None:
        return OrderState.PENDING
    return OrderState.SUPERSEDED if superseded else OrderState.APPLIED
