"""Delivers facts to the real handlers on a real database, in batches as the consumer makes them."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import asyncpg

from services.sla.consumers import HANDLERS
from shared.events import Envelope, Event
from tests.sla.factories import imported, wrap
from tests.sla.raw_lives.life import RawLife, moment_of

LATE_DAYS_MAX = 90


async def deliver(connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]) -> None:
    """Apply one batch in one transaction: neighbours with the same handler in one call."""
    heard = [envelope for envelope in envelopes if type(envelope.data) in HANDLERS]
    async with connection.transaction():
        for handler, run in groupby(heard, key=lambda envelope: HANDLERS[type(envelope.data)]):
            await handler(connection, list(run))


async def deliver_in_batches(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]], chance: random.Random
) -> None:
    """Apply everything in batches of random size."""
    position = 0
    while position < len(envelopes):
        size = chance.choice((1, 7, 50, 400))
        await deliver(connection, envelopes[position : position + size])
        position += size


def mixed(lives: Iterable[RawLife], chance: random.Random) -> list[Envelope[Event]]:
    """Mix the facts of all lives as they would be recorded; every tenth life is told late."""
    recorded: list[tuple[datetime, str, int, Envelope[Event]]] = []
    for life in lives:
        late = timedelta(days=chance.randrange(LATE_DAYS_MAX) if chance.random() < 0.1 else 0)
        if life.imported:
            told_at = max(map(moment_of, life.facts)) + late
            whole = imported(life.facts, life.dossier, told_at)
            recorded.append((told_at, life.dossier, 1, whole))
            continue
        told_at = moment_of(life.facts[0])
        for sequence, fact in enumerate(life.facts, 1):
            told_at = max(told_at, moment_of(fact) + late)
            envelope = wrap(fact, life.dossier, sequence, told_at)
            recorded.append((told_at, life.dossier, sequence, envelope))
    return [envelope for *_, envelope in sorted(recorded, key=lambda one: one[:3])]
