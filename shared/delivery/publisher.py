"""Publishes a batch and tells which of it the stream has stored."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import nats.errors
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import Header

ANSWER_SECONDS_MAX = 5.0


class Row(Protocol):
    """An outbox row."""

    def __getitem__(self, column: str) -> Any:
        """Read position, id, subject or body."""


@dataclass
class Batch:
    """The answers to one batch."""

    number: int
    positions: list[int]
    acked: list[int] = field(default_factory=list)
    open: set[int] = field(default_factory=set)
    error: str | None = None
    complete: asyncio.Event = field(default_factory=asyncio.Event)


class Publisher:
    """Sends many before it waits, with an inbox of its own for the answers.

    nats-py's `publish_async` loses a window slot for ever whenever a publish raises.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._inbox = client.new_inbox()
        self._subscription: Subscription | None = None
        self._batch = Batch(number=0, positions=[])

    @property
    def error(self) -> str | None:
        """Why the last batch was not stored whole."""
        return self._batch.error

    async def open(self) -> None:
        """Listen for the answers."""
        self._subscription = await self._client.subscribe(
            f"{self._inbox}.*.*", cb=self._answered, pending_msgs_limit=0, pending_bytes_limit=0
        )

    async def close(self) -> None:
        """Stop listening."""
        if self._subscription is not None and not self._client.is_closed:
            await self._subscription.unsubscribe()

    async def all(self, rows: Sequence[Row], *, seconds: float = ANSWER_SECONDS_MAX) -> list[int]:
        """Publish the rows in order; the positions of those that are certainly stored."""
        batch = Batch(self._batch.number + 1, [row["position"] for row in rows])
        batch.open = set(range(len(rows)))
        self._batch = batch
        try:
            for index, row in enumerate(rows):
                await self._client.publish(
                    row["subject"],
                    row["body"],
                    reply=f"{self._inbox}.{batch.number}.{index}",
                    headers={Header.MSG_ID.value: str(row["id"])},
                )
            async with asyncio.timeout(seconds):
                await batch.complete.wait()
        except TimeoutError:
            batch.error = batch.error or "no answer in time"
        except (nats.errors.Error, OSError) as trouble:
            batch.error = repr(trouble)
        return batch.acked

    async def _answered(self, message: Msg) -> None:
        number, _, index_text = message.subject.removeprefix(f"{self._inbox}.").partition(".")
        batch, index = self._batch, int(index_text)
        # Answers to older batches come late and count for nothing: those rows are sent again.
        if int(number) != batch.number or index not in batch.open:
            return
        batch.open.remove(index)
        answer = orjson.loads(message.data) if message.data else {"error": message.headers}
        if "seq" in answer and "error" not in answer:
            batch.acked.append(batch.positions[index])
        else:
            batch.error = str(answer.get("error"))
        if not batch.open:
            batch.complete.set()
