"""Facts are recorded with the change they report; nobody publishes from a request."""

import re
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import Envelope, Event, seal

BODY_BYTES_MAX = 64 * 1024
"""A larger event would block the relay for ever, so it is refused inside the request."""

SUBJECT = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){1,30}")

INSERT = "insert into outbox (id, subject, body) values ($1, $2, $3)"
"""For hot paths that write through the driver; its arguments are `row(envelope)`."""

_INSERT = text("insert into outbox (id, subject, body) values (:id, :subject, :body)")


class EventTooLarge(ValueError):
    """A fact outgrew what the stream takes; the request that made it is wrong."""


class BadSubject(ValueError):
    """A fact's agency is no name the broker can route by; it too would block the relay for ever."""


class Aggregate(Protocol):
    """A row that tells facts about itself and counts them in `sequence`."""

    sequence: Any

    @property
    def aggregate_id(self) -> str:
        """The id that its facts' envelopes carry."""

    @property
    def event_agency(self) -> str:
        """The agency whose listeners hear of it."""


async def record(session: AsyncSession, source: str, of: Aggregate, event: Event) -> None:
    """Number the fact and save it with the change.

    The aggregate's row must be locked (or new) in this transaction: the lock is what keeps its
    facts in order in the outbox.
    """
    of.sequence += 1
    envelope = seal(
        event,
        source=source,
        aggregate_id=of.aggregate_id,
        sequence=of.sequence,
        agency=of.event_agency,
        procedure=getattr(of, "event_procedure", None),
    )
    identity, subject, body = row(envelope)
    # Flushing first keeps the lock, or the new row, ahead of the outbox position.
    await session.flush()
    await session.execute(_INSERT, {"id": identity, "subject": subject, "body": body})


def row(envelope: Envelope[Event]) -> tuple[str, str, bytes]:
    """The columns of an outbox row; raises EventTooLarge or BadSubject."""
    body = envelope.encode()
    if len(body) > BODY_BYTES_MAX:
        raise EventTooLarge(f"{envelope.type} of {envelope.aggregate}: {len(body)} bytes")
    if not SUBJECT.fullmatch(envelope.subject):
        raise BadSubject(envelope.subject)
    return envelope.id, envelope.subject, body
