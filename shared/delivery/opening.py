"""Finds the place in the stream from which a consumer reads on, and whether the stream is ours."""

import asyncpg
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import Header, StreamState
from nats.js.errors import NotFoundError

from shared.delivery import measures
from shared.delivery.applying import Reached
from shared.delivery.broker import jetstream
from shared.delivery.puller import Puller

BEGIN = "insert into reached (stream, position) values ($1, 0) on conflict do nothing"
WHERE = "select position, event_id from reached where stream = $1"
BACK = """
    update reached set position = 0, event_id = null
    where stream = $1 and position = $2 and event_id is not distinct from $3
"""
log = structlog.get_logger()


async def open_puller(
    connection: asyncpg.Connection,
    client: Client,
    stream: str,
    subjects: list[str],
    *,
    batch_max: int,
) -> tuple[Puller, Reached]:
    """Read on behind the position that the database knows."""
    js = jetstream(client)
    await connection.execute(BEGIN, stream)
    row = await connection.fetchrow(WHERE, stream)
    reached = Reached(row["position"], row["event_id"])
    state = (await js.stream_info(stream)).state
    if not await _is_ours(js, stream, state, reached):
        measures.alarm(
            "stream is not the one read so far", stream=stream, position=reached.position
        )
        # What was applied already is recognised by its sequence.
        await connection.execute(BACK, stream, reached.position, reached.event_id)
        reached = Reached(0, None)
    elif reached.position + 1 < state.first_seq:
        measures.alarm(
            "events removed that were never read",
            stream=stream,
            position=reached.position,
            first=state.first_seq,
        )
    puller = Puller(client, stream, batch_max=batch_max)
    try:
        await puller.open(subjects, reached.position + 1)
    except BaseException:
        await puller.close()
        raise
    return puller, reached


async def _is_ours(js: JetStreamContext, stream: str, state: StreamState, reached: Reached) -> bool:
    """Tell a stream that was deleted and made anew by the event id at our position."""
    if reached.position == 0 or reached.position < state.first_seq:
        return True
    if reached.position > state.last_seq:
        return False
    try:
        stored = await js.get_msg(stream, seq=reached.position)
    except NotFoundError:
        return True
    return (stored.headers or {}).get(Header.MSG_ID.value) == reached.event_id
