"""Finishes the answer to a GET: only the fields asked for, a name, 304 or gzip where they serve.

Every whole JSON answer bears an ETag, a hash of its content: so whoever has it asks again for the
price of a header, and never keeps what has changed. Where the route gave its row's version the
name begins with it, and can stand in If-Match (`"17-9f2c…"` is version 17 as it was shown).
"""

import asyncio
import re
import zlib
from hashlib import blake2b

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import fields
from shared.errors import Problem, answer
from shared.fields import Tree

JSON = re.compile(rb"application/(?:json|[a-z0-9.-]+\+json)(?:;|$)")
VERSION = re.compile(rb'"(\d{1,18})"')
NAMED_VERSION = re.compile(r'(?:W/)?"(\d{1,18})(?:-[0-9a-f]{1,64})?"')
"""A version, or the name of an answer that shows a row in this version."""
ETAG_BYTES = 12
GZIP_BYTES_MIN = 1024
"""A shorter one fits into a packet anyhow."""
GZIP_LEVEL = 1
"""A list shrinks to an eighth for 2 µs a KiB; the higher levels win little more."""
INLINE_BYTES_MAX = 128 * 1024
"""A longer one is pressed in a thread, so that nobody else waits for it."""
WBITS_OF_GZIP = 31
CACHING = (b"cache-control", b"private, no-cache")
"""Answers are people's or their caller's own: kept by the client at most, asked after each time."""

Headers = dict[bytes, bytes]


class Answers:
    """An ASGI layer; what is streamed, fails or is no JSON goes through as it is."""

    def __init__(self, app: ASGIApp, *, versioned: bool = False) -> None:
        self.app = app
        self._versioned = versioned
        """Whether a number as ETag is a row's version, which says less than what is shown."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        try:
            wanted = fields.of(scope["query_string"])
        except Problem as refusal:
            await answer(refusal)(scope, receive, send)
            return
        asked = dict(scope["headers"])
        start: Message | None = None

        async def finish(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_ours(message):
                start = message
                return
            if start is not None:
                held, start = start, None
                if not message.get("more_body"):
                    body = message.get("body", b"")
                    held, message = await self._finished(held, body, asked, wanted)
                await send(held)
            await send(message)

        await self.app(scope, receive, finish)

    async def _finished(
        self, start: Message, body: bytes, asked: Headers, wanted: Tree | None
    ) -> tuple[Message, Message]:
        """The answer's two messages as they leave."""
        headers: Headers = dict(start["headers"])
        if wanted is not None:
            body = orjson.dumps(fields.pick(orjson.loads(body), wanted))
        etag = self._name(headers.pop(b"etag", None), body)
        headers.setdefault(*CACHING)
        headers[b"vary"] = b", ".join(filter(None, (headers.get(b"vary"), b"Accept-Encoding")))
        pressed = len(body) >= GZIP_BYTES_MIN and _takes_gzip(asked.get(b"accept-encoding", b""))
        if pressed and not etag.startswith(b"W/"):
            # The same content in other bytes.
            etag = b"W/" + etag
        if _names(asked.get(b"if-none-match", b""), etag):
            headers = {b"etag": etag} | headers
            for told_with_a_body in (b"content-length", b"content-type"):
                headers.pop(told_with_a_body, None)
            return _start(start, 304, headers), _body(b"")
        if pressed:
            body = await _pressed(body)
            headers[b"content-encoding"] = b"gzip"
        headers[b"etag"] = etag
        headers[b"content-length"] = b"%d" % len(body)
        return _start(start, start["status"], headers), _body(body)

    def _name(self, given: bytes | None, body: bytes) -> bytes:
        if given is None:
            return name_of(body)
        version = VERSION.fullmatch(given) if self._versioned else None
        return given if version is None else versioned_name(version[1], body)


def _is_ours(start: Message) -> bool:
    if start["status"] != 200:  # noqa: PLR2004 - the one answer that shows a thing
        return False
    headers = dict(start["headers"])
    return JSON.match(headers.get(b"content-type", b"")) is not None and (
        b"content-encoding" not in headers
    )


def versions_named(if_match: str) -> frozenset[int]:
    """The row versions that an If-Match lets pass, also by the name of a gzipped answer."""
    return frozenset(map(int, NAMED_VERSION.findall(if_match)))


def name_of(body: bytes) -> bytes:
    """The ETag of a content."""
    return b'"' + blake2b(body, digest_size=ETAG_BYTES).hexdigest().encode() + b'"'


def versioned_name(version: bytes, body: bytes) -> bytes:
    """The ETag of a content that shows a row in this version."""
    return b'"%b-%b"' % (version, name_of(body).strip(b'"'))


def _names(if_none_match: bytes, etag: bytes) -> bool:
    """Whether the client has just this; compared weakly, as RFC 9110 13.1.2 asks."""
    if not if_none_match:
        return False
    named = {tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")}
    return b"*" in named or etag.removeprefix(b"W/") in named


def _takes_gzip(accept_encoding: bytes) -> bool:
    for coding in accept_encoding.lower().split(b","):
        name, _, weight = coding.partition(b";")
        if name.strip() == b"gzip":
            return weight.replace(b" ", b"").rstrip(b"0") not in {b"q=", b"q=0."}
    return False


async def _pressed(body: bytes) -> bytes:
    if len(body) <= INLINE_BYTES_MAX:
        return zlib.compress(body, GZIP_LEVEL, WBITS_OF_GZIP)
    return await asyncio.to_thread(zlib.compress, body, GZIP_LEVEL, WBITS_OF_GZIP)


def _start(start: Message, status: int, headers: Headers) -> Message:
    return {**start, "status": status, "headers": list(headers.items())}


def _body(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body}
