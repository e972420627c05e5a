"""How one event travels: a CloudEvents 1.0 envelope around a typed fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar

import orjson
import uuid_utils.compat as uuid
from pydantic import BaseModel, ConfigDict

from shared import tracing

SUBJECT_ROOT = "events"
NATIONAL = "VN"
"""The agency token of facts that belong to no single agency, such as a national calendar."""


class Event(BaseModel):
    """One fact in the past; a subclass per fact, its type versioned (`dossier.accepted.v1`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Enter the fact into the register, so that a consumer can read it back by its type."""
        super().__pydantic_init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            if cls.type in EVENTS:
                raise TypeError(f"two events claim the type {cls.type}")
            EVENTS[cls.type] = cls


EVENTS: dict[str, type[Event]] = {}
"""Every fact the services exchange, by type."""

E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)


@dataclass(frozen=True, slots=True)
class Envelope(Generic[E_co]):
    """A recorded fact: which aggregate it belongs to, and which number it has there."""

    id: str
    source: str
    aggregate_id: str
    sequence: int
    agency: str
    recorded_at: datetime
    data: E_co
    traceparent: str | None = None
    """The W3C trace of the request that made it, itself or by the fact that caused it
    (CloudEvents distributed tracing extension)."""
    request_id: str | None = None
    procedure: str | None = None
    """The procedure of what it is about, so that followers can choose by it."""

    @property
    def type(self) -> str:
        """The versioned type, `dossier.accepted.v1`."""
        return self.data.type

    @property
    def aggregate(self) -> str:
        """The aggregate's name in the whole system: its kind and id, `dossier/0198…`."""
        return f"{kind_of(self.data.type)}/{self.aggregate_id}"

    @property
    def subject(self) -> str:
        """The broker's subject; agency tokens last, so that one subtree can be subscribed to."""
        return f"{SUBJECT_ROOT}.{self.data.type.rpartition('.')[0]}.{self.agency}"

    def place_of(self, service: str) -> tracing.Trace | None:
        """Where in this fact's trace a service applies it; None when no request made the fact."""
        trace = tracing.stored(self.traceparent, self.request_id)
        return tracing.applying(trace, self.id, service) if trace else None

    def encode(self) -> bytes:
        """Write the CloudEvents JSON that is stored in the outbox and sent as it is."""
        message: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/{self.source}",
            "type": self.data.type,
            "subject": self.aggregate_id,
            "time": self.recorded_at.isoformat(),
            "datacontenttype": "application/json",
            "sequence": self.sequence,
            "agency": self.agency,
        }
        if self.traceparent is not None:
            message["traceparent"] = self.traceparent
        if self.request_id is not None:
            message["requestid"] = self.request_id
        if self.procedure is not None:
            message["procedure"] = self.procedure
        message["data"] = self.data.model_dump(mode="json", exclude_none=True)
        return orjson.dumps(message)


def kind_of(event_type: str) -> str:
    """Tell the aggregate's kind of a type: `dossier` of `dossier.accepted.v1`."""
    return event_type.partition(".")[0]


def seal(
    event: E,
    *,
    source: str,
    aggregate_id: str,
    sequence: int,
    agency: str,
    procedure: str | None = None,
    cause: Envelope[Event] | None = None,
) -> "Envelope[E]":
    """Put a fact into its envelope, with a new id, the present technical time and the request.

    A consumer's batch holds facts of many requests: it names the one that its own is caused by.
    """
    trace = cause.place_of(source) if cause else tracing.current()
    return Envelope(
        id=str(uuid.uuid7()),
        source=source,
        aggregate_id=aggregate_id,
        sequence=sequence,
        agency=agency,
        recorded_at=datetime.now(UTC),
        data=event,
        traceparent=trace.traceparent if trace else None,
        request_id=trace.public_request_id if trace else None,
        procedure=procedure,
    )


def decode(body: bytes) -> Envelope[Event]:
    """Read an envelope back; raises ValueError when it is malformed or its type is unknown."""
    return read(orjson.loads(body))


def read(message: Mapping[str, Any]) -> Envelope[Event]:
    """Read a parsed CloudEvents object; raises ValueError as `decode` does."""
    try:
        fact = EVENTS[message["type"]]
        return Envelope(
            id=message["id"],
            source=message["source"].removeprefix("/"),
            aggregate_id=message["subject"],
            sequence=message["sequence"],
            agency=message["agency"],
            recorded_at=datetime.fromisoformat(message["time"]),
            data=fact.model_validate(message["data"]),
            traceparent=message.get("traceparent"),
            request_id=message.get("requestid"),
            procedure=message.get("procedure"),
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"unknown event type or not an envelope: {wrong!r}") from wrong
