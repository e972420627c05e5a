"""Simulates a due date without writing anything: what would be promised, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import asyncpg

from services.sla import published
from services.sla.explanation import explain_stretch
from services.sla.terms import Term
from shared.errors import FieldError, Unprocessable
from shared.events import Channel, Method, ProcedurePublished, PublishedLimit, PublishedMethod
from shared.working_time import (
    Calendar,
    ExplainedDay,
    WorkingTime,
    WorkingTimeError,
    business_date,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a dossier would be handed in for; `row` chooses among several limits."""

    procedure: str
    channel: Channel
    agency: str
    case: str | None
    row: str | None


@dataclass(frozen=True, slots=True)
class Simulated:
    """A due date and how it comes about; without a known limit there is none."""

    received_at: datetime
    counts_from: datetime
    term: Term
    due_at: datetime | None
    calendar: Calendar
    provisional: bool
    days: Sequence[ExplainedDay]
    procedure_version: int | None = None
    row: str | None = None


async def simulate_limit(
    connection: asyncpg.Connection,
    received_at: datetime,
    limit: PublishedLimit,
    calendar: str,
    version: int | None,
) -> Simulated:
    """Count a limit by a calendar; raises Unprocessable."""
    found = await _calendar(connection, calendar, version)
    try:
        term = Term(published.exact(limit), same_day=False)
    except WorkingTimeError as refused:
        raise _refused(refused) from refused
    return _count(found, received_at, received_at, term)


async def simulate_procedure(
    connection: asyncpg.Connection, received_at: datetime, choice: Choice, default_calendar: str
) -> Simulated:
    """Count what a procedure promises for a channel at an agency; raises Unprocessable."""
    procedure = await published.in_force(connection, choice.procedure, business_date(received_at))
    if procedure is None:
        raise _unknown("procedure", "Không có thủ tục nào có mã này còn hiệu lực vào ngày nhận.")
    if not await published.knows_agency(connection, choice.agency):
        raise _unknown("agency", "Không có cơ quan nào có mã này.")
    row = _row(procedure, choice)
    code = await published.calendar_of(connection, choice.agency, default_calendar)
    calendar = await _calendar(connection, code, None)
    online = choice.channel.method is Method.ONLINE
    term = Term(published.limit_of(row), procedure.same_day)
    try:
        counts_from = WorkingTime.of(calendar).counts_from(received_at, online)
    except WorkingTimeError as refused:
        raise _refused(refused) from refused
    counted = _count(calendar, received_at, max(received_at, counts_from), term)
    return replace(counted, procedure_version=procedure.version, row=row.id)


def explain(working_time: WorkingTime, term: Term, start: datetime) -> list[ExplainedDay]:
    """Tell day by day how a term is counted from its start; nothing where there is no due."""
    if term.limit is not None and not term.same_day:
        return working_time.explain(start, term.limit)
    due = term.due(working_time, start)
    return [] if due is None else explain_stretch(working_time, start, due)


def _row(procedure: ProcedurePublished, choice: Choice) -> PublishedMethod:
    rows = published.rows_for(procedure, choice.channel, choice.case)
    if choice.row is not None:
        rows = [row for row in rows if row.id == choice.row]
    if not rows:
        raise _unknown(
            "channel", "Thủ tục không có dòng thời hạn nào cho cách nộp, trường hợp này."
        )
    if len({row.limit for row in rows}) > 1:
        raise Unprocessable(
            "Cách nộp này có nhiều thời hạn; hãy chọn trường row.",
            code="limit_row_needed",
            rows=[row.model_dump(mode="json") for row in rows],
        )
    return rows[0]


async def _calendar(connection: asyncpg.Connection, code: str, version: int | None) -> Calendar:
    calendar = await published.calendar(connection, code, version)
    if calendar is None:
        raise _unknown("calendar", "Chưa có lịch làm việc nào mang mã và phiên bản này.")
    return calendar


def _count(
    calendar: Calendar, received_at: datetime, counts_from: datetime, term: Term
) -> Simulated:
    try:
        working_time = WorkingTime.of(calendar)
        due = term.due(working_time, counts_from)
        return Simulated(
            received_at=received_at,
            counts_from=counts_from,
            term=term,
            due_at=due,
            calendar=calendar,
            provisional=due is not None and working_time.is_provisional(due),
            days=explain(working_time, term, counts_from),
        )
    except WorkingTimeError as refused:
        raise _refused(refused) from refused


def _refused(refused: WorkingTimeError) -> Unprocessable:
    return Unprocessable(str(refused), code=refused.code)


def _unknown(field: str, detail: str) -> Unprocessable:
    pointer = FieldError(pointer=f"/body/{field}", detail=detail, code="unknown")
    return Unprocessable(detail, code=f"unknown_{field}", errors=[pointer])
