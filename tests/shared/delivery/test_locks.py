"""Whoever moves a consumer's state waits for whoever is moving it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from shared.delivery import rebuild
from shared.delivery.connections import Lock, hold
from shared.delivery.operations import discard, replay
from tests.shared.delivery.service import PYTHON, SERVICE, step
from tests.shared.delivery.world import World

WAITING = """
    select exists(select from pg_locks l join pg_database d on d.oid = l.database
                  where l.locktype = 'advisory' and not l.granted and d.datname = $1)
"""
Act = Callable[[World], Coroutine[Any, Any, None]]


async def consume(world: World) -> None:
    await world.publish(world.seal("d2", 1, step()))
    async with world.running(world.consumer()):
        await world.until_applied(1)


async def replay_all(world: World) -> None:
    await replay(world.url, SERVICE, world.trial.handlers)


async def discard_one(world: World) -> None:
    await discard(world.url, SERVICE, world.trial.handlers, "dossier/d1", 1, by="an", reason="?")


async def rebuild_all(world: World) -> None:
    await world.rebuild()


@pytest.mark.parametrize("act", [consume, replay_all, discard_one, rebuild_all])
async def test_it_waits_for_the_one_at_work(
    world: World, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "LOCK_TIMEOUT", "10s")
    await world.publish(world.seal("d1", 1, step(PYTHON)))
    async with world.running(world.consumer()):
        await world.until_reached()
    async with world.connection() as connection:
        async with connection.transaction():
            await hold(connection, SERVICE, Lock.APPLYING)
            acting = asyncio.create_task(act(world))
            await world.until_true(WAITING, world.name)
        await acting
