"""The connection to NATS and the one stream that keeps every fact."""

import nats
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, StorageType, StoreCompression, StreamConfig
from nats.js.errors import NotFoundError

from shared.events import SUBJECT_ROOT

STREAM = "EVENTS"
DUPLICATE_WINDOW_SECONDS = 120
MESSAGE_BYTES_MAX = 256 * 1024
REQUEST_SECONDS_MAX = 5
log = structlog.get_logger()


async def connect(url: str, name: str = "motcua") -> Client:
    """Connect, now or when the broker comes; reconnects for ever.

    Nothing is buffered while the broker is away: publishing raises at once and the outbox keeps
    the facts.
    """
    return await nats.connect(
        url,
        name=name,
        connect_timeout=2,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.25,
        ping_interval=10,
        max_outstanding_pings=2,
        pending_size=0,
        error_cb=_note,
    )


async def _note(trouble: Exception) -> None:
    log.debug("broker", error=repr(trouble))


def jetstream(client: Client) -> JetStreamContext:
    """JetStream with the house's patience."""
    return client.jetstream(timeout=REQUEST_SECONDS_MAX)


async def declare_stream(
    js: JetStreamContext,
    max_bytes: int,
    *,
    name: str = STREAM,
    root: str = SUBJECT_ROOT,
    replicas: int = 1,
) -> None:
    """Make the stream, or bring its settings up to date.

    A full stream refuses new facts (they wait in the outboxes); the broker's default would
    silently drop the oldest.
    """
    config = StreamConfig(
        name=name,
        subjects=[f"{root}.>"],
        storage=StorageType.FILE,
        compression=StoreCompression.S2,
        max_age=0,
        max_bytes=max_bytes,
        max_msg_size=MESSAGE_BYTES_MAX,
        discard=DiscardPolicy.NEW,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        num_replicas=replicas,
        allow_direct=True,
        deny_delete=True,
        deny_purge=True,
    )
    try:
        await js.stream_info(name)
    except NotFoundError:
        await js.add_stream(config)
        log.info("stream made", stream=name)
    else:
        await js.update_stream(config)
