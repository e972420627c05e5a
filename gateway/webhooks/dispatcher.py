"""Keeps a delivery running for every active subscription, as they come, change and go."""

import asyncio

import nats.errors
import structlog
from cryptography.exceptions import InvalidTag
from prometheus_client import Gauge

from gateway.feed.reading import reader
from gateway.webhooks import measures
from gateway.webhooks.buckets import SUBSCRIPTIONS
from gateway.webhooks.delivering import Delivery
from gateway.webhooks.means import Means, wait
from gateway.webhooks.subscriptions import State, Subscription
from shared.delivery.incoming import Incoming
from shared.delivery.puller import Puller, PullerDead
from shared.personal_data import Vault

BATCH_MAX = 100
IDLE_SECONDS = 25.0
REOPEN_SECONDS = 1.0
RUNNING = Gauge("motcua_webhooks_active", "Subscriptions that are delivered to by this process.")
log = structlog.get_logger()


class Running:
    """One delivery and the task it runs in."""

    def __init__(
        self, revision: int, delivery: Delivery, after: "Running | None", pause_seconds: float
    ) -> None:
        self.revision = revision
        self.delivery = delivery
        self._pause_seconds = pause_seconds
        self._stopping = asyncio.Event()
        self.task = asyncio.create_task(self._run(after))

    def stop(self) -> None:
        """End it after what it is sending."""
        self._stopping.set()
        self.delivery.stop()

    async def _run(self, after: "Running | None") -> None:
        if after is not None:
            after.stop()
            await after.task
        while not self._stopping.is_set():
            try:
                await self.delivery.run()
            except Exception:
                # One subscription's trouble must not end the others'.
                log.exception("webhook delivery failed")
                await wait(self._stopping, self._pause_seconds)
            else:
                return


class Dispatcher:
    """All deliveries of the process that leads; it learns of subscriptions from their bucket."""

    def __init__(self, means: Means, vault: Vault) -> None:
        self._means = means
        self._vault = vault
        self._running: dict[str, Running] = {}
        self._states: dict[str, State] = {}
        self._stopping = asyncio.Event()
        self._puller: Puller | None = None

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()
        if self._puller is not None:
            self._puller.wake()

    async def run(self) -> None:
        """Deliver to everybody until stopped; ends when what was being sent has ended."""
        measures.OLDEST.set_function(self._oldest_seconds)
        try:
            while not self._stopping.is_set():
                try:
                    await self._follow()
                except (PullerDead, nats.errors.Error, OSError) as trouble:
                    log.warning("webhooks wait for the broker", error=repr(trouble))
                    await wait(self._stopping, REOPEN_SECONDS)
        finally:
            for running in self._running.values():
                running.stop()
            await asyncio.gather(*(running.task for running in self._running.values()))
            self._running.clear()
            RUNNING.set(0)
            measures.count([])

    def _oldest_seconds(self) -> float:
        waiting = (running.delivery.waiting_since for running in self._running.values())
        return measures.age_seconds(waiting, self._means.now())

    async def _follow(self) -> None:
        """Read the bucket from its beginning: it keeps the last state of each, and then tells."""
        subject = f"$KV.{SUBSCRIPTIONS}.>"
        async with reader(
            self._means.client, f"KV_{SUBSCRIPTIONS}", [subject], 0, batch_max=BATCH_MAX
        ) as self._puller:
            while not self._stopping.is_set():
                for entry in await self._puller.next(IDLE_SECONDS):
                    self._take(entry)
                self._running = {
                    identity: running
                    for identity, running in self._running.items()
                    if not running.task.done()
                }
                RUNNING.set(len(self._running))
                measures.count(self._states.values())

    def _delivery(self, identity: str, entry: Incoming) -> Delivery | None:
        """The delivery of a subscription; None when it was deleted, rests or cannot be read."""
        self._states.pop(identity, None)
        if not entry.body:
            return None
        try:
            subscription = Subscription.model_validate_json(entry.body)
            self._states[identity] = subscription.state
            if subscription.state is not State.ACTIVE:
                return None
            sealed = subscription.open(self._vault)
        except (ValueError, KeyError, InvalidTag):
            log.exception("webhook subscription cannot be read", key=entry.subject)
            return None
        return Delivery(subscription, sealed, self._means)

    def _take(self, entry: Incoming) -> None:
        identity = entry.subject.rpartition(".")[2]
        known = self._running.get(identity)
        if known is not None and known.revision >= entry.position:
            return
        delivery = self._delivery(identity, entry)
        if delivery is None:
            if known is not None:
                known.stop()
            return
        self._running[identity] = Running(entry.position, delivery, known, REOPEN_SECONDS)
