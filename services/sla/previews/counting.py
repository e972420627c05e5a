"""Counts once what a preview would move: over all open clocks, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.sla import calendars, clocks
from services.sla.calendars import WorkingTimes, compiled
from services.sla.clock import Lapse
from services.sla.following import Followed
from services.sla.previews.moving import due_by, lapses
from shared.errors import Unprocessable
from shared.working_time import WorkingTime, WorkingTimeError

CLOCKS_A_TIME: Final = 500
"""The web process answers others between them."""
CLOCKS_MAX: Final = 1_000_000
"""Half a minute's work; more are open in no province."""

LOCK: Final = """
select counted_at from calendar_preview where id = $1 for update
"""
CALENDARS: Final = (
    "select code, definition::text as definition from previewed_calendar where preview = $1"
)
OPEN: Final = """
select *, exists (select from ledger where ledger.dossier = clock.dossier and told) as told
  from clock where calendar = $1 and phase <> 'ended' and due_at is not null
"""
WAITED: Final = """
select dossier, kind, at, pause from ledger
 where dossier = any($1::uuid[]) order by dossier, place
"""
COUNTED: Final = "update calendar_preview set counted_at = $2 where id = $1"
MOVE_COLUMNS: Final = (
    *("preview", "dossier", "code", "agency", "receiving_agency"),
    *("calendar", "due_before", "due_after", "minutes"),
)
AGENCY_COLUMNS: Final = (
    *("preview", "agency", "receiving_agency", "counted", "earlier", "later", "as_told"),
    *("earlier_minutes", "later_minutes"),
)


@dataclass(slots=True)
class Sum:
    """What was counted of one agency's clocks."""

    counted: int = 0
    earlier: int = 0
    later: int = 0
    as_told: int = 0
    earlier_minutes: int = 0
    later_minutes: int = 0

    def add(self, minutes: int) -> None:
        """Count a due that moves by so many working minutes, negative for earlier."""
        if minutes < 0:
            self.earlier += 1
            self.earlier_minutes -= minutes
        else:
            self.later += 1
            self.later_minutes += minutes


@dataclass(slots=True)
class Count:
    """The sums by agency, and the moves that are not written yet."""

    preview: UUID
    sums: dict[tuple[str, str], Sum] = field(default_factory=lambda: defaultdict(Sum))
    moves: list[tuple[Any, ...]] = field(default_factory=list)
    clocks: int = 0

    def add(self, row: Mapping[str, Any], waits: Sequence[Lapse], times: "Times") -> None:
        """Count one clock; nothing of it changes."""
        followed = clocks.read(row)
        who = followed.key.agency, followed.receiving_agency
        self.sums[who].counted += 1
        before, after = followed.clock.due_at, times.due(followed, waits, told=row["told"])
        if after is None or before is None:
            self.sums[who].as_told += 1
        elif after != before:
            minutes = times.proposed.between(before, after)
            self.sums[who].add(minutes)
            self.moves.append(
                (
                    *(self.preview, row["dossier"], followed.code, *who),
                    *(followed.calendar[0], before, after, minutes),
                )
            )


@dataclass(frozen=True, slots=True)
class Times:
    """The calendar put forward, and the versions that the clocks are counted by."""

    proposed: WorkingTime
    present: WorkingTimes

    def due(self, followed: Followed, waits: Sequence[Lapse], *, told: bool) -> datetime | None:
        """The due by the proposed calendar; None where the present one is no count of ours.

        A due that another system told is followed only if counting comes to the same today.
        """
        clock = followed.clock
        try:
            if told and due_by(clock, waits, self.present[followed.calendar]) != clock.due_at:
                return None
            return due_by(clock, waits, self.proposed)
        except WorkingTimeError:
            return None


async def count(connection: asyncpg.Connection, preview: UUID, at: datetime) -> None:
    """Count a preview and keep the result; who comes second finds it done.

    The caller's transaction holds it all. Raises Unprocessable where too many clocks are open.
    """
    if await connection.fetchval(LOCK, preview) is not None:
        return
    counted = Count(preview)
    for told in await connection.fetch(CALENDARS, preview):
        await _count_calendar(connection, counted, told["code"], compiled(told["definition"]))
    sums = [
        (preview, *who, *(getattr(one, name) for name in AGENCY_COLUMNS[3:]))
        for who, one in counted.sums.items()
    ]
    await connection.copy_records_to_table("preview_agency", records=sums, columns=AGENCY_COLUMNS)
    await connection.execute(COUNTED, preview, at)


async def _count_calendar(
    connection: asyncpg.Connection, counted: Count, code: str, proposed: WorkingTime
) -> None:
    cursor = await connection.cursor(OPEN, code)
    while rows := await cursor.fetch(CLOCKS_A_TIME):
        counted.clocks += len(rows)
        if counted.clocks > CLOCKS_MAX:
            raise Unprocessable("Quá nhiều hồ sơ đang mở để xem trước.", code="preview_too_large")
        used = {(row["calendar"], row["calendar_version"]) for row in rows if row["told"]}
        times = Times(proposed, await calendars.load(connection, used))
        waits = await _waits(connection, rows)
        for row in rows:
            counted.add(row, waits.get(row["dossier"], ()), times)
        await connection.copy_records_to_table(
            "preview_move", records=counted.moves, columns=MOVE_COLUMNS
        )
        counted.moves.clear()


async def _waits(
    connection: asyncpg.Connection, rows: Iterable[Mapping[str, Any]]
) -> dict[UUID, list[Lapse]]:
    """What the clocks waited for, of those few that ever did."""
    waited = {row["dossier"]: row for row in rows if row["waited_minutes"]}
    if not waited:
        return {}
    ledgers: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in await connection.fetch(WAITED, list(waited)):
        ledgers[entry["dossier"]].append(entry)
    return {
        dossier: lapses(clocks.read(waited[dossier]).clock, ledger)
        for dossier, ledger in ledgers.items()
    }
