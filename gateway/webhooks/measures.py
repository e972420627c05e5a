"""What operators watch of webhooks; all subscriptions together, for one alone see the API."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import Counter, Gauge

from gateway.webhooks.subscriptions import State

ATTEMPTS = Counter("motcua_webhook_attempts", "Attempts to deliver an event.", ["outcome"])
DELIVERED, FAILED = "delivered", "failed"
SUBSCRIPTIONS = Gauge(
    "motcua_webhook_subscriptions", "Subscriptions known to the process that delivers.", ["state"]
)
OLDEST = Gauge(
    "motcua_webhook_oldest_seconds", "Age of the oldest fact that an active subscription waits for."
)

for _outcome in (DELIVERED, FAILED):
    # Seen from the start: an alarm on a series that is not there yet would stay silent.
    ATTEMPTS.labels(_outcome)
for _state in State:
    SUBSCRIPTIONS.labels(_state)


def count(states: Iterable[State]) -> None:
    """Set how many subscriptions stand how."""
    standing = list(states)
    for state in State:
        SUBSCRIPTIONS.labels(state).set(standing.count(state))


def age_seconds(waiting_since: Iterable[datetime | None], now: datetime) -> float:
    """How long the one has waited that waits longest; 0 where none does."""
    return max((now - since).total_seconds() for since in (now, *filter(None, waiting_since)))
