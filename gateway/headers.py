"""Which headers cross the gateway: all but those that speak of one connection only."""

from collections.abc import Iterable, Mapping, Sequence

from shared.tracing import REQUEST_ID, TRACEPARENT, TRACESTATE, Trace

Header = tuple[bytes, bytes]

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
SENDER = b"x-sender-network"
"""Which network an anonymous slip or vote comes from; ours to write, never the client's."""
# The connection to the service writes its own host and length; 100-continue was answered by our
# own server; the request id and the place in the trace are the gateway's to give.
NOT_SENT_ON = HOP_BY_HOP | {b"host", b"content-length", b"expect", REQUEST_ID, TRACEPARENT, SENDER}
WITHOUT_TRACE = NOT_SENT_ON | {TRACESTATE}
"""A state that belongs to no valid context says nothing."""
# Our own server dates and signs the answer.
NOT_SENT_BACK = HOP_BY_HOP | {b"date", b"server", REQUEST_ID}


def to_service(
    headers: Sequence[Header], named: Mapping[bytes, bytes], trace: Trace, sender: str | None = None
) -> list[Header]:
    """The request's headers for the service, with its id, trace and sender among them."""
    dropped = NOT_SENT_ON if trace.continued else WITHOUT_TRACE
    if b"connection" in named:
        dropped |= _listed(headers)
    sent = [header for header in headers if header[0] not in dropped]
    sent.append((REQUEST_ID, trace.request_id.encode()))
    sent.append((TRACEPARENT, trace.traceparent.encode()))
    if sender is not None:
        sent.append((SENDER, sender.encode()))
    return sent


def to_client(headers: Iterable[Header]) -> list[Header]:
    """The answer's headers (names in lower case) for the client; the door adds the request's id."""
    named = list(headers)
    listed = _listed(named)
    dropped = NOT_SENT_BACK | listed if listed else NOT_SENT_BACK
    return [header for header in named if header[0] not in dropped]


def _listed(headers: Sequence[Header]) -> frozenset[bytes]:
    """Names that Connection, on however many lines (RFC 9110 5.3), says are hop-by-hop as well."""
    lines = [value for name, value in headers if name == b"connection"]
    return frozenset(name.strip().lower() for line in lines for name in line.split(b","))
