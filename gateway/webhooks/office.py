"""What the web process needs for webhooks, opened when first asked for."""

from nats.aio.client import Client

from gateway.broker import Broker
from gateway.limits.gates import Shares
from gateway.settings import GatewaySettings
from gateway.webhooks.buckets import Buckets
from gateway.webhooks.guard import guard_of
from gateway.webhooks.journal import Journal
from gateway.webhooks.register import Register
from gateway.webhooks.sending import Sender
from gateway.webhooks.subscriptions import load_vault
from shared.errors import Unavailable
from shared.identity import Principal
from shared.personal_data import KeysMissing, Vault

PINGS_MAX = 4
"""Test events of one owner on their way at once: each may take an attempt's whole time."""


class Office:
    """Registers, journals and pings for all callers of this process."""

    def __init__(self, settings: GatewaySettings, broker: Broker) -> None:
        self._settings = settings
        self._broker = broker
        self._guard = guard_of(settings)
        self.pinging = Shares(PINGS_MAX)
        self._vault: Vault | None = None
        self._buckets: Buckets | None = None
        self._journal: Journal | None = None
        self._sender: Sender | None = None

    async def register(self, principal: Principal) -> Register:
        """The caller's subscriptions; raises Unavailable without broker or keys."""
        client, buckets = await self.shelves()
        return Register(client, buckets, self._keys(), self._guard, principal)

    async def shelves(self) -> tuple[Client, Buckets]:
        """Where everybody's subscriptions are kept; raises Unavailable without broker."""
        client = await self._broker.client()
        if self._buckets is None:
            self._buckets = await Buckets.open(client)
        return client, self._buckets

    async def journal(self) -> Journal:
        """The attempts of deliveries."""
        client: Client = await self._broker.client()
        if self._journal is None:
            journal = Journal(client)
            await journal.declare()
            self._journal = journal
        return self._journal

    @property
    def sender(self) -> Sender:
        """Sends test events; deliveries are the worker's."""
        if self._sender is None:
            self._sender = Sender(self._guard)
        return self._sender

    async def close(self) -> None:
        """Close the connections to receivers."""
        if self._sender is not None:
            await self._sender.close()

    def _keys(self) -> Vault:
        if self._vault is None:
            try:
                self._vault = load_vault(self._settings.kernel)
            except KeysMissing as missing:
                raise Unavailable(
                    "Hệ thống chưa được cấp khóa cho webhook.", code="webhooks_not_configured"
                ) from missing
        return self._vault
