"""Keeps the drafts in step with the clocks: made when owed, dropped when not, missed when late."""

from datetime import datetime
from typing import Any, Final

from prometheus_client import Counter, Gauge

from services.sla.apologies import horizon
from services.sla.apologies.owed import OWED
from shared import outbox
from shared.clock import present
from shared.columns import columns
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.events import ApologyMissed, seal

MADE_BY: Final = "sla"
BATCH_MAX: Final = 1000
BATCHES_MAX: Final = 1000
REST_SECONDS: Final = 60.0

LATE_WITHOUT: Final = Gauge(
    "motcua_sla_late_without_apology", "Late dossiers whose letter nobody has signed."
)
MISSED: Final = Counter("motcua_sla_apologies_missed_total", "Letters not signed before the due.")

# Of several workers at once one makes a dossier's draft: the others meet its index.
DRAFT: Final = f"""
insert into apology (id, sequence, kind, state, agency, receiving_agency, dossier, code, made_by,
                     made_at)
select uuidv7(), 0, 'overdue', 'draft', clock.agency, clock.receiving_agency, clock.dossier,
       clock.code, '{MADE_BY}', $5
{OWED} and apology.id is null
 order by clock.due_at limit $6
on conflict do nothing
"""
# A dossier that ended or was re-appointed needs no letter, and one whose due moved away none yet;
# what somebody has begun to write stays.
DROP: Final = """
update apology set state = 'dropped'
  from clock
  join unnest($1::text[], $2::int[], $3::date[]) as horizon (calendar, version, last_on)
    on (horizon.calendar, horizon.version) = (clock.calendar, clock.calendar_version)
 where apology.dossier = clock.dossier and apology.kind = 'overdue'
   and apology.state in ('draft', 'submitted')
   and (clock.phase = 'ended' or clock.reappointed
        or (apology.state = 'draft' and apology.content is null and apology.made_by = $4
            and apology.cause is null
            and (clock.phase <> 'running' or clock.due_on > horizon.last_on)))
"""
# Whoever decides now writes the letter.
HAND_OVER: Final = """
update apology set agency = clock.agency
  from clock
 where apology.dossier = clock.dossier and apology.kind = 'overdue'
   and apology.state in ('draft', 'submitted') and apology.agency <> clock.agency
"""
PASSED: Final = """
select apology.id, apology.sequence, apology.agency, apology.dossier, apology.code, clock.due_at
  from apology join clock on clock.dossier = apology.dossier
 where apology.kind = 'overdue' and apology.state in ('draft', 'submitted')
   and apology.missed_at is null and clock.phase = 'running' and clock.due_at <= $1
 order by apology.id limit $2 for update of apology skip locked
"""
MISS: Final = """
update apology set missed_at = $1, sequence = sequence + 1 where id = any($2::uuid[])
"""
TELL: Final = """
insert into outbox (id, subject, body) select * from unnest($1::uuid[], $2::text[], $3::bytea[])
"""
COUNT_LATE: Final = """
select count(*) from apology join clock on clock.dossier = apology.dossier
 where apology.kind = 'overdue' and apology.state in ('draft', 'submitted')
   and clock.phase = 'running' and clock.due_at <= $1
"""


async def keep_drafts(database: Database) -> None:
    """Bring the drafts up to the present."""
    await keep_drafts_at(database, present())


async def keep_drafts_at(database: Database, now: datetime) -> None:
    """Bring the drafts up to a moment: three statements, and batches of what is new."""
    async with database.raw() as connection:
        near = await horizon.today(connection, now)
        await connection.execute(DROP, *near.columns, MADE_BY)
        await connection.execute(HAND_OVER)
    for _ in range(BATCHES_MAX):
        async with database.raw() as connection:
            made = await connection.execute(DRAFT, *near.columns, near.last, now, BATCH_MAX)
        if int(made.rpartition(" ")[2]) < BATCH_MAX:
            break
    for _ in range(BATCHES_MAX):
        if await _miss(database, now) < BATCH_MAX:
            break
    async with database.statements() as connection:
        LATE_WITHOUT.set(await connection.fetchval(COUNT_LATE, now))


async def _miss(database: Database, now: datetime) -> int:
    """Tell of letters that were not signed in time, once each; how many were told."""
    async with database.raw() as connection:
        rows = await connection.fetch(PASSED, now, BATCH_MAX)
        if not rows:
            return 0
        await connection.execute(MISS, now, [row["id"] for row in rows])
        await connection.execute(TELL, *columns([_told(row, now) for row in rows]))
    MISSED.inc(len(rows))
    return len(rows)


def _told(row: Any, now: datetime) -> tuple[str, str, bytes]:
    fact = ApologyMissed(
        dossier=str(row["dossier"]), code=row["code"], due_at=row["due_at"], missed_at=now
    )
    envelope = seal(
        fact,
        source="sla",
        aggregate_id=str(row["id"]),
        sequence=row["sequence"] + 1,
        agency=row["agency"],
    )
    return outbox.row(envelope)


KEEP_DRAFTS: Final = Periodic("keep-apology-drafts", REST_SECONDS, keep_drafts)
