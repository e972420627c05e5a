"""Where webhooks are kept: two buckets of JetStream, and what may change in them."""

from collections.abc import Callable
from typing import Final

from nats.aio.client import Client
from nats.js.api import StorageType
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from gateway.feed.reading import stored
from gateway.webhooks import progress as progresses
from gateway.webhooks.progress import Progress
from gateway.webhooks.subscriptions import Subscription, folder_of, key_of
from shared.delivery.broker import jetstream

SUBSCRIPTIONS: Final = "webhook-subscriptions"
PROGRESS: Final = "webhook-progress"
VALUE_BYTES_MAX = 32 * 1024
TRIES_MAX = 5


class Moved(Exception):
    """Somebody else changed it since it was read."""


class Buckets:
    """Subscriptions by owner and id, and by id how far each has come; all by compare-and-set."""

    def __init__(self, client: Client, subscriptions: KeyValue, progress: KeyValue) -> None:
        self._client = client
        self._subscriptions = subscriptions
        self._progress = progress

    @classmethod
    async def open(cls, client: Client) -> "Buckets":
        """Find the buckets, making them at first use."""
        return cls(client, await bucket(client, SUBSCRIPTIONS), await bucket(client, PROGRESS))

    async def of_owner(self, owner: str) -> list[tuple[Subscription, int]]:
        """All of one owner with their revisions, oldest change first."""
        return await self._under(f"{folder_of(owner)}.*")

    async def every(self) -> list[tuple[Subscription, int]]:
        """All of all owners with their revisions, oldest change first."""
        return await self._under(">")

    async def _under(self, keys: str) -> list[tuple[Subscription, int]]:
        subject = f"$KV.{SUBSCRIPTIONS}.{keys}"
        kept = await stored(self._client, f"KV_{SUBSCRIPTIONS}", [subject])
        return [
            (Subscription.model_validate_json(entry.body), entry.position)
            for entry in kept
            if entry.body
        ]

    async def find(self, owner: str, identity: str) -> tuple[Subscription, int] | None:
        """One of an owner's, None when there is none."""
        try:
            entry = await self._subscriptions.get(key_of(owner, identity))
        except KeyNotFoundError:
            return None
        return Subscription.model_validate_json(entry.value or b""), entry.revision or 0

    async def add(self, subscription: Subscription, progress: Progress) -> int:
        """Keep a new one; raises Moved when its id is taken."""
        try:
            await self._progress.create(subscription.id, progress.encode())
            return await self._subscriptions.create(subscription.key, _written(subscription))
        except KeyWrongLastSequenceError as taken:
            raise Moved from taken

    async def change(self, subscription: Subscription, revision: int) -> int:
        """Replace one; raises Moved when it is not at that revision any more."""
        return await _update(
            self._subscriptions, subscription.key, _written(subscription), revision
        )

    async def remove(self, subscription: Subscription, revision: int) -> None:
        """Delete one with its progress; raises Moved as `change` does."""
        try:
            await self._subscriptions.delete(subscription.key, last=revision)
        except KeyWrongLastSequenceError as moved:
            raise Moved from moved
        await self._progress.delete(subscription.id)

    async def progress(self, identity: str) -> tuple[Progress, int]:
        """How far it has come; raises KeyNotFoundError for one that is deleted."""
        entry = await self._progress.get(identity)
        return progresses.decode(entry.value or b""), entry.revision or 0

    async def advance(self, identity: str, progress: Progress, revision: int) -> int:
        """Note how far it has come; raises Moved when somebody else delivers now."""
        return await _update(self._progress, identity, progress.encode(), revision)

    async def steer(self, identity: str, act: Callable[[Progress], Progress]) -> Progress:
        """Change the progress whatever it is now; whoever delivers then reads it anew."""
        for _ in range(TRIES_MAX):
            progress, revision = await self.progress(identity)
            try:
                steered = act(progress)
                await self.advance(identity, steered, revision)
            except Moved:
                continue
            return steered
        raise Moved


async def bucket(client: Client, name: str, *, seconds: float | None = None) -> KeyValue:
    """Find a bucket, made at first use; its entries last for ever or for so many seconds."""
    js = jetstream(client)
    try:
        return await js.key_value(name)
    except BucketNotFoundError:
        return await js.create_key_value(
            bucket=name,
            ttl=seconds,
            storage=StorageType.FILE,
            max_value_size=VALUE_BYTES_MAX,
            direct=False,
        )


async def _update(kept: KeyValue, key: str, value: bytes, revision: int) -> int:
    try:
        return await kept.update(key, value, last=revision)
    except KeyWrongLastSequenceError as moved:
        raise Moved from moved


def _written(subscription: Subscription) -> bytes:
    return subscription.model_dump_json().encode()
