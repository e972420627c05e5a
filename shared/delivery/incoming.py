"""One stored message as a consumer sees it, before anybody believes what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared import tracing
from shared.events import kind_of

UNREADABLE = "unreadable"
"""Kind of the aggregate under which a message is kept whose own aggregate cannot be read."""

AGGREGATE_CHARACTERS_MAX = 500
SEQUENCE_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message with the place it claims: which aggregate, which number there."""

    aggregate: str
    sequence: int
    subject: str
    body: bytes
    position: int = 0
    event_id: str | None = None
    type: str = ""
    message: Mapping[str, Any] = field(default_factory=dict, repr=False)
    unreadable: str | None = None
    """Why its place cannot be read; such a message can only be discarded."""

    def names(self) -> dict[str, str]:
        """The request that told it, for a log line."""
        trace = tracing.of_event(self.message)
        return {} if trace is None else {"trace_id": trace.trace_id, "request_id": trace.request_id}


def parse(subject: str, body: bytes, *, position: int = 0, event_id: str | None = None) -> Incoming:
    """Read a message's place; whether its data make sense is left to its handler."""
    try:
        message = orjson.loads(body)
        fact_type, identity = _word(message, "type"), _word(message, "subject")
        sequence = _sequence(message)
    except (ValueError, TypeError, KeyError) as why:
        return Incoming(
            aggregate=f"{UNREADABLE}/{position}",
            sequence=1,
            subject=subject,
            body=body,
            position=position,
            event_id=event_id,
            unreadable=repr(why),
        )
    return Incoming(
        aggregate=f"{kind_of(fact_type)}/{identity}",
        sequence=sequence,
        subject=subject,
        body=body,
        position=position,
        event_id=event_id,
        type=fact_type,
        message=message,
    )


def _word(message: Any, name: str) -> str:
    word = message[name]
    if not isinstance(word, str) or not 0 < len(word) <= AGGREGATE_CHARACTERS_MAX:
        raise ValueError(f"{name} is not a name")
    if "\x00" in word:
        raise ValueError(f"{name} holds a character that PostgreSQL does not take")
    return word


def _sequence(message: Any) -> int:
    sequence = message["sequence"]
    if type(sequence) is not int or not 1 <= sequence <= SEQUENCE_MAX:
        raise ValueError("sequence is not a number from 1 on")
    return int(sequence)
