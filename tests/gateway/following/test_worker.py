"""The worker killed at any instant: nothing lost, order kept, each repeat marked."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic
from typing import Any

import pytest

from gateway.settings import GatewaySettings
from gateway.webhooks.delivering import WINDOW_MAX
from tests.gateway.following.conftest import Caller, Stream
from tests.gateway.following.receiver import Receiver, is_in_order, unmarked_repeats
from tests.gateway.following.test_deliveries import subscribe, tell_lives
from tests.waiting import until

DOSSIERS, EACH = 30, 20
TOLD = DOSSIERS * EACH
HOURS_DOWN = 3
KILLS = 8
Start = Callable[[], Awaitable[Process]]


@pytest.fixture
async def start(settings: GatewaySettings) -> AsyncIterator[Start]:
    """Start workers; whoever is left at the end is killed."""
    started: list[Process] = []
    kernel = settings.kernel
    told = {
        "MOTCUA_PROFILE": "local",
        "MOTCUA_NATS_URL": kernel.nats_url,
        "MOTCUA_KEYS_DIR": str(kernel.keys_dir),
    }

    async def begin() -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.gateway.following.worker_process",
            env=os.environ | told,
            stderr=asyncio.subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.slow
async def test_a_worker_killed_again_and_again_loses_nothing_and_marks_repeats(
    stream: Stream, caller: Caller, start: Start, receiver: tuple[Receiver, str]
) -> None:
    answering, url = receiver
    up_at: list[float] = []

    async def down_at_first(_: dict[str, Any]) -> int:
        await asyncio.sleep(0.004)
        up_at.append(monotonic() + HOURS_DOWN)
        return 200 if monotonic() > up_at[0] else 503

    answering.answer = down_at_first
    made = await subscribe(await caller("portal"), url)
    await tell_lives(stream, dossiers=DOSSIERS, each=EACH)
    worker = await start()
    for kill in range(KILLS):
        await _until(answering.has_accepted(20 + kill * (TOLD - 60) // KILLS))
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
        worker = await start()

    await _until(answering.has_accepted(TOLD))
    worker.terminate()

    assert await worker.wait() == 0
    assert is_in_order(answering.firsts())
    assert unmarked_repeats(answering.accepted) == []
    assert all(one.is_signed_by(made["secret"]) for one in answering.received)
    turned_away = len(answering.received) - len(answering.accepted)
    repeats = len(answering.accepted) - TOLD
    print(f"{TOLD} told, {KILLS} kills: {repeats} repeats, all marked; {turned_away} refused")
    assert turned_away > 0
    assert repeats <= KILLS * WINDOW_MAX


async def test_of_two_workers_one_delivers_and_the_other_takes_over(
    stream: Stream, caller: Caller, start: Start, receiver: tuple[Receiver, str]
) -> None:
    answering, url = receiver
    await subscribe(await caller("portal"), url)
    first, second = await start(), await start()
    await tell_lives(stream, dossiers=5, each=4)
    await _until(answering.has_accepted(20))
    assert len(answering.received) == 20, "two workers send nothing twice"

    first.kill()
    await tell_lives(stream, dossiers=5, each=4)

    await _until(answering.has_accepted(40))
    assert second.returncode is None
    assert is_in_order(answering.firsts())
    assert unmarked_repeats(answering.accepted) == []


async def _until(condition: Callable[[], bool]) -> None:
    await until(condition, seconds=30, what="deliveries come")
