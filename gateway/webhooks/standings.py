"""How everybody's subscriptions stand, for whoever runs the system; nothing sealed is opened."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from nats.aio.client import Client
from nats.js.errors import KeyNotFoundError

from gateway.feed.cursors import Extent, extent
from gateway.feed.reading import reader
from gateway.webhooks import views
from gateway.webhooks.buckets import Buckets
from gateway.webhooks.progress import Progress
from gateway.webhooks.schemas import StandingsView, StandingView
from gateway.webhooks.subscriptions import State, Subscription
from shared import paging
from shared.delivery.broker import STREAM, jetstream
from shared.events import NATIONAL
from shared.identity import Principal

AT_ONCE_MAX = 8
"""Subscriptions whose backlog the broker is asked to count at once."""


async def page(
    client: Client,
    buckets: Buckets,
    principal: Principal,
    *,
    state: State | None,
    after: str | None,
    limit: int,
) -> StandingsView:
    """One page of those the caller administers, by owner; raises Unprocessable for a bad cursor."""
    begin = tuple(paging.decode_texts(after, 2)) if after is not None else ("", "")
    wanted = sorted(
        (subscription.owner, subscription.id, subscription)
        for subscription, _ in await buckets.every()
        if _administers(principal, subscription) and state in {None, subscription.state}
    )
    shown = [one for one in wanted if one[:2] > begin]
    places = asyncio.Semaphore(AT_ONCE_MAX)
    reach = await extent(jetstream(client), STREAM)

    async def view(subscription: Subscription) -> StandingView | None:
        async with places:
            try:
                progress, _ = await buckets.progress(subscription.id)
            except KeyNotFoundError:
                # Its owner deleted it just now.
                return None
            behind = await _behind(client, subscription, progress, reach)
        return _view(subscription, progress, behind)

    found = await asyncio.gather(*(view(subscription) for *_, subscription in shown[:limit]))
    last = paging.encode(*shown[limit - 1][:2]) if len(shown) > limit else None
    return StandingsView(items=[one for one in found if one is not None], next=last)


def _administers(principal: Principal, subscription: Subscription) -> bool:
    """Whether its owner may have nothing that lies outside of the caller's own agencies."""
    held: Sequence[str] = [one for one in subscription.scope if one != NATIONAL]
    return principal.everywhere or (bool(held) and all(map(principal.covers, held)))


async def _behind(
    client: Client, subscription: Subscription, progress: Progress, reach: Extent
) -> int:
    """How many events wait for it, as the broker counts them: by agency and type, not procedure."""
    position = progress.position if progress.made == reach.made else 0
    subjects = subscription.filter.subjects()
    async with reader(client, STREAM, subjects, position, batch_max=1) as puller:
        return max(puller.pending - len(progress.done), 0)


def _view(subscription: Subscription, progress: Progress, behind: int) -> StandingView:
    return StandingView(
        id=subscription.id,
        owner=subscription.owner,
        # Paths and queries of such addresses are often secrets themselves.
        receiver=urlsplit(subscription.url).netloc,
        description=subscription.description,
        scope=list(subscription.scope),
        state=subscription.state,
        reason=subscription.reason,
        state_at=subscription.state_at,
        created_at=subscription.created_at,
        delivered=progress.delivered,
        delivered_at=progress.delivered_at,
        behind=behind,
        failure=views.failure(progress.failure) if progress.failure else None,
    )
