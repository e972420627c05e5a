"""A test event, sent at once and told about, so that a receiver can be tried out."""

from datetime import datetime

import orjson
import uuid_utils.compat as uuid

from gateway.webhooks.journal import Attempt
from gateway.webhooks.register import Held
from gateway.webhooks.sending import Sender
from shared.events import NATIONAL

TYPE = "webhook.ping.v1"


async def ping(held: Held, sender: Sender, now: datetime) -> Attempt:
    """Send a test event; it is no part of the feed and changes no progress."""
    event_id = str(uuid.uuid7())
    body = orjson.dumps(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": "/gateway",
            "type": TYPE,
            "subject": held.subscription.id,
            "time": now.isoformat(),
            "datacontenttype": "application/json",
            "sequence": 1,
            "agency": NATIONAL,
            "data": {},
        }
    )
    outcome = await sender.send(
        held.subscription.url, event_id, body, secrets=held.sealed.live(now)
    )
    return Attempt(
        event_id=event_id,
        event_type=TYPE,
        event_subject=held.subscription.id,
        at=now,
        status=outcome.status,
        error=outcome.error,
        milliseconds=outcome.milliseconds,
    )
