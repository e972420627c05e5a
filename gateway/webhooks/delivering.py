"""Delivers to one subscription until told to stop; where it stands is kept before each window."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

import nats.errors
import structlog
from nats.js.errors import KeyNotFoundError

from gateway.feed.cursors import extent
from gateway.feed.reading import reader
from gateway.webhooks import measures, windows
from gateway.webhooks.buckets import Moved
from gateway.webhooks.journal import Attempt
from gateway.webhooks.means import Means, wait
from gateway.webhooks.progress import Failure, Progress
from gateway.webhooks.subscriptions import Reason, Sealed, State, Subscription
from gateway.webhooks.windows import Sent
from shared.delivery.broker import STREAM, jetstream
from shared.delivery.incoming import Incoming
from shared.delivery.measures import alarm
from shared.delivery.puller import Puller, PullerDead

WINDOW_MAX = 32
"""Events that are looked at together: it bounds what is kept of those done out of order."""

IDLE_SECONDS = 25.0
REOPEN_SECONDS = 1.0
SKIPPED_MAX = 500
"""Events that were not wanted are passed over without a note until there are so many."""

TRACE = {"traceparent": "traceparent", "requestid": "x-request-id"}
"""Members of an event that go along as headers."""

log = structlog.get_logger()


class Delivery:
    """The deliveries of one subscription.

    Before a window is sent, its end is noted by compare-and-set: of two processes that both
    believe they deliver one gets no further, and what a killed one may have sent is known.
    """

    def __init__(self, subscription: Subscription, sealed: Sealed, means: Means) -> None:
        self._subscription = subscription
        self._filter = subscription.filter
        self._sealed = sealed
        self._means = means
        self._stopping = asyncio.Event()
        self._puller: Puller | None = None
        self._progress, self._revision, self._noted = Progress(), 0, Progress()
        self._oldest: datetime | None = None

    @property
    def waiting_since(self) -> datetime | None:
        """When the oldest fact was recorded that is yet to be delivered; None when none is known.

        Before a failing receiver is tried again it may be later: when it first failed.
        """
        failure = self._progress.failure
        return self._oldest or (failure.since if failure else None)

    def stop(self) -> None:
        """Begin nothing more; what is being sent is waited for."""
        self._stopping.set()
        if self._puller is not None:
            self._puller.wake()

    async def run(self) -> None:
        """Deliver until stopped, or until the receiver is given up."""
        while not self._stopping.is_set():
            try:
                await self._read()
            except KeyNotFoundError:
                return
            except Moved:
                log.info("webhook progress moved, reading it anew", id=self._subscription.id)
            except (PullerDead, nats.errors.Error, OSError) as trouble:
                log.warning("webhook waits for the broker", error=repr(trouble))
                await wait(self._stopping, REOPEN_SECONDS)

    async def _read(self) -> None:
        """Read on from where the progress stands, until a failure asks to wait."""
        means = self._means
        await self._find_place()
        if self._progress.failure is not None:
            left = (self._progress.failure.next_try - means.now()).total_seconds()
            if left > 0:
                await means.wait(self._stopping, left)
                return
        async with reader(
            means.client,
            STREAM,
            self._filter.subjects(),
            self._progress.position,
            batch_max=WINDOW_MAX,
        ) as self._puller:
            while not self._stopping.is_set() and await self._next(self._puller):
                pass
        self._puller = None
        await self._note()

    async def _find_place(self) -> None:
        """Read how far it has come, in the stream that is there now."""
        reach = await extent(jetstream(self._means.client), STREAM)
        kept, self._revision = await self._means.buckets.progress(self._subscription.id)
        self._progress = self._noted = kept
        if kept.made != reach.made:
            alarm("stream is not the one delivered so far", id=self._subscription.id)
            self._progress = kept.elsewhere(reach.made, reach.last)

    async def _next(self, puller: Puller) -> bool:
        """Take what is there next; false when reading has to end for now."""
        behind = self._progress.delivered != self._noted.delivered
        batch = await puller.next(0 if behind else IDLE_SECONDS)
        if not batch:
            await self._note()
            return True
        return await self._work(batch)

    async def _work(self, batch: Sequence[Incoming]) -> bool:
        """Send what is wanted of a batch; false after a failure."""
        window = batch
        wanted = [
            event
            for event in batch
            if not self._progress.is_done(event.position) and self._filter.matches(event)
        ]
        if self._progress.failure is not None and wanted:
            # A receiver that has failed is tried with a single event first.
            wanted = wanted[:1]
            window = [event for event in window if event.position <= wanted[0].position]
        if not wanted:
            self._progress = self._after(self._progress, window, [], [])
            if self._progress.position - self._noted.position >= SKIPPED_MAX:
                await self._note()
            return True
        before = self._progress
        self._oldest = _oldest(wanted, [wanted[0].position])
        self._progress = before.intending(window[-1].position)
        await self._note()
        attempts = await windows.send(
            wanted, lambda event: self._send(event, before), self._stopping
        )
        sent = {one.event.position for one in attempts if one.outcome.delivered}
        left = [event.position for event in wanted if event.position not in sent]
        self._progress = self._after(before, window, sent, left)
        failed = [one for one in attempts if not one.outcome.delivered]
        self._oldest = _oldest(wanted, left)
        if failed:
            await self._failed(before, failed)
        await self._write_down(attempts)
        # Behind a single event that was tried first there is more of the batch.
        return not failed and len(window) == len(batch)

    def _after(
        self,
        before: Progress,
        window: Sequence[Incoming],
        sent: Collection[int],
        left: Sequence[int],
    ) -> Progress:
        positions = [event.position for event in window]
        return before.after(positions, sent=sent, open_=left, now=self._means.now())

    async def _send(self, event: Incoming, before: Progress) -> Sent:
        now = self._means.now()
        repeat = before.may_repeat(event.position)
        told = {TRACE[name]: event.message[name] for name in TRACE if name in event.message}
        outcome = await self._means.sender.send(
            self._subscription.url,
            event.message["id"],
            event.body,
            secrets=self._sealed.live(now),
            repeat=repeat,
            more=told,
        )
        end = measures.DELIVERED if outcome.delivered else measures.FAILED
        measures.ATTEMPTS.labels(end).inc()
        return Sent(event, now, repeat, outcome)

    async def _failed(self, before: Progress, failed: Sequence[Sent]) -> None:
        """Note the failure and when to try again, or give the receiver up."""
        first, now = min(failed, key=lambda one: one.event.position), self._means.now()
        attempts = before.failure.attempts + 1 if before.failure else 1
        since = before.failure.since if before.failure else first.at
        failure = Failure(
            event_id=first.event.message["id"],
            error=first.outcome.reason,
            attempts=attempts,
            since=since,
            next_try=self._means.schedule.next_try(attempts, now, self._means.chance),
        )
        self._progress = self._progress.failed(failure, [one.event.position for one in failed])
        await self._note()
        if any(one.outcome.gone for one in failed):
            await self._give_up(State.PAUSED, Reason.GONE, failure)
        elif self._means.schedule.is_over(since, now):
            await self._give_up(State.DEAD, Reason.FAILING, failure)

    async def _give_up(self, state: State, reason: Reason, failure: Failure) -> None:
        """Stop sending until the owner resumes, and tell the owner."""
        buckets, subscription = self._means.buckets, self._subscription
        found = await buckets.find(subscription.owner, subscription.id)
        if found is None or found[0].state is not State.ACTIVE:
            return
        stopped = found[0].standing(state, reason, self._means.now())
        await buckets.change(stopped, found[1])
        self._stopping.set()
        await self._means.notices.stopped(stopped, self._sealed.notify, failure)

    async def _note(self) -> None:
        """Keep the progress; raises Moved when somebody else has changed it."""
        if self._progress == self._noted:
            return
        self._revision = await self._means.buckets.advance(
            self._subscription.id, self._progress, self._revision
        )
        self._noted = self._progress

    async def _write_down(self, sent: Sequence[Sent]) -> None:
        failure = self._progress.failure
        attempts = [
            Attempt(
                event_id=one.event.message["id"],
                event_type=one.event.type,
                event_subject=one.event.message["subject"],
                at=one.at,
                status=one.outcome.status,
                error=one.outcome.error,
                milliseconds=one.outcome.milliseconds,
                repeat=one.repeat,
                next_try=failure.next_try if failure and not one.outcome.delivered else None,
            )
            for one in sent
        ]
        await self._means.journal.note(self._subscription.id, attempts)


def _oldest(wanted: Sequence[Incoming], left: Collection[int]) -> datetime | None:
    """When the first of those that are left was recorded."""
    first = next((event for event in wanted if event.position in left), None)
    try:
        at = datetime.fromisoformat(first.message["time"]) if first else None
    except (KeyError, TypeError, ValueError):
        # What only operators look at must not hold up a delivery.
        return None
    return at if at is not None and at.tzinfo else None
