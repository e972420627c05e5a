"""Random lives, delivered as badly as can be, end as if nothing had happened."""

import random
from collections.abc import Sequence

import asyncpg
import pytest

from shared.delivery import Handler
from shared.delivery.applying import Applied, Applier, Reached
from shared.delivery.handlers import Dispatch
from shared.delivery.incoming import Incoming, parse
from shared.delivery.operations import replay
from shared.events import Envelope, Event
from tests.shared.delivery.service import PYTHON, SERVICE, SQL, step
from tests.shared.delivery.world import STATE, World

DISPLACED_MAX = 30
DOUBLED, POISONED, REWOUND, CRASHED = 0.2, 0.04, 0.1, 0.1
CONTIGUOUS = """
    select count(*) from applied a
    left join lateral (select count(*) as entries, coalesce(max(e.sequence), 0) as newest
                       from entry e where 'dossier/' || e.dossier = a.aggregate) e on true
    where e.entries <> a.last_sequence or e.newest <> a.last_sequence
       or a.parked <> (select count(*) from parked p where p.aggregate = a.aggregate)
       or (a.parked > 0) <> exists(select from parked p where p.aggregate = a.aggregate
                                   and p.sequence > a.last_sequence)
"""


class Crash(ConnectionError):
    """The process dies in the middle of a batch."""


def lives(world: World, chance: random.Random) -> list[Envelope[Event]]:
    """Dossiers whose steps are told by turns, some of them poisoned."""
    told, last = [], dict.fromkeys((f"d{n}" for n in range(6)), 0)
    for _ in range(90):
        dossier = chance.choice(sorted(last))
        last[dossier] += 1
        name = f"step {chance.randrange(1000)}"
        if chance.random() < POISONED:
            name = chance.choice((PYTHON, SQL))
        unit = f"H20.{chance.randrange(3)}"
        told.append(world.seal(dossier, last[dossier], step(name, unit)))
    return told


def delivered(
    world: World, told: Sequence[Envelope[Event]], chance: random.Random
) -> list[Incoming]:
    """The stream: displaced, some of it twice."""
    copies = [(n + chance.random() * DISPLACED_MAX, e) for n, e in enumerate(told)]
    copies += [
        (n + chance.random() * DISPLACED_MAX * 2, e)
        for n, e in enumerate(told)
        if chance.random() < DOUBLED
    ]
    copies.sort(key=lambda copy: copy[0])
    return [
        parse(world.subject(e), e.encode(), position=n, event_id=f"{n}")
        for n, (_, e) in enumerate(copies, start=1)
    ]


class Delivery:
    """Applies a stream in random batches that crash and go back."""

    def __init__(self, world: World, connection: asyncpg.Connection, chance: random.Random) -> None:
        self.world = world
        self.connection = connection
        self.chance = chance
        self.crash_next = False
        handlers = {fact: self.crashing(handler) for fact, handler in world.trial.handlers.items()}
        self.applier = Applier(Dispatch(handlers), service=SERVICE, stream=world.name)

    def crashing(self, handler: Handler) -> Handler:
        async def handle(
            connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]
        ) -> None:
            await handler(connection, envelopes)
            if self.crash_next:
                self.crash_next = False
                raise Crash

        return handle

    async def run(self, stream: Sequence[Incoming], *, check: bool) -> None:
        await self.connection.execute(
            "insert into reached (stream, position) values ($1, 0)", self.world.name
        )
        done = 0
        while done < len(stream):
            if done and self.chance.random() < REWOUND:
                done = self.chance.randrange(done)
                await self.connection.execute(
                    "update reached set position = $1::bigint, event_id = nullif($2, '0')",
                    done,
                    str(done),
                )
            size = self.chance.randrange(1, 20)
            self.crash_next = self.chance.random() < CRASHED
            try:
                applied = await self.apply(stream[done : done + size], done)
            except Crash:
                continue
            done = applied.reached.position
            if self.chance.random() < CRASHED:
                await self.connection.execute("update parked set next_try = now()")
                await self.applier.retry(self.connection)
            if check:
                assert await self.connection.fetchval(CONTIGUOUS) == 0

    async def apply(self, batch: Sequence[Incoming], done: int) -> Applied:
        return await self.applier.apply(
            self.connection, Reached(done, str(done) if done else None), batch
        )


async def prove(world: World, seed: int) -> tuple[int, int]:
    """One random run against its twin without poison; how much was poisoned and parked."""
    chance = random.Random(seed)
    told = lives(world, chance)
    async with world.connection() as connection:
        await connection.execute(f"truncate reached, parked, {', '.join(STATE)}")
        world.trial.poisoned = True
        await Delivery(world, connection, chance).run(delivered(world, told, chance), check=True)
        parked = await connection.fetchval("select count(*) from parked")
        world.trial.poisoned = False
        await replay(world.url, SERVICE, world.trial.handlers)
        assert await connection.fetchval("select count(*) from parked") == 0
        after = await world.state()
        await connection.execute(f"truncate reached, parked, {', '.join(STATE)}")
        straight = [
            parse("x", e.encode(), position=n, event_id=f"{n}") for n, e in enumerate(told, start=1)
        ]
        calm = random.Random(0)
        calm_delivery = Delivery(world, connection, calm)
        calm_delivery.chance.random = lambda: 1.0  # type: ignore[method-assign] # nothing happens
        await calm_delivery.run(straight, check=True)
    assert after == await world.state()
    return sum(e.data.model_dump().get("name") in (PYTHON, SQL) for e in told), parked


@pytest.mark.parametrize("seed", range(8))
async def test_a_badly_delivered_poisoned_life_heals_completely(world: World, seed: int) -> None:
    await prove(world, seed)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_two_hundred_badly_delivered_poisoned_lives_heal_completely(world: World) -> None:
    poisoned = parked = 0
    for seed in range(100, 300):
        run_poisoned, run_parked = await prove(world, seed)
        poisoned, parked = poisoned + run_poisoned, parked + run_parked
    assert poisoned > 200
    assert parked > 2000
