"""Lives and events a second through sla's handler: `python -m tests.benchmarks.bench_sla`."""

import asyncio
import gc
import random
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from deploy.local.testing import servers
from services.sla.consumers import HANDLERS, follow_dossiers
from shared import migrations
from shared.events import (
    CalendarPublished,
    Channel,
    DossierFiled,
    DossierResolved,
    DossierReturned,
    DossierStepCompleted,
    DossierSupplemented,
    DossierSupplementRequested,
    Envelope,
    Event,
    Outcome,
    PauseEnd,
    WayOfReturn,
    decode,
)
from shared.working_time import Limit, LimitUnit
from tests.sla.factories import WORKING_TIME, at, imported, life, make_accepted, make_calendar
from tests.sla.factories import published as wrap_calendar

LIVES = 20_000
BATCH = 500
START = at("2024-01-02 08:00")
DAYS = 1000
TEN_DAYS = Limit(10, LimitUnit.WORKING_DAY)
AGENCIES = [f"H20.{number}" for number in range(100, 270)]
PROCEDURES = [(f"1.{number:06}", f"Lĩnh vực {number % 30}") for number in range(137)]


def make_life(chance: random.Random) -> list[Event]:
    """A filed, accepted, handled and returned dossier; every eighth one waits for papers."""
    begun = START + timedelta(minutes=chance.randrange(DAYS * 1440))
    agency = AGENCIES[int(len(AGENCIES) * chance.random() ** 1.4)]
    procedure, field = PROCEDURES[int(len(PROCEDURES) * chance.random() ** 2.5)]
    channel = chance.choice(list(Channel)[:5])
    accepted = make_accepted(
        begun,
        code=f"{agency}-{begun:%y%m%d}-{chance.randrange(10**9):09}",
        procedure=procedure,
        field=field,
        channel=channel,
        receiving_agency=agency,
        competent_agency=agency,
    )
    limit_end = WORKING_TIME.due(begun, TEN_DAYS)
    accepted = accepted.model_copy(update={"due_at": limit_end})
    filed = DossierFiled(
        **accepted.model_dump(
            include={
                *("code", "procedure", "procedure_version", "field", "case", "channel"),
                *("way_of_return", "receiving_agency", "competent_agency", "filed_at"),
            }
        )
    )
    facts: list[Event] = [filed, accepted]
    moment = begun + timedelta(days=1)
    if chance.random() < 0.12:
        asked, given = moment, moment + timedelta(days=3)
        facts += [
            DossierSupplementRequested(
                number=1, components=("c1",), before_acceptance=False, requested_at=asked
            ),
            DossierSupplemented(
                number=1,
                before_acceptance=False,
                supplemented_at=given,
                pause_end=PauseEnd.RESTART,
                calendar=accepted.calendar,
                calendar_version=1,
                due_at=WORKING_TIME.due(given, TEN_DAYS),
            ),
        ]
        moment = given
    ended = moment + timedelta(days=chance.choice((2, 5, 8, 12, 20)))
    return [
        *facts,
        _step(moment),
        DossierResolved(outcome=Outcome.APPROVED, resolved_at=ended),
        DossierReturned(way_of_return=WayOfReturn.COUNTER, returned_at=ended + timedelta(days=1)),
    ]


def _step(moment: datetime) -> DossierStepCompleted:
    return DossierStepCompleted(
        step=1, name="Thẩm định", unit="Tư pháp", officer="cb-1", completed_at=moment
    )


def cut(events: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Batches as the consumer takes them."""
    return (events[first : first + BATCH] for first in range(0, len(events), BATCH))


async def measure(url: str, what: str, bodies: Sequence[bytes], lives: int) -> None:
    """Apply everything and print the rates, with and without decoding."""
    connection = await asyncpg.connect(url, server_settings={"jit": "off"})
    handling, cpu = 0.0, time.process_time()
    started = time.perf_counter()
    for batch in cut(bodies):
        envelopes = [decode(body) for body in batch]
        heard: list[Envelope[Event]] = [one for one in envelopes if type(one.data) in HANDLERS]
        begun = time.perf_counter()
        async with connection.transaction():
            await follow_dossiers(connection, heard)
        handling += time.perf_counter() - begun
    whole, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(
        f"{what}: {lives / handling:,.0f} lives/s, {len(bodies) / handling:,.0f} events/s "
        f"in the handler; with decoding {lives / whole:,.0f} lives/s, "
        f"{len(bodies) / whole:,.0f} events/s; {cpu / lives * 1e6:.0f} µs of Python a life"
    )
    await connection.close()


async def fresh(admin_url: str, name: str) -> str:
    """An empty, migrated database that knows the calendar."""
    connection = await asyncpg.connect(admin_url)
    await connection.execute(f"create database {name}")
    await connection.close()
    url = f"{admin_url.rpartition('/')[0]}/{name}"
    await asyncio.to_thread(migrations.upgrade, Path("services/sla/migrations"), url)
    connection = await asyncpg.connect(url)
    await HANDLERS[CalendarPublished](connection, [wrap_calendar(make_calendar())])
    await connection.close()
    return url


async def main() -> None:
    """Measure imported lives, then the same lives as single events in order of time."""
    chance = random.Random(7)
    lives = [make_life(chance) for _ in range(LIVES)]
    whole = [imported(facts, str(uuid.uuid4())).encode() for facts in lives]
    single = [
        envelope.encode()
        for facts in lives[: LIVES // 4]
        for envelope in life(facts, str(uuid.uuid4()))
    ]
    chance.shuffle(whole)
    # The worker holds one batch at a time; what is prepared here shall not cost collections.
    gc.collect()
    gc.freeze()
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as directory:
        async with servers(Path(directory)) as running:
            url = await fresh(running.admin_url, "bench_imported")
            await measure(url, "imported lives", whole, LIVES)
            url = await fresh(running.admin_url, "bench_single")
            await measure(url, "single events", single, LIVES // 4)


if __name__ == "__main__":
    asyncio.run(main())
