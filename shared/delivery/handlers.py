"""What a service listens to: its handlers by fact, and how a batch is shared out among them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import groupby

import asyncpg
import structlog

from shared.delivery.incoming import Incoming
from shared.events import EVENTS, Envelope, Event, kind_of, read

Handler = Callable[[asyncpg.Connection, Sequence[Envelope[Event]]], Awaitable[None]]
"""Applies facts in stream order, in a transaction that is not its own; a few statements a call."""

Handlers = Mapping[type[Event], Handler]
"""A service's HANDLERS: what it listens to."""

UNKNOWN_TYPES_TOLD_MAX = 1000
log = structlog.get_logger()


class NotYet(Exception):
    """A handler misses what another owner will tell soon; it is tried again, without an alarm."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class UnreadableVersion(ValueError):
    """A fact that is listened to came in a version that this program cannot read."""


class Dispatch:
    """Finds each event's handler; events of a known kind without one are applied as nothing."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = {fact.type: handler for fact, handler in handlers.items()}
        self._names = {_name(fact_type) for fact_type in self._handlers}
        self._told: set[str] = set()
        self.kinds = frozenset(kind_of(fact_type) for fact_type in self._handlers)

    def subjects(self, root: str) -> list[str]:
        """The subjects to read, one per kind of aggregate."""
        return [f"{root}.{kind}.>" for kind in sorted(self.kinds)]

    async def handle(self, connection: asyncpg.Connection, events: Sequence[Incoming]) -> None:
        """Give neighbours with the same handler to it in one call."""
        for handler, envelopes in self._calls(events):
            await handler(connection, envelopes)

    def _calls(self, events: Sequence[Incoming]) -> Iterator[tuple[Handler, list[Envelope[Event]]]]:
        handled = [
            (handler, event) for event in events if (handler := self._handler(event)) is not None
        ]
        for handler, pairs in groupby(handled, key=lambda pair: pair[0]):
            yield handler, [read(event.message) for _, event in pairs]

    def _handler(self, event: Incoming) -> Handler | None:
        handler = self._handlers.get(event.type)
        if handler is not None:
            return handler
        if _name(event.type) in self._names:
            raise UnreadableVersion(event.type)
        if event.type not in EVENTS:
            self._tell(event)
        return None

    def _tell(self, event: Incoming) -> None:
        """Log once what nobody here knows; a newer owner tells it, and it must not stop us."""
        if event.type in self._told or len(self._told) >= UNKNOWN_TYPES_TOLD_MAX:
            return
        self._told.add(event.type)
        log.warning("unknown type counted and skipped", type=event.type, aggregate=event.aggregate)


def _name(fact_type: str) -> str:
    return fact_type.rpartition(".")[0]
