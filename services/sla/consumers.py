"""What sla listens to: the dossier's life moves its clock, the catalogue is copied."""

from collections.abc import Iterable, Sequence
from datetime import date

import asyncpg
import structlog
from prometheus_client import Counter

from services.sla import calendars, catalogue, clocks, counters, ledger
from services.sla.calendars import Version
from services.sla.facts import TRANSLATIONS, Told, unfold
from services.sla.figures import answers, petitions
from services.sla.followed import Followed, Moved, Noted
from services.sla.followers import FOLLOWERS
from services.sla.following import Batch
from services.sla.previews.keeping import keep_previews
from services.sla.recalculation import waits
from services.sla.recalculation.applying import recalculate
from services.sla.targets.keeping import keep_targets
from shared import outbox
from shared.delivery import Handlers
from shared.events import (
    AgencyChanged,
    CalendarPreviewed,
    CalendarPublished,
    ClockDueDateChanged,
    DossierImported,
    Envelope,
    Event,
    ProcedurePublished,
    ProcedureWithdrawn,
    RecalculationOrdered,
    SurveyAnswered,
    TargetChanged,
    seal,
)
from shared.working_time import business_date

HEARD = frozenset(TRANSLATIONS).union(*(follower.hears for follower in FOLLOWERS))
"""What moves a clock, and what else somebody here keeps of a dossier's life."""

WARNINGS_MAX = 10
DIFFERING = Counter(
    "motcua_sla_dues_differ_total", "Dues that intake told and sla counted differently."
)
log = structlog.get_logger()


async def follow_dossiers(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]
) -> None:
    """Move the clocks of a batch: a handful of statements, whatever its size."""
    facts = list(unfold(envelopes, HEARD))
    known = await clocks.load(connection, {told.dossier for told in facts})
    versions = _calendars(facts, known.values())
    newest = await calendars.newest(connection, {code for code, _ in versions})
    working_times = await calendars.load(connection, versions | calendars.versions(newest))
    await waits.recall(connection, known, facts)
    batch = Batch(known, working_times, newest)
    for told in facts:
        batch.follow(told)
    await clocks.save(connection, batch.touched.values())
    await ledger.write(connection, batch.ledger)
    await _tell(connection, batch.moved)
    await clocks.number(connection, _told(envelopes))
    _warn(batch.differing)
    for follower in FOLLOWERS:
        await follower.follow(connection, facts, batch)
    # Counters come last: their rows are the ones that others could wait for.
    await counters.add(connection, batch.tally, _begun(batch.ledger))


def _calendars(facts: Iterable[Told], known: Iterable[Followed]) -> set[Version]:
    """Every version that the batch may count by."""
    told = {version for fact in facts if (version := fact.calendar) is not None}
    return told | {followed.calendar for followed in known}


def _begun(ledger: Sequence[Noted]) -> list[date]:
    """Days that have come for sure: told of, and not later than they were recorded."""
    days = {
        noted.on
        if noted.entry.at <= noted.told.recorded_at
        else min(noted.on, business_date(noted.told.recorded_at))
        for noted in ledger
    }
    return sorted(days)


def _warn(differing: Sequence[str]) -> None:
    """Raise an alarm: intake and sla must count alike (docs/working-time.md)."""
    DIFFERING.inc(len(differing))
    for dossier in differing[:WARNINGS_MAX]:
        log.warning("intake told another due than sla counts", dossier=dossier)


def _told(envelopes: Sequence[Envelope[Event]]) -> dict[str, int]:
    """The last number of each clock's own facts, read back by a rebuild: none is given twice."""
    return {
        envelope.aggregate_id: envelope.sequence
        for envelope in envelopes
        if isinstance(envelope.data, ClockDueDateChanged)
    }


async def _tell(connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
    """Record the facts of clocks whose due moved."""
    if not moved:
        return
    rows = [
        outbox.row(
            seal(
                one.fact,
                source="sla",
                aggregate_id=one.followed.dossier,
                sequence=one.sequence,
                agency=one.followed.key.agency,
                procedure=one.followed.key.procedure,
                cause=one.cause,
            )
        )
        for one in moved
    ]
    await connection.executemany(outbox.INSERT, rows)


HANDLERS: Handlers = {
    **dict.fromkeys(HEARD, follow_dossiers),
    DossierImported: follow_dossiers,
    AgencyChanged: catalogue.keep_agencies,
    ProcedurePublished: catalogue.keep_procedures,
    ProcedureWithdrawn: catalogue.withdraw_procedures,
    CalendarPublished: catalogue.keep_calendars,
    CalendarPreviewed: keep_previews,
    RecalculationOrdered: recalculate,
    TargetChanged: keep_targets,
    **dict.fromkeys(petitions.HEARD, petitions.keep),
    SurveyAnswered: answers.keep,
}

REBUILD_OWN: Handlers = {ClockDueDateChanged: follow_dossiers}
"""Own facts, read back by a rebuild; by the same handler, so that they do not part its batches."""
