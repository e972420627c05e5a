"""A subscriber's server, whose answers the test chooses, and what it has received."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import orjson
from standardwebhooks import Webhook
from starlette.types import Receive, Scope, Send

from tests.gateway.upstreams import reply


@dataclass(frozen=True)
class Received:
    """One delivery as it came in."""

    headers: dict[str, str]
    body: bytes
    accepted: bool

    @property
    def event(self) -> dict[str, Any]:
        parsed: dict[str, Any] = orjson.loads(self.body)
        return parsed

    @property
    def repeat(self) -> bool:
        return self.headers.get("webhook-repeat") == "true"

    def is_signed_by(self, secret: str) -> bool:
        """Ask the standard's own package; it raises what is wrong."""
        return bool(Webhook(secret).verify(self.body, self.headers))


Answer = Callable[[dict[str, Any]], Awaitable[int]]


async def well(_: dict[str, Any]) -> int:
    return 204


@dataclass
class Receiver:
    """Answers with the status that `answer` gives for an event."""

    answer: Answer = well
    received: list[Received] = field(default_factory=list)
    at_once: int = 0
    at_once_max: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.at_once += 1
        self.at_once_max = max(self.at_once, self.at_once_max)
        try:
            status = await self.answer(orjson.loads(body))
        finally:
            self.at_once -= 1
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        # Noted before it is answered: what is accepted and not heard must count.
        self.received.append(Received(headers, body, 200 <= status < 300))
        more_headers = [(b"location", b"/elsewhere")] if 300 <= status < 400 else []
        await reply(send, status, b"", more_headers)

    @property
    def accepted(self) -> list[Received]:
        return [one for one in self.received if one.accepted]

    @property
    def ids(self) -> list[str]:
        return [one.event["id"] for one in self.accepted]

    def has_accepted(self, count: int) -> Callable[[], bool]:
        """Ask whether so many different events were accepted."""
        return lambda: len(set(self.ids)) >= count

    def firsts(self) -> list[dict[str, Any]]:
        """Events in the order they were first accepted."""
        seen: dict[str, dict[str, Any]] = {}
        for one in self.accepted:
            seen.setdefault(one.event["id"], one.event)
        return list(seen.values())


def is_in_order(events: list[dict[str, Any]]) -> bool:
    """Whether each dossier's events come as 1, 2, 3 …"""
    by_subject = sorted(events, key=lambda event: event["subject"])
    return all(
        (numbers := [event["sequence"] for event in group]) == list(range(1, len(numbers) + 1))
        for _, group in groupby(by_subject, key=lambda event: event["subject"])
    )


def unmarked_repeats(accepted: list[Received]) -> list[str]:
    """Ids that were accepted more than once without being marked from the second time on."""
    seen: set[str] = set()
    wrong: list[str] = []
    for one in accepted:
        identity = one.event["id"]
        if identity in seen and not one.repeat:
            wrong.append(identity)
        seen.add(identity)
    return wrong


async def hang(_: dict[str, Any]) -> int:
    await asyncio.Event().wait()
    return 204
