"""Lengthens a limit by decision: before it expires, with a ground, and not too often."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import calendars, rules
from services.sla import clock as clocks
from services.sla.clock import Clock
from services.sla.entries import Extended
from services.sla.models import Extension
from services.sla.watching import Watched, watch
from shared import outbox
from shared.database import driver_of
from shared.errors import Conflict, Forbidden, Unprocessable
from shared.events import DeadlineExtended
from shared.identity import Principal
from shared.working_time import WorkingTime, WorkingTimeError, business_date

HOUR_MINUTES: Final = 60
EXTENDED: Final = "extended"


class State(StrEnum):
    """What became of a decision; it is void when the life went on before it was heard."""

    PENDING = "pending"
    APPLIED = "applied"
    VOID = "void"


class Length(NamedTuple):
    """How much time is given, in one of three units."""

    days: int | None = None
    hours: int | None = None
    minutes: int | None = None

    def of(self, clock: Clock, working_time: WorkingTime) -> int:
        """The amount in the limit's own unit; raises Unprocessable for parts of calendar days."""
        limit = clock.term.limit
        if limit is not None and not limit.unit.is_working_time:
            if self.days is None:
                raise Unprocessable(
                    "Thời hạn tính theo ngày hoặc tháng chỉ gia hạn được theo ngày.",
                    code="extension_in_days",
                )
            return self.days
        if self.days is not None:
            return self.days * working_time.calendar.day_minutes
        return self.hours * HOUR_MINUTES if self.hours is not None else self.minutes or 0


async def extend(
    session: AsyncSession,
    principal: Principal,
    reference: str,
    *,
    length: Length,
    ground: str,
    now: datetime,
) -> Extension:
    """Decide an extension; the clock moves when it hears of it.

    Raises NotFound, Forbidden for an agency that only receives, Conflict where it comes too late
    or too often, Unprocessable for an amount that cannot be counted.
    """
    connection = await driver_of(await session.connection())
    watched = await watch(connection, reference, principal)
    _refuse(watched, principal, now)
    decided = await _decided(session, watched)
    _refuse_too_often(watched, [one for one in decided if one.state == State.PENDING])
    code, version = watched.followed.calendar
    newest = (await calendars.newest(connection, [code]))[code].published
    calendar = code, max(version, newest)
    working_time = (await calendars.load(connection, [calendar]))[calendar]
    amount = length.of(watched.followed.clock, working_time)
    due_before, due_expected = _trial(watched.followed.clock, amount, working_time, now)
    extension = Extension(
        dossier=watched.followed.dossier,
        number=max((one.number for one in decided), default=0),
        agency=watched.followed.key.agency,
        amount=amount,
        ground=ground,
        decided_by=principal.subject,
        decided_at=now,
        due_before=due_before,
        due_expected=due_expected,
        state=State.PENDING,
    )
    session.add(extension)
    fact = DeadlineExtended(
        amount=amount, ground=ground, decided_by=principal.subject, decided_at=now
    )
    try:
        with session.no_autoflush:
            await outbox.record(session, "sla", extension, fact)
    except IntegrityError as raced:
        raise Conflict(
            "Có quyết định khác vừa được ghi; hãy xem lại rồi gửi lại.", code="decision_raced"
        ) from raced
    return extension


async def decisions(session: AsyncSession, principal: Principal, reference: str) -> list[Extension]:
    """All extensions of a dossier, oldest first; raises NotFound."""
    connection = await driver_of(await session.connection())
    return await _decided(session, await watch(connection, reference, principal))


async def _decided(session: AsyncSession, watched: Watched) -> list[Extension]:
    of_dossier = Extension.dossier == watched.followed.dossier
    query = select(Extension).where(of_dossier).order_by(Extension.number)
    return list((await session.execute(query)).scalars())


def _refuse(watched: Watched, principal: Principal, now: datetime) -> None:
    followed, clock = watched.followed, watched.followed.clock
    if not principal.covers(followed.key.agency):
        raise Forbidden("Chỉ cơ quan có thẩm quyền giải quyết mới gia hạn.", code="not_competent")
    if clock.end is not None:
        raise Conflict("Hồ sơ đã kết thúc, không còn thời hạn để gia hạn.", code="clock_ended")
    if clock.due_at is None:
        raise Conflict("Hồ sơ không có thời hạn giải quyết.", code="no_due_date")
    # A clock that waits has what it had when the wait began.
    if (clock.since if clock.open else now) > clock.due_at:
        raise Conflict(
            "Đã hết thời hạn giải quyết: không gia hạn được nữa, phải xin lỗi và hẹn lại.",
            code="limit_expired",
        )


def _refuse_too_often(watched: Watched, pending: list[Extension]) -> None:
    accepted_on = business_date(watched.followed.accepted_at)
    allowed: int = rules.value("extensions_max", accepted_on)
    applied = sum(row["kind"] == EXTENDED for row in watched.ledger)
    if applied + len(pending) >= allowed:
        raise Conflict(
            f"Hồ sơ chỉ được gia hạn {allowed} lần.", code="extensions_used_up", allowed=allowed
        )


def _trial(
    clock: Clock, amount: int, working_time: WorkingTime, now: datetime
) -> tuple[datetime, datetime]:
    """The due as it is and as it will be; raises Unprocessable beyond the calendar."""
    trial = replace(clock, closed=[])
    try:
        clocks.apply(trial, Extended(max(now, clock.last_at), amount), working_time)
    except WorkingTimeError as refused:
        raise Unprocessable(str(refused), code=refused.code) from refused
    if clock.due_at is None or trial.due_at is None:
        raise Conflict("Hồ sơ không có thời hạn giải quyết.", code="no_due_date")
    return clock.due_at, trial.due_at
