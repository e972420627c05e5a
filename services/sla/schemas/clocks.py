"""Views of a clock: its state, its ledger, and why it is due when it is."""

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg
from pydantic import BaseModel

from services.sla.entries import End
from services.sla.explanation import Change, Stretch
from services.sla.phases import Phase
from services.sla.schemas.days import DayView, LimitView, day_views, limit_view
from services.sla.stand import StandKind
from services.sla.verdicts import Verdict
from services.sla.watching import Watched
from shared.times import LocalDateTime


class VerdictsView(BaseModel):
    """Three verdicts that are never mixed; null where the matter is not judged yet."""

    legal: Verdict | None
    report: Verdict | None
    index766: Verdict | None


class LedgerView(BaseModel):
    """One row of the ledger (sổ thời hạn)."""

    place: int
    source: str
    sequence: int
    entry: int
    kind: str
    at: LocalDateTime
    told_at: LocalDateTime
    on: date
    agency: str
    pause: str | None
    mode: str | None
    ground: str | None
    due_before: LocalDateTime | None
    due_at: LocalDateTime | None
    promised_at: LocalDateTime | None
    used_minutes: int
    calendar: str
    calendar_version: int
    stand: StandKind


class ClockView(BaseModel):
    """A dossier's clock now; minutes are working minutes. While it waits it has no due date."""

    dossier: str
    code: str
    agency: str
    receiving_agency: str
    procedure: str
    procedure_version: int
    field: str
    channel: str
    state: Phase
    pauses: list[str]
    limit: LimitView | None
    same_day: bool
    calendar: str
    calendar_version: int
    accepted_at: LocalDateTime
    counts_from: LocalDateTime
    limit_began_at: LocalDateTime
    due_at: LocalDateTime | None
    due_if_resumed_now: LocalDateTime | None
    promised_at: LocalDateTime | None
    used_minutes: int
    left_minutes: int | None
    waited_minutes: int
    supplement_requests: int
    restarts: int
    ended_at: LocalDateTime | None
    outcome: End | None
    verdicts: VerdictsView
    ledger: list[LedgerView]


class StretchView(BaseModel):
    """A time in which the clock ran or waited; the part ahead ends at the due date."""

    state: StandKind
    begins_at: LocalDateTime
    ends_at: LocalDateTime | None
    pauses: list[str]
    ground: str | None
    minutes: int | None
    counts: bool
    days: list[DayView]


class DecreeView(BaseModel):
    """A day off or worked, and the document that says so."""

    on: date
    name: str
    source: str | None


class ChangeView(BaseModel):
    """A decision that moved the due or the promise: extension, new appointment, new calendar."""

    kind: str
    at: LocalDateTime
    ground: str | None
    due_before: LocalDateTime | None
    due_at: LocalDateTime | None
    promised_at: LocalDateTime | None
    calendar: str
    calendar_version: int
    decrees: list[DecreeView]


class ExplanationView(BaseModel):
    """Why the dossier is due when it is, day by day."""

    dossier: str
    code: str
    limit: LimitView | None
    same_day: bool
    due_at: LocalDateTime | None
    promised_at: LocalDateTime | None
    stretches: list[StretchView]
    changes: list[ChangeView]


def clock_view(watched: Watched, now: datetime) -> ClockView:
    """Show a clock as it stands."""
    followed, clock = watched.followed, watched.followed.clock
    working_time = watched.working_time
    calendar, version = followed.calendar
    return ClockView(
        dossier=followed.dossier,
        code=followed.code,
        agency=followed.key.agency,
        receiving_agency=followed.receiving_agency,
        procedure=followed.key.procedure,
        procedure_version=followed.procedure_version,
        field=followed.key.field,
        channel=followed.key.channel,
        state=clock.phase,
        pauses=list(clock.open),
        limit=limit_view(clock.term.limit),
        same_day=clock.term.same_day,
        calendar=calendar,
        calendar_version=version,
        accepted_at=followed.accepted_at,
        counts_from=clock.started_at,
        limit_began_at=clock.began_at,
        due_at=None if clock.open else clock.due_at,
        due_if_resumed_now=clock.due_if_resumed(working_time, now) if clock.open else None,
        promised_at=clock.promised_at,
        used_minutes=clock.used_at(working_time, now),
        left_minutes=watched.left(now),
        waited_minutes=clock.waited,
        supplement_requests=clock.supplements,
        restarts=clock.restarts,
        ended_at=clock.ended_at,
        outcome=clock.end,
        verdicts=VerdictsView(
            legal=watched.legal(),
            report=followed.stand.verdict,
            index766=watched.index766(now),
        ),
        ledger=[_ledger_view(row) for row in watched.ledger],
    )


def explanation_view(
    watched: Watched, stretches: Sequence[Stretch], changes: Sequence[Change]
) -> ExplanationView:
    """Show why a dossier is due when it is."""
    clock = watched.followed.clock
    return ExplanationView(
        dossier=watched.followed.dossier,
        code=watched.followed.code,
        limit=limit_view(clock.term.limit),
        same_day=clock.term.same_day,
        due_at=None if clock.open else clock.due_at,
        promised_at=clock.promised_at,
        stretches=[
            StretchView(
                state=stretch.stand,
                begins_at=stretch.begins_at,
                ends_at=stretch.ends_at,
                pauses=list(stretch.pauses),
                ground=stretch.ground,
                minutes=stretch.minutes,
                counts=stretch.counts,
                days=day_views(stretch.days),
            )
            for stretch in stretches
        ],
        changes=[_change_view(change) for change in changes],
    )


def _change_view(change: Change) -> ChangeView:
    row = change.row
    return ChangeView(
        kind=row["kind"],
        at=row["at"],
        ground=row["ground"],
        due_before=row["due_before"] or row["due_at"],
        due_at=row["due_at"],
        promised_at=row["promised_at"] or row["due_at"],
        calendar=row["calendar"],
        calendar_version=row["calendar_version"],
        decrees=[DecreeView(on=it.on, name=it.name, source=it.source) for it in change.decrees],
    )


def _ledger_view(row: asyncpg.Record) -> LedgerView:
    return LedgerView(
        place=row["place"],
        source=row["source"],
        sequence=row["source_sequence"],
        entry=row["entry"],
        kind=row["kind"],
        at=row["at"],
        told_at=row["told_at"] or row["at"],
        on=row["on_day"],
        agency=row["agency"],
        pause=row["pause"],
        mode=row["mode"],
        ground=row["ground"],
        due_before=row["due_before"],
        due_at=row["due_at"],
        promised_at=row["promised_at"] or row["due_at"],
        used_minutes=row["used_minutes"],
        calendar=row["calendar"],
        calendar_version=row["calendar_version"],
        stand=StandKind(row["stand"]),
    )
