"""The progress of a subscription, step by step, against a receiver and a sender that may die."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gateway.webhooks import progress as progresses
from gateway.webhooks.progress import Failure, Progress
from gateway.webhooks.schedule import Schedule

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LAST = 60


@dataclass
class World:
    """What a subscriber has had, and what its sender had kept when it died."""

    kept: bytes = field(default_factory=lambda: Progress().encode())
    had: list[tuple[int, bool]] = field(default_factory=list)

    def work(self, chance: Random, size: int, *, dies: bool) -> None:
        """Send one window as a delivery does: some arrive, some fail, and it may die in it."""
        progress = progresses.decode(self.kept)
        first = progress.position + 1
        window = range(first, min(first + size, LAST + 1))
        self.kept = progress.intending(window[-1]).encode()
        # Not every event is wanted, and after a failure not every one is begun.
        wanted = [one for one in window if one % 7 and not progress.is_done(one)]
        begun = [one for one in wanted if chance.random() < 0.8]
        arrived = [one for one in begun if chance.random() < 0.7]
        self.had += [(one, progress.may_repeat(one)) for one in arrived]
        if dies:
            return
        heard = [one for one in arrived if chance.random() < 0.8]
        left = [one for one in wanted if one not in heard]
        progress = progress.after(window, sent=heard, open_=left, now=NOW)
        failed = [one for one in begun if one not in heard]
        if failed:
            progress = progress.failed(Failure("e", "http_500", 1, NOW, NOW), failed)
        self.kept = progress.encode()


@given(st.integers(0, 2**32), st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=30))
def test_every_event_is_had_and_every_repeat_is_marked(
    seed: int, windows: list[tuple[int, bool]]
) -> None:
    world, chance = World(), Random(seed)
    for size, dies in windows:
        world.work(chance, size, dies=dies)
    rounds = 0
    while progresses.decode(world.kept).position < LAST:
        world.work(chance, 8, dies=False)
        rounds += 1
        assert rounds < 2000

    seen: set[int] = set()
    for position, marked in world.had:
        assert marked or position not in seen, f"{position} came again without a mark"
        seen.add(position)
    assert seen == {one for one in range(1, LAST + 1) if one % 7}


@given(st.integers(0, 2**32))
def test_what_was_never_sent_is_not_marked_when_nobody_died(seed: int) -> None:
    chance, sent = Random(seed), set[int]()
    progress = Progress()
    while progress.position < LAST:
        first = progress.position + 1
        window = range(first, min(first + 8, LAST + 1))
        wanted = [one for one in window if not progress.is_done(one)]
        begun = [one for one in wanted if chance.random() < 0.7]
        assert {one for one in begun if progress.may_repeat(one)} == sent & set(begun)
        heard = [one for one in begun if chance.random() < 0.7]
        sent |= set(begun)
        left = [one for one in wanted if one not in heard]
        tried = [one for one in begun if one not in heard]
        progress = progress.after(window, sent=heard, open_=left, now=NOW)
        progress = progress.failed(Failure("e", "timeout", 1, NOW, NOW), tried)


def test_going_back_to_a_cursor_marks_all_that_was_sent() -> None:
    progress = Progress(position=10, done=frozenset({12}), tried=frozenset({14}), intended=16)

    replayed = progress.replayed(3)

    assert [one for one in range(4, 20) if replayed.may_repeat(one)] == list(range(4, 17))
    assert replayed.position == 3
    assert progresses.decode(replayed.encode()) == replayed


def test_what_is_kept_is_read_back_as_it_was() -> None:
    failure = Failure("e1", "http_503", 4, NOW, NOW + timedelta(minutes=10))
    progress = Progress(
        position=7,
        made=3,
        done=frozenset({9, 11}),
        tried=frozenset({8}),
        intended=12,
        repeats=5,
        failure=failure,
        delivered=9,
        delivered_at=NOW,
    )

    assert progresses.decode(progress.encode()) == progress


def test_delays_grow_from_seconds_to_hours_and_end_after_three_days() -> None:
    schedule, chance, now, tries = Schedule(), Random(1), NOW, 0
    delays = []
    while not schedule.is_over(NOW, now):
        tries += 1
        following = schedule.next_try(tries, now, chance)
        delays.append((following - now).total_seconds())
        now = following

    assert 4 <= delays[0] <= 6
    assert all(later > earlier for earlier, later in pairwise(delays[:9]))
    assert all(4.8 * 3600 <= delay <= 7.2 * 3600 for delay in delays[8:])
    assert timedelta(hours=72) <= now - NOW < timedelta(hours=80)
    assert tries <= 25
