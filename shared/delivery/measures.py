"""What the delivery tasks count; alarms stand here too, so that a dashboard sees them."""

import structlog
from prometheus_client import Counter, Gauge

log = structlog.get_logger()

PUBLISHED = Counter("motcua_published", "Facts stored by the stream.")
PUBLISH_BATCHES = Counter("motcua_publish_batches", "Batches sent by the relay.", ["outcome"])
OUTBOX_ROWS = Gauge("motcua_outbox_rows", "Facts that wait for the relay (counted to a bound).")
OUTBOX_AGE = Gauge("motcua_outbox_age_seconds", "Age of the oldest fact that waits.")
BATCHES = Counter("motcua_consumer_batches", "Batches applied.")
EVENTS = Counter("motcua_consumer_events", "Events by what became of them.", ["outcome"])
LAG = Gauge("motcua_consumer_lag_events", "Events to the stream's end while one of them is ours.")
LAG_SECONDS = Gauge("motcua_consumer_lag_seconds", "Age of the oldest event not yet taken.")
PARKED = Gauge("motcua_parked_events", "Events kept aside: heads, or waiting behind.", ["state"])
PARKED_AGE = Gauge("motcua_parked_age_seconds", "Age of the oldest event kept aside.")
PARKED_ALARM = Gauge("motcua_parked_alarm", "1 while a parked event needs an operator.")
BREAKER = Gauge("motcua_breaker_open", "1 while too many events fail and no batch is taken.")
ACTIVE = Gauge("motcua_worker_active", "1 while this process does the work.", ["task"])
ALARMS = Counter("motcua_alarms", "Alarms raised by the delivery tasks.", ["alarm"])

PARKED_STATES = ("waiting", "retry", "dead")
for _state in PARKED_STATES:
    # Seen from the start: an alarm on a series that is not there yet would stay silent.
    PARKED.labels(_state)


def alarm(name: str, **facts: object) -> None:
    """Raise an alarm: an error line and a count."""
    ALARMS.labels(name).inc()
    log.error("alarm", alarm=name, **facts)
