"""The promised date (ngày hẹn trả): which limit counts, from when, and where it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from shared.errors import Conflict, FieldError, Unprocessable
from shared.events import (
    Channel,
    Method,
    PauseEnd,
    ProcedurePublished,
    PublishedCase,
    PublishedLimit,
    PublishedMethod,
)
from shared.working_time import Limit, LimitUnit, WorkingTime, WorkingTimeError

LIMITS_REMEMBERED = 512

SAME_DAY_LIMIT = PublishedLimit.model_validate({"value": 1, "unit": "working_day"})
"""What a same-day procedure is extended by when the catalogue gives it no limit of its own."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a promise rests on, once a dossier is accepted."""

    limit: PublishedLimit | None
    same_day: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """From when a dossier counts and when its result is due; no limit known, no due date."""

    counts_from: datetime
    due_at: datetime | None


def choose_case(procedure: ProcedurePublished, chosen: str | None) -> PublishedCase:
    """Tell which case (trường hợp) applies, the first unless one is named; or Unprocessable."""
    if chosen is None and procedure.cases:
        return procedure.cases[0]
    for case in procedure.cases:
        if case.id == chosen:
            return case
    raise Unprocessable(
        f"Thủ tục {procedure.code} không có trường hợp này.",
        code="case_unknown",
        errors=[FieldError(pointer="/body/case", detail=str(chosen), code="case_unknown")],
        cases=[{"id": case.id, "name": case.name} for case in procedure.cases],
    )


def rows_for(procedure: ProcedurePublished, method: Method, case: str) -> list[PublishedMethod]:
    """Find the rows of limit and fee that a way of filing has; those of the case go first."""
    rows = [row for row in procedure.methods if row.method is method]
    own = [row for row in rows if row.case == case]
    return own or [row for row in rows if row.case is None]


def offered_rows(
    procedure: ProcedurePublished, channel: Channel, case: str
) -> list[PublishedMethod]:
    """Find the rows of a channel; raises Unprocessable where the procedure does not offer it."""
    rows = rows_for(procedure, channel.method, case)
    if not rows:
        offered = sorted({str(row.method) for row in procedure.methods})
        raise Unprocessable(
            f"Thủ tục {procedure.code} không tiếp nhận qua kênh này.",
            code="channel_not_offered",
            errors=[
                FieldError(pointer="/body/channel", detail=str(channel), code="channel_not_offered")
            ],
            offered=offered,
        )
    return rows


def choose_row(
    rows: Sequence[PublishedMethod], chosen: str | None, *, same_day: bool
) -> PublishedMethod:
    """Tell which row's limit is promised; raises Unprocessable when the officer has to choose.

    Rows with one and the same limit leave nothing to choose, nor does a same-day procedure.
    """
    if chosen is not None:
        for row in rows:
            if row.id == chosen:
                return row
        raise _row_needed(rows, "limit_row_unknown", "Không có dòng thời hạn này.")
    if same_day or len({row.limit for row in rows}) == 1:
        return rows[0]
    raise _row_needed(
        rows, "limit_row_needed", "Thủ tục có nhiều thời hạn cho kênh này; hãy chọn một dòng."
    )


def promise(
    working_time: WorkingTime,
    terms: Terms,
    *,
    filed_at: datetime,
    accepted_at: datetime,
    channel: Channel,
) -> Promise:
    """Compute the promised date at acceptance (D118/2025 17(2), 17(3)); raises Conflict."""
    counts_from = counting_moment(working_time, filed_at, accepted_at, channel)
    return Promise(counts_from, due(working_time, terms, counts_from))


def counting_moment(
    working_time: WorkingTime, filed_at: datetime, accepted_at: datetime, channel: Channel
) -> datetime:
    """Tell from when the limit counts: acceptance, or the opening after a late online filing."""
    if channel.method is not Method.ONLINE:
        return accepted_at
    try:
        return max(accepted_at, working_time.counts_from(filed_at, online=True))
    except WorkingTimeError as refused:
        raise _uncountable(refused) from refused


def due(working_time: WorkingTime, terms: Terms, counts_from: datetime) -> datetime | None:
    """Tell when a limit that counts from a moment ends; raises Conflict out of the calendar."""
    try:
        if terms.same_day:
            return working_time.due_same_day(counts_from)
        return working_time.due(counts_from, _exact(terms.limit)) if terms.limit else None
    except WorkingTimeError as refused:
        raise _uncountable(refused) from refused


def due_after_pause(
    working_time: WorkingTime,
    terms: Terms,
    due_at: datetime | None,
    *,
    since: datetime,
    until: datetime,
    pause_end: PauseEnd,
) -> datetime | None:
    """Tell the due date once a waiting time is over: anew, or later by what was waited.

    Restarting is the law for papers missing in examination (D61 19(4)).
    """
    if pause_end is PauseEnd.RESTART:
        return due(working_time, terms, until)
    if due_at is None:
        return None
    try:
        return working_time.extend_over(due_at, since, until, _exact(terms.limit or SAME_DAY_LIMIT))
    except WorkingTimeError as refused:
        raise _uncountable(refused) from refused


@lru_cache(maxsize=LIMITS_REMEMBERED)
def _exact(limit: PublishedLimit) -> Limit:
    return Limit(Decimal(limit.value), LimitUnit(limit.unit.value))


def _uncountable(refused: WorkingTimeError) -> Conflict:
    return Conflict(str(refused), code=refused.code)


def _row_needed(rows: Sequence[PublishedMethod], code: str, detail: str) -> Unprocessable:
    return Unprocessable(
        detail,
        code=code,
        errors=[FieldError(pointer="/body/limit_row", detail=detail, code=code)],
        rows=[
            {
                "id": row.id,
                "limit": row.limit.model_dump(mode="json") if row.limit else None,
                "fee": row.fee.text if row.fee else None,
            }
            for row in rows
        ],
    )
