"""Requests and views of alarms, their ladders, and the backlog."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, model_validator

from services.sla.alarms import ladders
from services.sla.alarms.ladder import Ladder, Rung
from services.sla.alarms.listing import OfDossier
from services.sla.alarms.schedule import Ring
from shared.events import Rank
from shared.times import LocalDateTime
from shared.working_time.minutes import to_moment

MINUTES = 60
RUNGS_MAX = 10


class RungBody(BaseModel):
    """One threshold (nấc cảnh báo): a share of the limit used, or working hours left."""

    rung: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    rank: Rank
    used_percent: int | None = Field(None, ge=1, le=99, description="Đã dùng bao nhiêu % thời hạn.")
    left_hours: Annotated[Decimal, Field(ge=-800, le=800, multiple_of=Decimal("0.25"))] | None = (
        Field(None, description="Giờ làm việc còn lại; 0 là lúc hết hạn, âm là sau đó.")
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.used_percent is None) == (self.left_hours is None):
            raise ValueError("Mỗi nấc cần đúng một trong used_percent, left_hours.")
        return self

    def rung_of(self) -> Rung:
        """Take it as the ladder has it."""
        left = None if self.left_hours is None else int(self.left_hours * MINUTES)
        return Rung(self.rung, self.rank, self.used_percent, left)


class LadderBody(BaseModel):
    """A ladder for a subtree of agencies (`*` everywhere), for one procedure or for all."""

    agency: Annotated[str, Field(pattern=r"^(\*|[A-Za-z0-9_.-]{1,64})$")]
    procedure: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    effective_from: date
    rungs: Annotated[list[RungBody], Field(min_length=1, max_length=RUNGS_MAX)]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if len({rung.rung for rung in self.rungs}) < len(self.rungs):
            raise ValueError("Tên các nấc phải khác nhau.")
        return self

    def ladder(self) -> Ladder:
        """The rungs as they count."""
        return Ladder(*(rung.rung_of() for rung in self.rungs))


class RungView(BaseModel):
    """One threshold as it counts."""

    rung: str
    rank: Rank
    used_percent: int | None
    left_hours: float | None


class LadderView(BaseModel):
    """A ladder that was set; it counts for dossiers accepted from its day on."""

    agency: str
    procedure: str | None
    effective_from: date
    rungs: list[RungView]
    decided_by: str
    decided_at: LocalDateTime


class ResolvedLadderView(BaseModel):
    """The ladder that counts for a dossier accepted on that day."""

    agency: str
    procedure: str | None
    on: date
    rungs: list[RungView]


class AlarmView(BaseModel):
    """An alarm that was raised (cảnh báo); minutes are working minutes, negative when overdue."""

    dossier: str
    code: str
    agency: str
    procedure: str
    rung: str
    rank: Rank
    due_at: LocalDateTime
    planned_at: LocalDateTime
    left_minutes: int
    unit: str | None
    officer: str | None
    skipped: list[str]
    raised_at: LocalDateTime


class AheadView(BaseModel):
    """An alarm that will be raised if nothing moves the clock."""

    rung: str
    rank: Rank
    at: LocalDateTime


class DossierAlarmsView(BaseModel):
    """One dossier's alarms; a clock that waits or ended has none ahead."""

    dossier: str
    code: str
    raised: list[AlarmView]
    ahead: list[AheadView]


class BacklogRow(BaseModel):
    """Open dossiers of an agency, or of who has them; each but the waiting is in one class.

    `overdue` is by date, as column 13 of II.06a; what is left over is due later.
    """

    agency: str
    unit: str | None = None
    officer: str | None = None
    open: int
    overdue: int
    due_today: int
    due_soon: int
    waiting: int
    no_due_date: int
    first_due_at: LocalDateTime | None


class BacklogView(BaseModel):
    """What is overdue or soon due, the worst first."""

    as_of: LocalDateTime
    within_hours: int
    rows: list[BacklogRow]


def rung_view(rung: Rung) -> RungView:
    """Show a threshold."""
    left = rung.left_minutes
    return RungView(
        rung=rung.name,
        rank=rung.rank,
        used_percent=rung.used_percent,
        left_hours=None if left is None else left / MINUTES,
    )


def ladder_view(row: Mapping[str, Any]) -> LadderView:
    """Show a ladder that was set."""
    return LadderView(
        agency=row["agency"],
        procedure=row["procedure"] or None,
        effective_from=row["effective_from"],
        rungs=[rung_view(rung) for rung in ladders.read(row["rungs"]).rungs],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
    )


def alarm_view(row: Mapping[str, Any]) -> AlarmView:
    """Show an alarm."""
    return AlarmView.model_validate(dict(row) | {"dossier": str(row["dossier"])})


def dossier_alarms_view(found: OfDossier) -> DossierAlarmsView:
    """Show what was raised for a dossier and what lies ahead."""
    return DossierAlarmsView(
        dossier=found.dossier,
        code=found.code,
        raised=[alarm_view(row) for row in found.raised],
        ahead=[_ahead_view(ring) for ring in found.ahead],
    )


def _ahead_view(ring: Ring) -> AheadView:
    return AheadView(rung=ring.rung.name, rank=ring.rung.rank, at=to_moment(ring.minute))
