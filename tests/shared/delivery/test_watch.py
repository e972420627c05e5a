"""What a dashboard sees of a consumer that falls behind, and what its log tells of a failure."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from unittest import mock

import pytest
import structlog
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from shared.delivery import applying, measures, watch
from shared.delivery.watch import Watch
from tests.shared.delivery.service import PYTHON, step
from tests.shared.delivery.world import World
from tests.waiting import until

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.05)


@asynccontextmanager
async def watching(world: World) -> AsyncIterator[None]:
    watch = Watch(world.url, outbox=True, stream=world.name, subjects=[f"{world.name}.dossier.>"])
    watch.client = world.client
    looking = asyncio.create_task(watch.run())
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def until_measured(name: str, *, least: float, most: float) -> None:
    def seen() -> bool:
        value = REGISTRY.get_sample_value(name)
        return value is not None and least <= value <= most

    await until(seen, seconds=10, what=f"{name} between {least} and {most}")


async def test_a_lag_is_told_in_events_and_seconds_until_it_is_made_up(world: World) -> None:
    await world.publish(*(world.seal("d1", n, step()) for n in (1, 2, 3)))
    async with watching(world):
        await until_measured("motcua_consumer_lag_events", least=3, most=3)
        await until_measured("motcua_consumer_lag_seconds", least=0.001, most=60)
        async with world.running(world.consumer()):
            await until_measured("motcua_consumer_lag_events", least=0, most=0)
            await until_measured("motcua_consumer_lag_seconds", least=0, most=0)


async def test_facts_that_others_read_are_no_lag(world: World) -> None:
    await world.publish(world.seal("d1", 1, step()))
    async with world.running(world.consumer()):
        await world.until_reached()
        await world.publish_raw(f"{world.name}.calendar.published.VN", b"{}", "not ours")
        measures.LAG.set(99)
        async with watching(world):
            await until_measured("motcua_consumer_lag_events", least=0, most=0)


async def test_facts_that_wait_for_the_relay_are_counted_and_aged(world: World) -> None:
    async with watching(world):
        await world.record(*(world.seal("d1", n, step()) for n in (1, 2)))
        await until_measured("motcua_outbox_rows", least=2, most=2)
        await until_measured("motcua_outbox_age_seconds", least=0.001, most=60)
        async with world.running(world.relay()):
            await until_measured("motcua_outbox_rows", least=0, most=0)


async def test_the_log_names_the_request_whose_fact_could_not_be_applied(world: World) -> None:
    told = replace(
        world.seal("d1", 1, step(PYTHON)),
        traceparent=f"00-{TRACE}-b7ad6b7169203331-01",
        request_id="0198c0de-0000-7000-8000-00000000beef",
    )
    # A logger that was used before keeps what its lines went through then.
    fresh = mock.patch.object(applying, "log", structlog.get_logger())
    with fresh, capture_logs() as lines:
        async with world.running(world.consumer()):
            await world.publish(told)
            await world.until_reached()

    line = next(line for line in lines if line["event"] == "event parked")
    assert (line["trace_id"], line["request_id"]) == (TRACE, told.request_id)
    assert (line["aggregate"], line["sequence"]) == ("dossier/d1", 1)
