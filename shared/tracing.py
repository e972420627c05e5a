"""Which request a line, a call or a fact belongs to: its id, and its place in a W3C trace.

The context goes from the client through the gateway to the services, and with the facts on to
whoever hears of them. Who sends none is given one, so that every request can be followed.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from hashlib import sha256
from os import urandom
from typing import Any

import uuid_utils.compat as uuid

REQUEST_ID = b"x-request-id"
TRACEPARENT = b"traceparent"
TRACESTATE = b"tracestate"
ACCEPTED_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
UUID_SHAPE = re.compile(r"[0-9a-fA-F]{8}(-?)([0-9a-fA-F]{4}\1){3}[0-9a-fA-F]{12}")

# Trace Context level 1; of a later version only these four fields are read, as it asks.
GIVEN = re.compile(rb"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
FIRST_VERSION, NO_TRACE, NO_SPAN = b"00", b"0" * 32, b"0" * 16
NOT_SAMPLED = "00"


@dataclass(frozen=True, slots=True)
class Trace:
    """One request's names."""

    request_id: str
    traceparent: str
    continued: bool = False
    """Whether the caller had begun the trace; only then does its tracestate mean anything."""

    @property
    def trace_id(self) -> str:
        """The id that the whole trace shares, 32 hexadecimal digits."""
        return self.traceparent[3:35]

    @property
    def span_id(self) -> str:
        """The place in the trace, 16 hexadecimal digits."""
        return self.traceparent[36:52]

    @property
    def public_request_id(self) -> str | None:
        """The request's id where others may read it; a client's own words are not passed on."""
        return self.request_id if UUID_SHAPE.fullmatch(self.request_id) else None


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """The request that is being answered here, if one is."""
    return _current.get()


def enter(trace: Trace | None) -> None:
    """Let what follows in this task belong to the trace."""
    _current.set(trace)


def begin(headers: Mapping[bytes, bytes]) -> Trace:
    """Read a request's names, or give it some; a malformed context counts as none."""
    given_id = headers.get(REQUEST_ID, b"")
    named = ACCEPTED_REQUEST_ID.fullmatch(given_id) is not None
    request_id = given_id.decode() if named else uuid.uuid7().hex
    given = _given(headers.get(TRACEPARENT))
    # One id for both where that can be: a support line asks for one number, not for two.
    trace_id = uuid.uuid7().hex if named else request_id
    traceparent = given or f"00-{trace_id}-{urandom(8).hex()}-{NOT_SAMPLED}"
    trace = Trace(request_id, traceparent, continued=given is not None)
    _current.set(trace)
    return trace


def _given(header: bytes | None) -> str | None:
    """The caller's context in the form that we pass on; None when it cannot be trusted."""
    read = GIVEN.fullmatch(header) if header else None
    if read is None:
        return None
    version, trace_id, span_id, flags, more = read.groups()
    if trace_id == NO_TRACE or span_id == NO_SPAN or (more and version == FIRST_VERSION):
        return None
    return b"-".join((FIRST_VERSION, trace_id, span_id, flags)).decode()


def of_event(message: Mapping[str, Any]) -> Trace | None:
    """The request that made a stored fact, None when no request did."""
    return stored(message.get("traceparent"), message.get("requestid"))


def stored(traceparent: object, request_id: object) -> Trace | None:
    """A request by the names that a fact keeps of it, None when it keeps none or no valid ones."""
    kept = _given(traceparent.encode()) if isinstance(traceparent, str) else None
    if kept is None:
        return None
    return Trace(request_id if isinstance(request_id, str) else "", kept, continued=True)


def applying(trace: Trace, event_id: str, service: str) -> Trace:
    """The place in a fact's trace where a service applies it; what it tells then is told there.

    By no chance: who tries again, or builds anew, is in the same place.
    """
    span_id = sha256(f"{service}/{event_id}".encode()).hexdigest()[: len(NO_SPAN)]
    before, _, flags = trace.traceparent.rsplit("-", 2)
    return replace(trace, traceparent=f"{before}-{span_id}-{flags}")
