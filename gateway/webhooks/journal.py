"""What was sent to a subscriber and what came of it; kept a while, for the subscriber to read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import nats.errors
import structlog
from nats.aio.client import Client
from nats.js.api import DiscardPolicy, StorageType, StoreCompression, StreamConfig
from nats.js.errors import NotFoundError
from prometheus_client import Counter
from pydantic import BaseModel, ConfigDict

from gateway.feed.reading import stored
from shared.delivery.broker import jetstream

STREAM: Final = "WEBHOOK_LOG"
ROOT: Final = "webhook-log"
KEPT_PER_SUBSCRIPTION: Final = 500
KEPT_SECONDS: Final = 30 * 24 * 3600
LOST = Counter("motcua_webhook_log_lost", "Attempts that could not be noted for their subscriber.")
log = structlog.get_logger()


class Attempt(BaseModel):
    """One attempt to deliver one event."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    event_type: str
    event_subject: str
    at: datetime
    status: int | None
    error: str | None
    milliseconds: int
    repeat: bool = False
    next_try: datetime | None = None


class Journal:
    """The attempts of all subscriptions, each bounded by number and age."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def declare(self) -> None:
        """Make the stream at first use."""
        js = jetstream(self._client)
        try:
            await js.stream_info(STREAM)
        except NotFoundError:
            await js.add_stream(
                StreamConfig(
                    name=STREAM,
                    subjects=[f"{ROOT}.*"],
                    storage=StorageType.FILE,
                    compression=StoreCompression.S2,
                    max_msgs_per_subject=KEPT_PER_SUBSCRIPTION,
                    max_age=KEPT_SECONDS,
                    discard=DiscardPolicy.OLD,
                )
            )

    async def note(self, subscription: str, attempts: Sequence[Attempt]) -> None:
        """Write attempts down; deliveries go on when that fails."""
        js = jetstream(self._client)
        try:
            for attempt in attempts:
                body = attempt.model_dump_json().encode()
                await js.publish(f"{ROOT}.{subscription}", body)
        except (nats.errors.Error, OSError) as trouble:
            LOST.inc(len(attempts))
            log.warning("webhook attempts not noted", error=repr(trouble))

    async def of(self, subscription: str) -> list[tuple[int, Attempt]]:
        """All that is kept of one subscription with its place, newest first."""
        kept = await stored(self._client, STREAM, [f"{ROOT}.{subscription}"])
        read = [(one.position, Attempt.model_validate_json(one.body)) for one in kept]
        return read[::-1]
