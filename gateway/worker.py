"""The gateway's background process: sends webhooks; one of several does, the others stand by."""

import asyncio
import os
import signal
import socket

import nats.errors
import structlog
import uvloop
from nats.aio.client import Client

from gateway import settings as gateway_settings
from gateway.settings import GatewaySettings
from gateway.webhooks import lease
from gateway.webhooks.buckets import Buckets, bucket
from gateway.webhooks.dispatcher import Dispatcher
from gateway.webhooks.guard import guard_of
from gateway.webhooks.journal import Journal
from gateway.webhooks.lease import Lease
from gateway.webhooks.means import Means, wait
from gateway.webhooks.notices import Notices
from gateway.webhooks.schedule import Schedule
from gateway.webhooks.sending import Sender
from gateway.webhooks.subscriptions import load_vault
from shared import garbage, logging
from shared.delivery import broker, health, measures
from shared.notices import channels

TASK = "webhooks"
log = structlog.get_logger()


class Worker:
    """Leads when nobody else does; whoever loses the lead stops and stands by again."""

    def __init__(
        self,
        settings: GatewaySettings,
        schedule: Schedule | None = None,
        lease_seconds: float = lease.LEASE_SECONDS,
    ) -> None:
        self._settings = settings
        self._schedule = schedule or Schedule()
        self._lease_seconds = lease_seconds
        self._stop = asyncio.Event()
        self._client: Client | None = None

    async def run(self) -> None:
        """Run until a signal; raises what the work died of, so that it is started again."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        door = health.server(self._checks, self._settings.worker_port)
        work = asyncio.create_task(self._work())
        tasks = [work]
        if self._settings.worker_port:
            tasks.append(asyncio.create_task(door.serve()))
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait([work, stopped], return_when=asyncio.FIRST_COMPLETED)
        self._stop.set()
        door.should_exit = True
        if self._client is None:
            work.cancel()
        await asyncio.gather(*tasks, stopped, return_exceptions=True)
        if not work.cancelled():
            work.result()

    async def _work(self) -> None:
        self._client = await broker.connect(self._settings.kernel.nats_url, "gateway-worker")
        try:
            while not self._stop.is_set():
                try:
                    await self._stand_by(self._client)
                except (nats.errors.Error, OSError) as trouble:
                    log.warning("webhooks wait for the broker", error=repr(trouble))
                await wait(self._stop, lease.TRY_SECONDS)
        finally:
            await self._client.close()

    async def _stand_by(self, client: Client) -> None:
        """Try for the lead, and lead until it is lost or the process ends."""
        await broker.declare_stream(
            broker.jetstream(client), self._settings.kernel.stream_max_bytes
        )
        held = Lease(
            await bucket(client, lease.BUCKET, seconds=self._lease_seconds),
            f"{socket.gethostname()}:{os.getpid()}",
            self._lease_seconds,
        )
        if not await held.take():
            return
        measures.ACTIVE.labels(TASK).set(1)
        try:
            await self._lead(client, held)
        finally:
            measures.ACTIVE.labels(TASK).set(0)
            await held.give_up()

    async def _lead(self, client: Client, held: Lease) -> None:
        kernel = self._settings.kernel
        journal = Journal(client)
        await journal.declare()
        sender = Sender(guard_of(self._settings))
        means = Means(
            client=client,
            buckets=await Buckets.open(client),
            journal=journal,
            sender=sender,
            notices=Notices(channels(local=kernel.profile == "local")),
            schedule=self._schedule,
        )
        dispatcher = Dispatcher(means, load_vault(kernel))
        delivering = asyncio.create_task(dispatcher.run())
        ends = [asyncio.create_task(held.keep()), asyncio.create_task(self._stop.wait())]
        try:
            await asyncio.wait([delivering, *ends], return_when=asyncio.FIRST_COMPLETED)
            dispatcher.stop()
            await delivering
        finally:
            for task in ends:
                task.cancel()
            await sender.close()

    def _checks(self) -> dict[str, bool]:
        return {"broker": self._client is not None and self._client.is_connected}


def main() -> None:
    """Be the worker until told to stop."""
    settings = gateway_settings.load()
    logging.configure("gateway-worker", settings.kernel.log_level)
    garbage.settle()
    uvloop.run(Worker(settings).run())


if __name__ == "__main__":
    main()
