"""A service's background process: relays its facts, applies others', does its periodic work."""

import asyncio
import signal
import sys
from collections.abc import Collection, Coroutine, Sequence
from typing import Any

import structlog
import uvloop
from nats.aio.client import Client
from sqlalchemy import MetaData

from shared import garbage, logging, telemetry
from shared.database import Database
from shared.delivery import Handlers, broker, health
from shared.delivery.connections import Standing
from shared.delivery.consumer import Consumer
from shared.delivery.handlers import Dispatch
from shared.delivery.periodic import Periodic
from shared.delivery.relay import Relay
from shared.delivery.watch import Watch
from shared.events import SUBJECT_ROOT
from shared.settings import ServiceSettings

DRAIN_SECONDS_MAX = 10.0
DATABASE_CONNECTIONS_MAX = 4
DRAINED = frozenset({"relay", "consumer", "health"})
"""Tasks that are asked to end; the others are cancelled."""

log = structlog.get_logger()


def run(
    settings: ServiceSettings,
    *,
    metadata: MetaData,
    handlers: Handlers,
    rebuild_handlers: Handlers | None = None,
    periodic: Sequence[Periodic] = (),
    gather_seconds: float = 0,
) -> None:
    """Be the worker until told to stop; ends with an error when one of its tasks dies.

    `gather_seconds` is how long a service may let events come together before it applies them.
    """
    logging.configure(f"{settings.service}-worker", settings.kernel.log_level)
    telemetry.configure(f"{settings.service}-worker")
    both = Dispatch(handlers).kinds & Dispatch(rebuild_handlers or {}).kinds
    if both:
        raise ValueError(f"{sorted(both)} are listened to and own facts at once")
    garbage.settle()
    dead = uvloop.run(Worker(settings, metadata, handlers, periodic, gather_seconds).run())
    if dead is not None:
        sys.exit(1)


class Worker:
    """The tasks of one process; when one dies all end, and the supervisor starts it again."""

    def __init__(
        self,
        settings: ServiceSettings,
        metadata: MetaData,
        handlers: Handlers,
        periodic: Sequence[Periodic],
        gather_seconds: float = 0,
    ) -> None:
        self._settings = settings
        self._relays = "outbox" in metadata.tables
        self._handlers = handlers
        self._periodic = periodic
        self._gather_seconds = gather_seconds
        self._database = Database(settings.database_url, connections_max=DATABASE_CONNECTIONS_MAX)
        self._watch = Watch(
            settings.database_url,
            outbox=self._relays,
            stream=broker.STREAM if handlers else None,
            subjects=Dispatch(handlers).subjects(SUBJECT_ROOT),
        )
        self._health = health.server(self._checks, settings.worker_port)
        self._client: Client | None = None
        self._relay: Relay | None = None
        self._consumer: Consumer | None = None

    async def run(self) -> str | None:
        """Run until a signal; the name of the task that died, if one did."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        connected = asyncio.create_task(self._connect(), name="broker")
        work: dict[str, Coroutine[Any, Any, object]] = {"watch": self._watch.run()}
        if self._settings.worker_port:
            work["health"] = self._health.serve()
        if self._relays:
            work["relay"] = self._run_relay(connected)
        if self._handlers:
            work["consumer"] = self._run_consumer(connected)
        for periodic in self._periodic:
            work[periodic.name] = periodic.run(self._database)
        work["stop"] = stop.wait()
        tasks = [asyncio.create_task(act, name=name) for name, act in work.items()]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        dead = None if stop.is_set() else _report(done)
        await self._drain([connected, *tasks])
        return dead

    async def _connect(self) -> Client:
        """Reach the broker, now or when it comes."""
        self._client = await broker.connect(
            self._settings.kernel.nats_url, f"{self._settings.service}-worker"
        )
        self._watch.client = self._client
        return self._client

    async def _declare(self) -> None:
        if self._client is not None:
            await broker.declare_stream(
                broker.jetstream(self._client), self._settings.kernel.stream_max_bytes
            )

    async def _run_relay(self, connected: asyncio.Task[Client]) -> None:
        self._relay = Relay(
            self._settings.database_url,
            self._settings.service,
            await asyncio.shield(connected),
            declare=self._declare,
        )
        await self._relay.run()

    async def _run_consumer(self, connected: asyncio.Task[Client]) -> None:
        self._consumer = Consumer(
            self._settings.database_url,
            self._settings.service,
            await asyncio.shield(connected),
            self._handlers,
            gather_seconds=self._gather_seconds,
            declare=self._declare,
        )
        await self._consumer.run()

    def _checks(self) -> dict[str, bool]:
        """What readiness asks."""
        relay, consumer, findings = self._relay, self._consumer, self._watch.findings
        return {
            "database": findings.database,
            "broker": self._client is not None and self._client.is_connected,
            "relay": not self._relays or (relay is not None and relay.standing != Standing.AWAY),
            "outbox": findings.outbox,
            "consumer": not self._handlers
            or (consumer is not None and consumer.standing != Standing.AWAY),
            "breaker": consumer is None or not consumer.breaker.is_open,
        }

    async def _drain(self, tasks: Sequence[asyncio.Task[Any]]) -> None:
        """Let the batches at hand end, within bounds; what is cut off is rolled back."""
        for task in tasks:
            if task.get_name() not in DRAINED:
                task.cancel()
        self._health.should_exit = True
        for delivering in (self._relay, self._consumer):
            if delivering is not None:
                delivering.stop()
        _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS_MAX)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
        await self._database.close()


def _report(done: Collection[asyncio.Task[Any]]) -> str:
    """Name the task that ended though nobody told it to."""
    for task in done:
        log.error("task died, the process ends", task=task.get_name(), exc_info=task.exception())
    return ", ".join(sorted(task.get_name() for task in done))
