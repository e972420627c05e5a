"""One dossier's clock as it stands now, for whoever may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.sla import calendars, clocks, ledger, published
from services.sla.followed import Followed
from services.sla.phases import Phase
from services.sla.verdicts import Judged766, Verdict, index766, legal
from shared.errors import NotFound
from shared.identity import EVERYWHERE, Principal
from shared.working_time import WorkingTime

BY_CODE = """
select * from clock
 where code = $1
   and exists (select from unnest($2::text[]) as grants (code)
                where grants.code in ('*', agency, receiving_agency)
                   or starts_with(agency, grants.code || '.')
                   or starts_with(receiving_agency, grants.code || '.'))
"""
BY_ID = BY_CODE.replace("code = $1\n", "dossier = $1\n")


@dataclass(frozen=True, slots=True)
class Watched:
    """A clock, its ledger, and the calendar version that counts now."""

    followed: Followed
    ledger: Sequence[asyncpg.Record]
    times: calendars.WorkingTimes
    largest_limit_minutes: int | None

    @property
    def working_time(self) -> WorkingTime:
        """The calendar version that the clock is counted by."""
        return self.times[self.followed.calendar]

    def left(self, now: datetime) -> int | None:
        """Working minutes left of the limit, negative when overdue; None without a due."""
        clock = self.followed.clock
        if clock.due_at is None or clock.phase is Phase.ENDED:
            return None
        start = clock.since if clock.open else max(now, clock.since)
        return self.working_time.between(start, clock.due_at)

    def legal(self) -> Verdict | None:
        """The verdict to the minute; None before the end."""
        clock = self.followed.clock
        if clock.end is None or clock.ended_at is None:
            return None
        return legal(clock.ended_at, clock.end, clock.due_at)

    def index766(self, now: datetime) -> Verdict:
        """Decision 766's verdict; what is not finished is judged as if it ended now."""
        clock = self.followed.clock
        # While the citizen is waited for, the end is the time of the request (rule 2.1).
        until = clock.since if clock.open else clock.ended_at or max(now, clock.since)
        first_due = self.ledger[0]["due_at"]
        started = clock.started_at
        return index766(
            Judged766(
                minutes=self.working_time.between(started, until),
                waited_minutes=clock.waited,
                allowed_minutes=(
                    None if first_due is None else self.working_time.between(started, first_due)
                ),
                largest_limit_minutes=self.largest_limit_minutes,
                supplements=clock.supplements,
            )
        )


def grants_of(principal: Principal) -> list[str]:
    """The caller's agencies as statements take them; one star is everywhere."""
    return [EVERYWHERE] if principal.everywhere else list(principal.agencies)


async def watch(connection: asyncpg.Connection, reference: str, principal: Principal) -> Watched:
    """Find a clock by dossier code or id; raises NotFound, also for a foreign agency's."""
    grants = grants_of(principal)
    try:
        row = await connection.fetchrow(BY_ID, UUID(reference), grants)
    except ValueError:
        row = await connection.fetchrow(BY_CODE, reference, grants)
    if row is None:
        raise NotFound(
            "Không có đồng hồ thời hạn của hồ sơ này: chưa được tiếp nhận, hoặc ngoài phạm vi.",
            code="clock_not_found",
        )
    followed = clocks.read(row)
    rows = await ledger.read(connection, row["dossier"])
    versions = {(entry["calendar"], entry["calendar_version"]) for entry in rows}
    times = await calendars.load(connection, versions | {followed.calendar})
    return Watched(followed, rows, times, await _largest_limit(connection, followed, times))


async def _largest_limit(
    connection: asyncpg.Connection, followed: Followed, times: calendars.WorkingTimes
) -> int | None:
    """Working minutes of the procedure's largest limit, counted from this dossier's start."""
    if followed.clock.due_at is not None:
        return None
    procedure = await published.version(
        connection, followed.key.procedure, followed.procedure_version
    )
    methods = () if procedure is None else procedure.methods
    limits = [limit for method in methods if (limit := published.limit_of(method)) is not None]
    working_time, start = times[followed.calendar], followed.clock.started_at
    minutes = [working_time.between(start, working_time.due(start, limit)) for limit in limits]
    return max(minutes, default=None)
