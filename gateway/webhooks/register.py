"""What an owner may do with subscriptions; each act is one compare-and-set."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import uuid_utils.compat as uuid
from cryptography.exceptions import InvalidTag
from nats.aio.client import Client

from gateway.feed.cursors import Extent, extent
from gateway.feed.filters import granted, scope_of
from gateway.webhooks import refusals, signing, subscriptions
from gateway.webhooks.buckets import Buckets, Moved
from gateway.webhooks.guard import Closed, Guard
from gateway.webhooks.progress import Progress
from gateway.webhooks.refusals import PER_OWNER_MAX
from gateway.webhooks.schemas import ChangedWebhook, NewWebhook
from gateway.webhooks.subscriptions import Reason, Sealed, Secret, State, Subscription
from shared.answers import versions_named
from shared.delivery.broker import STREAM, jetstream
from shared.identity import Principal
from shared.personal_data import Vault

SECRET_SHOWN_AGAIN = timedelta(hours=1)
"""How long the creation's own Idempotency-Key gives its whole answer again."""


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription at a revision, with what is sealed of it."""

    subscription: Subscription
    revision: int
    sealed: Sealed

    @property
    def etag(self) -> str:
        """The revision as an entity tag."""
        return f'"{self.revision}"'


@dataclass(frozen=True, slots=True)
class Register:
    """The subscriptions of one caller; those of others do not exist here."""

    client: Client
    buckets: Buckets
    vault: Vault
    guard: Guard
    principal: Principal

    async def all(self) -> list[Held]:
        """All of the caller's, oldest first."""
        kept = await self.buckets.of_owner(self.principal.subject)
        found = [self._held(subscription, revision) for subscription, revision in kept]
        return sorted(found, key=lambda held: (held.subscription.created_at, held.subscription.id))

    async def find(self, identity: str, if_match: str | None = None) -> Held:
        """One of the caller's; raises NotFound, and PreconditionFailed for another version."""
        found = await self.buckets.find(self.principal.subject, identity)
        if found is None:
            raise refusals.unknown()
        held = self._held(*found)
        if if_match not in {None, "*"} and held.revision not in versions_named(if_match or ""):
            raise refusals.changed()
        return held

    async def create(self, new: NewWebhook, key: str | None, now: datetime) -> tuple[Held, bool]:
        """Make one, or find what the same key has made; whether it was found."""
        digest = hashlib.sha256(new.model_dump_json().encode()).hexdigest()
        identity = self._identity(key)
        if key is not None:
            known = await self.buckets.find(self.principal.subject, identity)
            if known is not None:
                return self._again(self._held(*known), digest), True
        self._check(new.url)
        self._granted(new.types, new.agencies, new.procedures)
        if await self._count() >= PER_OWNER_MAX:
            raise refusals.too_many()
        reach = await self.extent()
        progress = Progress(position=reach.position(new.after), made=reach.made)
        held = self._fresh(new, identity, digest, now)
        try:
            revision = await self.buckets.add(held.subscription, progress)
        except Moved as raced:
            raise refusals.changed() from raced
        # Of several made at once each sees the others: the bound holds, whoever came first.
        if await self._count() > PER_OWNER_MAX:
            await self.buckets.remove(held.subscription, revision)
            raise refusals.too_many()
        return replace(held, revision=revision), False

    async def change(self, held: Held, changed: ChangedWebhook) -> Held:
        """Change what is given."""
        given = changed.model_dump(exclude_unset=True)
        notify = {"notify": given.pop("notify")} if "notify" in given else {}
        given = {name: value for name, value in given.items() if value is not None}
        if "url" in given:
            self._check(given["url"])
        was = held.subscription
        lists = {
            name: tuple(given.get(name, getattr(was, name)))
            for name in ("types", "agencies", "procedures")
        }
        self._granted(**lists)
        if "url" in given:
            await self.buckets.steer(was.id, Progress.recovered)
        return await self._replace(held, given | lists, held.sealed.model_copy(update=notify))

    async def remove(self, held: Held) -> None:
        """Delete it; nothing is sent any more."""
        try:
            await self.buckets.remove(held.subscription, held.revision)
        except Moved as moved:
            raise refusals.changed() from moved

    async def pause(self, held: Held, now: datetime) -> Held:
        """Send nothing until it is resumed; nothing is lost meanwhile."""
        if held.subscription.state is not State.ACTIVE:
            return held
        return await self._stand(held, State.PAUSED, Reason.OWNER, now)

    async def resume(self, held: Held, now: datetime) -> Held:
        """Go on from where it stood, at once; raises NotFound for what is its owner's no more."""
        self._still_granted(held)
        await self.buckets.steer(held.subscription.id, Progress.recovered)
        return await self._stand(held, State.ACTIVE, None, now)

    async def rotate(self, held: Held, overlap: timedelta, now: datetime) -> Held:
        """Give it a new secret; the one before goes on signing for a while."""
        return await self._replace(held, {}, held.sealed.rotated(now, overlap))

    async def replay(self, held: Held, after: str | None, now: datetime) -> Held:
        """Send again what lies after a cursor, marked as repeated; raises as `resume` does."""
        self._still_granted(held)
        position = (await self.extent()).position(after)
        await self.buckets.steer(held.subscription.id, lambda progress: progress.replayed(position))
        # Whoever delivers learns of it by this change.
        return await self._replace(held, {"replayed_at": now}, held.sealed)

    async def extent(self) -> Extent:
        """How far the stream reaches."""
        return await extent(jetstream(self.client), STREAM)

    async def _count(self) -> int:
        return len(await self.buckets.of_owner(self.principal.subject))

    def _held(self, subscription: Subscription, revision: int) -> Held:
        try:
            return Held(subscription, revision, subscription.open(self.vault))
        except (KeyError, InvalidTag) as unreadable:
            raise refusals.unreadable() from unreadable

    def _identity(self, key: str | None) -> str:
        if key is None:
            return uuid.uuid7().hex
        named = orjson.dumps([self.principal.subject, key])
        return hashlib.sha256(named).hexdigest()[:32]

    def _fresh(self, new: NewWebhook, identity: str, digest: str, now: datetime) -> Held:
        sealed = Sealed(secrets=(Secret(value=signing.new_secret()),), notify=new.notify)
        key_id, content = subscriptions.seal(self.vault, identity, sealed)
        subscription = Subscription(
            id=identity,
            owner=self.principal.subject,
            url=new.url,
            description=new.description,
            types=tuple(new.types),
            agencies=tuple(new.agencies),
            procedures=tuple(new.procedures),
            scope=scope_of(self.principal),
            state_at=now,
            created_at=now,
            request_hash=digest,
            key_id=key_id,
            sealed=content,
        )
        return Held(subscription, 0, sealed)

    def _again(self, held: Held, digest: str) -> Held:
        if held.subscription.request_hash != digest:
            raise refusals.reused()
        return held

    def _check(self, url: str) -> None:
        try:
            self.guard.check(url)
        except Closed as why:
            raise refusals.closed(why) from why

    def _still_granted(self, held: Held) -> None:
        was = held.subscription
        self._granted(was.types, was.agencies, was.procedures)

    def _granted(self, types: Any, agencies: Any, procedures: Any) -> None:
        granted(self.principal, types=types, agencies=agencies, procedures=procedures)

    async def _stand(self, held: Held, state: State, reason: Reason | None, now: datetime) -> Held:
        standing = {"state": state, "reason": reason, "state_at": now}
        return await self._replace(held, standing, held.sealed)

    async def _replace(self, held: Held, given: Mapping[str, Any], sealed: Sealed) -> Held:
        key_id, content = subscriptions.seal(self.vault, held.subscription.id, sealed)
        # What its owner may have now, which may be less than when it was made.
        scope = scope_of(self.principal)
        changed = {**given, "scope": scope, "key_id": key_id, "sealed": content}
        subscription = held.subscription.model_copy(update=changed)
        try:
            revision = await self.buckets.change(subscription, held.revision)
        except Moved as moved:
            raise refusals.changed() from moved
        return Held(subscription, revision, sealed)
