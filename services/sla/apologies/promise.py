"""The new day that a letter promises: what may be promised, and what is suggested."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg

from services.sla import calendars, clocks
from services.sla.followed import Followed
from services.sla.phases import Phase
from shared.errors import Conflict
from shared.working_time import OutOfRange, WorkingTime

CLOCK: Final = "select * from clock where dossier = $1"
MINUTE: Final = timedelta(minutes=1)
SUGGESTED_MINUTES_MIN: Final = 240
"""Half a working day: nobody is promised the next quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Late:
    """A dossier that is late or will be, and the calendar that its clock is counted by."""

    followed: Followed
    working_time: WorkingTime

    def check_open(self) -> None:
        """Refuse a letter that is too late, the second one, or for nothing; raises Conflict."""
        clock = self.followed.clock
        if clock.phase is Phase.ENDED:
            raise Conflict("Hồ sơ đã có kết quả hoặc đã dừng.", code="clock_ended")
        if clock.due_at is None:
            raise Conflict("Hồ sơ không có thời hạn nên không thể trễ hẹn.", code="no_due")
        if clock.reappointed:
            raise reappointed()

    def check(self, promised_at: datetime, now: datetime) -> None:
        """Refuse a new day that cannot be promised; raises Conflict."""
        self.check_open()
        before = self.followed.clock.promised_at
        if promised_at <= now or (before is not None and promised_at <= before):
            raise Conflict(
                "Ngày hẹn lại phải sau hiện tại và sau ngày đã hẹn.", code="promise_not_later"
            )
        if not self._is_worked(promised_at):
            raise Conflict("Ngày hẹn lại phải nằm trong giờ làm việc.", code="promise_not_working")

    def suggest(self, now: datetime) -> datetime | None:
        """Suggest half of the limit more, from the due or from now; None where nothing is open."""
        clock = self.followed.clock
        if clock.phase is Phase.ENDED or clock.due_at is None:
            return None
        try:
            limit = self.working_time.between(clock.began_at, clock.due_at)
            more = max(limit // 2, SUGGESTED_MINUTES_MIN)
            return self.working_time.add(max(clock.due_at, now), more)
        except OutOfRange:
            return None

    def _is_worked(self, moment: datetime) -> bool:
        """Whether somebody is there; the end of a shift is a time to promise."""
        try:
            return self.working_time.is_working(moment) or self.working_time.is_working(
                moment - MINUTE
            )
        except OutOfRange:
            return False


def reappointed() -> Conflict:
    """The refusal of a second new day (D61 19(9))."""
    return Conflict("Mỗi hồ sơ chỉ được hẹn lại một lần.", code="reappointed_already")


async def late(connection: asyncpg.Connection, dossier: UUID) -> Late:
    """Read a dossier's clock as it stands."""
    followed = clocks.read(await connection.fetchrow(CLOCK, dossier))
    times = await calendars.load(connection, {followed.calendar})
    return Late(followed, times[followed.calendar])
