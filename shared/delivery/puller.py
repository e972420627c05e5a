"""Reads the stream through a throw-away consumer that notices when it has died."""

import asyncio
from collections import deque
from time import monotonic

import nats.errors
import orjson
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, Header

from shared.delivery.broker import jetstream
from shared.delivery.incoming import Incoming, parse

EXPIRES_SECONDS = 30
HEARTBEAT_SECONDS = 2
SILENCE_SECONDS_MAX = 2.5 * HEARTBEAT_SECONDS
INACTIVE_SECONDS = 30
NANOSECONDS = 1_000_000_000
HEARTBEAT, EXPIRED = "100", "408"
log = structlog.get_logger()


class PullerDead(Exception):
    """The broker's consumer is gone, or messages were lost on the way; open a new one."""


class Puller:
    """Messages of some subjects from a position on, each delivered once, without acks.

    What the broker has handed out it does not repeat. So a message lost on the way would be
    skipped silently: the consumer's own numbering must have no gap, and a reconnect is death.
    """

    def __init__(self, client: Client, stream: str, *, batch_max: int) -> None:
        self._client = client
        self._js: JetStreamContext = jetstream(client)
        self._stream = stream
        self._batch_max = batch_max
        self._inbox = client.new_inbox()
        self._messages: deque[Incoming] = deque()
        self._arrived = asyncio.Event()
        self._subscription: Subscription | None = None
        self._consumer = ""
        self._credit = 0
        self._delivered = 0
        self._pending = 0
        self._heard_at = monotonic()
        self._reconnects = client.stats["reconnects"]
        self._death: str | None = None

    @property
    def pending(self) -> int:
        """How many messages are known to come, as far as the broker has told."""
        return self._pending + len(self._messages)

    async def open(self, subjects: list[str], start: int) -> None:
        """Make the consumer and ask for its first messages."""
        self._subscription = await self._client.subscribe(
            # The credit bounds what can pend; nats-py's own limits drop silently.
            self._inbox,
            cb=self._received,
            pending_msgs_limit=0,
            pending_bytes_limit=0,
        )
        info = await self._js.add_consumer(
            self._stream,
            ConsumerConfig(
                name=f"r{self._inbox.rpartition('.')[2]}",
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=start,
                ack_policy=AckPolicy.NONE,
                filter_subjects=subjects,
                mem_storage=True,
                num_replicas=1,
                inactive_threshold=INACTIVE_SECONDS,
            ),
        )
        self._consumer = info.name
        self._pending = info.num_pending or 0
        await self._ask()

    async def close(self) -> None:
        """Give the consumer back, if the broker can be reached."""
        try:
            if self._subscription is not None:
                await self._subscription.unsubscribe()
            if self._consumer and self._client.is_connected and self._death is None:
                await self._js.delete_consumer(self._stream, self._consumer)
        except nats.errors.Error as trouble:
            log.debug("consumer not given back, it will expire", error=repr(trouble))

    async def next(self, seconds: float) -> list[Incoming]:
        """What is there, at once when something is; nothing after the given time.

        Raises PullerDead.
        """
        if not self._messages:
            self._arrived.clear()
            self._check()
            try:
                async with asyncio.timeout(seconds):
                    await self._arrived.wait()
            except TimeoutError:
                self._check()
        if not self._messages:
            self._check()
            return []
        taken = min(len(self._messages), self._batch_max)
        batch = [self._messages.popleft() for _ in range(taken)]
        await self._ask()
        return batch

    def _check(self) -> None:
        if self._client.stats["reconnects"] != self._reconnects or not self._client.is_connected:
            self._death = "connection lost"
        elif monotonic() - self._heard_at > SILENCE_SECONDS_MAX:
            self._death = "silence"
        if self._death is not None:
            raise PullerDead(self._death)

    def wake(self) -> None:
        """Let `next` return at once, with what there is."""
        self._arrived.set()

    async def behind(self) -> int:
        """How many messages there are that `next` has not given out, asked of the broker now."""
        info = await self._js.consumer_info(self._stream, self._consumer)
        handed_out = info.delivered.consumer_seq if info.delivered is not None else 0
        on_the_way = handed_out - self._delivered
        return (info.num_pending or 0) + on_the_way + len(self._messages)

    async def _ask(self) -> None:
        """Keep up to two batches of credit with the broker, counting what waits here."""
        if self._death is not None:
            return
        while self._credit + len(self._messages) <= self._batch_max:
            self._credit += self._batch_max
            self._heard_at = monotonic()
            await self._client.publish(
                f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._consumer}",
                orjson.dumps(
                    {
                        "batch": self._batch_max,
                        "expires": EXPIRES_SECONDS * NANOSECONDS,
                        "idle_heartbeat": HEARTBEAT_SECONDS * NANOSECONDS,
                    }
                ),
                reply=self._inbox,
            )

    async def _received(self, message: Msg) -> None:
        self._heard_at = monotonic()
        headers = message.headers or {}
        status = headers.get(Header.STATUS.value)
        if status is not None:
            await self._told(status, headers)
            return
        position, delivered, self._pending = _numbers(message.reply)
        if delivered != self._delivered + 1:
            self._die(f"message {self._delivered + 1} of the consumer was lost")
            return
        self._delivered = delivered
        self._credit -= 1
        self._messages.append(
            parse(
                message.subject,
                message.data,
                position=position,
                event_id=headers.get(Header.MSG_ID.value),
            )
        )
        self._arrived.set()

    async def _told(self, status: str, headers: dict[str, str]) -> None:
        if status == HEARTBEAT:
            return
        if status == EXPIRED:
            self._credit -= int(headers.get("Nats-Pending-Messages", self._batch_max))
            await self._ask()
            return
        # nats-py's description of a 503 is wrong: only the status counts.
        self._die(f"status {status}")

    def _die(self, why: str) -> None:
        self._death = self._death or why
        self._arrived.set()


def _numbers(reply: str) -> tuple[int, int, int]:
    """Stream position, the consumer's own number and what is pending, from the reply subject.

    `$JS.ACK.<stream>.<consumer>.<times>.<position>.<number>.<time>.<pending>`; newer brokers put
    domain and account behind ACK and a token at the end.
    """
    tokens = reply.split(".")
    first = 5 if len(tokens) == 9 else 7  # noqa: PLR2004 - the two documented forms
    return int(tokens[first]), int(tokens[first + 1]), int(tokens[first + 3])
