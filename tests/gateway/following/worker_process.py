"""The gateway's worker as a process of its own, for which an hour takes a second; run by a test."""

import uvloop

from gateway import settings
from gateway.webhooks.schedule import Schedule
from gateway.worker import Worker

HOUR_IN_SECONDS = 1
LEASE_SECONDS = 0.5

if __name__ == "__main__":
    told = Schedule()
    quick = HOUR_IN_SECONDS / 3600
    schedule = Schedule(tuple(delay * quick for delay in told.delays), told.patience * quick)
    uvloop.run(Worker(settings.load(), schedule, LEASE_SECONDS).run())
