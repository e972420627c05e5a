"""Which headers cross the gateway: all but those that speak of one connection only."""

from collections.abc import Iterable, Mapping

Header = tuple[bytes, bytes]

REQUEST_ID = b"x-request-id"
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
# The client library writes its own host and, for a whole body, its length; 100-continue was
# answered by our own server; the request id is the gateway's to give.
NOT_SENT_ON = HOP_BY_HOP | {b"host", b"expect", REQUEST_ID}
# Our own server dates and signs the answer.
NOT_SENT_BACK = HOP_BY_HOP | {b"date", b"server", REQUEST_ID}


def to_service(
    headers: Iterable[Header], named: Mapping[bytes, bytes], request_id: bytes
) -> list[tuple[str, str]]:
    """The request's headers for the service, with the request's id among them."""
    dropped = NOT_SENT_ON | _listed(named.get(b"connection", b""))
    sent = [
        (name.decode("latin-1"), value.decode("utf-8", "replace"))
        for name, value in headers
        if name not in dropped
    ]
    sent.append(("x-request-id", request_id.decode("ascii")))
    return sent


def to_client(headers: Iterable[Header]) -> list[Header]:
    """The answer's headers for the client; the door adds the request's id."""
    lowered = [(name.lower(), value) for name, value in headers]
    listed = b",".join(value for name, value in lowered if name == b"connection")
    dropped = NOT_SENT_BACK | _listed(listed)
    return [header for header in lowered if header[0] not in dropped]


def _listed(connection: bytes) -> frozenset[bytes]:
    """Header names that a Connection header declares to be hop-by-hop as well."""
    if not connection or connection in {b"keep-alive", b"close"}:
        return frozenset()
    return frozenset(name.strip().lower() for name in connection.split(b","))
