"""Stays of a dossier, holders' figures, and the control slip."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from services.sla.schemas.days import LimitView
from services.sla.steps.stays import StayEnd
from services.sla.verdicts import Verdict
from shared.times import LocalDateTime


class StayView(BaseModel):
    """Who had it, from when to when; minutes are working minutes without waiting."""

    number: int
    step: str | None
    name: str
    agency: str
    unit: str | None
    officer: str | None
    from_unit: str | None
    from_officer: str | None
    given_at: LocalDateTime
    confirmed_at: LocalDateTime | None
    limit: LimitView | None
    due_at: LocalDateTime | None
    ended_at: LocalDateTime | None
    outcome: StayEnd | None
    verdict: Verdict | None
    spent_minutes: int | None
    transit_minutes: int | None = Field(description="Chờ bên nhận xác nhận: tính cho bên giao.")


class StaysView(BaseModel):
    """Whose hands a dossier went through."""

    dossier: UUID
    code: str
    items: list[StayView]


class HolderView(BaseModel):
    """A unit's or officer's stays in a period; rates are of those that had a limit."""

    agency: str
    unit: str | None
    officer: str | None
    ended: int
    early: int
    on_time: int
    late: int
    on_time_percent: float | None
    open: int
    open_late: int
    spent_minutes: int
    transit_minutes: int


class HoldersView(BaseModel):
    """How units and officers keep the limits of their steps."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    items: list[HolderView]


class HandoverRow(BaseModel):
    """A row of the control slip; the result is that of the giver's step, entered by the taker."""

    name: str
    from_unit: str | None
    from_officer: str | None
    unit: str | None
    officer: str | None
    given_at: LocalDateTime
    confirmed_at: LocalDateTime | None
    verdict: Verdict | None


class SlipView(BaseModel):
    """The control slip of a dossier (phiếu kiểm soát); without a number it is not issued yet."""

    dossier: UUID
    code: str
    number: int | None
    year: int | None
    agency: str
    agency_name: str
    parent_name: str | None
    co_operating: list[str]
    procedure: str
    procedure_name: str
    received_at: LocalDateTime
    due_at: LocalDateTime | None
    rows: list[HandoverRow]


def stay_view(row: asyncpg.Record) -> StayView:
    """Show a stay."""
    values: dict[str, Any] = dict(row)
    del values["dossier"], values["ended_on"]
    value, unit = values.pop("limit_value"), values.pop("limit_unit")
    values["limit"] = None if value is None else LimitView(value=value, unit=unit)
    values["step"] = values["step"] or None
    return StayView(**values)


def holder_view(row: asyncpg.Record) -> HolderView:
    """Show a holder's figures."""
    judged = row["early"] + row["on_time"] + row["late"]
    kept = row["early"] + row["on_time"]
    return HolderView(
        **dict(row), on_time_percent=round(100 * kept / judged, 2) if judged else None
    )
