"""Subscriptions as their owner sees them: the secret never, the mail address half."""

from datetime import datetime

from gateway.feed.cursors import Extent
from gateway.webhooks.progress import Failure, Progress
from gateway.webhooks.register import Held
from gateway.webhooks.schemas import FailureView, WebhookView, WebhookWithSecret
from shared.personal_data import mask_email


def webhook(held: Held, progress: Progress, reach: Extent, now: datetime) -> WebhookView:
    """One subscription with its deliveries."""
    kept = held.subscription
    return WebhookView(
        id=kept.id,
        url=kept.url,
        description=kept.description,
        types=list(kept.types),
        agencies=list(kept.agencies),
        procedures=list(kept.procedures),
        scope=list(kept.scope),
        state=kept.state,
        reason=kept.reason,
        state_at=kept.state_at,
        created_at=kept.created_at,
        notify=mask_email(held.sealed.notify),
        secrets=len(held.sealed.live(now)),
        delivered=progress.delivered,
        delivered_at=progress.delivered_at,
        failure=failure(progress.failure) if progress.failure else None,
        cursor=reach.cursor(progress.position),
    )


def with_secret(view: WebhookView, secret: str | None) -> WebhookWithSecret:
    """The same, once, with its newest secret."""
    return WebhookWithSecret(**view.model_dump(), secret=secret)


def failure(kept: Failure) -> FailureView:
    """The attempts that failed in a row."""
    return FailureView(
        event_id=kept.event_id,
        error=kept.error,
        attempts=kept.attempts,
        since=kept.since,
        next_try=kept.next_try,
    )
