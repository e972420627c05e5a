"""What the synchronisation counts, and the alarm when dossiers reach the portal too late."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from prometheus_client import Counter, Gauge

from shared.database import Database
from shared.delivery import measures

TOLD = Counter("motcua_national_tries", "Dossiers told to the portal, by its answer.", ["kind"])
WAITING = Gauge(
    "motcua_national_waiting", "Dossiers that the portal lacks (to a bound).", ["state"]
)
OLDEST = Gauge("motcua_national_oldest_seconds", "How long the oldest of them has waited.")
LATE = Gauge("motcua_national_late", "Those of them that wait longer than is allowed.")
CIRCUIT_OPEN = Gauge("motcua_national_circuit_open", "1 while the portal is held to be away.")
REQUEUED = Counter("motcua_national_requeued", "Dossiers that only the comparison found.")

COUNTED_MAX: Final = 10_000
STATES: Final = ("pending", "sent", "failed")
COUNT: Final = """
    select state, count(*) as dossiers, min(first_wanted_at) as oldest,
           count(*) filter (where first_wanted_at < $1) as late
    from (
        select state, first_wanted_at from national_sync
        where state in ('pending', 'sent', 'failed') order by first_wanted_at limit $2
    ) waiting
    group by state
"""
log = structlog.get_logger()


class Watch:
    """Looks how old the oldest unsynchronised dossier is; raises an alarm once, not each time."""

    def __init__(self, late_after: timedelta) -> None:
        self._late_after = late_after
        self._alarmed = False

    async def look(self, database: Database, now: datetime) -> int:
        """Set the gauges; tells how many are late."""
        async with database.statements() as connection:
            rows = await connection.fetch(COUNT, now - self._late_after, COUNTED_MAX)
        found = {row["state"]: row for row in rows}
        for state in STATES:
            WAITING.labels(state).set(found[state]["dossiers"] if state in found else 0)
        oldest = min((row["oldest"] for row in rows), default=now)
        late: int = sum(row["late"] for row in rows)
        OLDEST.set(max(0.0, (now - oldest).total_seconds()))
        LATE.set(late)
        if late and not self._alarmed:
            measures.alarm(
                "dossiers reach the national portal too late",
                dossiers=late,
                oldest_seconds=round((now - oldest).total_seconds()),
            )
        self._alarmed = late > 0
        return late
