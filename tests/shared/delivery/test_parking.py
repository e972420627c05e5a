"""An event that cannot be applied waits with those behind it, and nobody else does."""

from collections.abc import Iterator

import pytest

from shared.delivery import parking
from shared.delivery.handlers import NotYet
from shared.delivery.incoming import Incoming
from shared.delivery.operations import NothingToDiscard, discard, parked, replay
from tests.shared.delivery.service import LATER, PYTHON, SERVICE, SQL, step
from tests.shared.delivery.world import World
from tests.waiting import until

BOTH = pytest.mark.parametrize("poison", [PYTHON, SQL])


async def told_to(world: World, poison: str) -> None:
    """One dossier with a poisoned second step and one without, in one batch and a later one."""
    await world.publish(
        world.seal("d1", 1, step("one")),
        world.seal("d2", 1, step("one")),
        world.seal("d1", 2, step(poison)),
        world.seal("d1", 3, step("three")),
        world.seal("d2", 2, step("two")),
    )
    await world.publish(world.seal("d1", 4, step("four")), world.seal("d2", 3, step("three")))


async def healthy(world: World, poison: str) -> dict[str, list[str]]:
    """The state of a run in which nothing failed."""
    world.trial.poisoned = False
    await world.rebuild()
    return await world.state()


@BOTH
async def test_poison_is_parked_and_only_its_own_aggregate_waits(world: World, poison: str) -> None:
    async with world.running(world.consumer()):
        await told_to(world, poison)
        await world.until_reached()
    applied = await world.fetch("select dossier, sequence from entry order by 1, 2")
    assert [tuple(row) for row in applied] == [("d1", 1), ("d2", 1), ("d2", 2), ("d2", 3)]
    assert await world.value("select sum(steps)::int from counter") == 4
    rows = await world.fetch("select * from parked order by sequence")
    assert [(row["sequence"], row["state"]) for row in rows] == [
        (2, "retry"),
        (3, "waiting"),
        (4, "waiting"),
    ]
    assert "poison" in rows[0]["error"] or "division by zero" in rows[0]["error"]


@BOTH
async def test_replay_in_order_heals_to_the_state_of_a_run_without_poison(
    world: World, poison: str
) -> None:
    async with world.running(world.consumer()):
        await told_to(world, poison)
        await world.until_reached()
    world.trial.poisoned = False
    replayed = await replay(world.url, SERVICE, world.trial.handlers)
    assert (replayed.applied, replayed.held) == (3, [])
    assert await world.value("select count(*) from parked") == 0
    assert await world.state() == await healthy(world, poison)


async def test_what_was_fixed_heals_by_itself(world: World) -> None:
    async with world.running(world.consumer()):
        await told_to(world, PYTHON)
        await world.until_reached()
        world.trial.poisoned = False
        await world.until_applied(7)


async def test_retries_come_later_each_time_and_end(world: World) -> None:
    await world.publish(world.seal("d1", 1, step(PYTHON)))
    delays = []
    async with world.running(world.consumer()):
        for attempts in range(1, 7):
            await world.until_true("select attempts = $1 from parked", attempts)
            (row,) = await world.fetch(
                "select state, next_try - clock_timestamp() as wait from parked"
            )
            delays.append(row["wait"].total_seconds() if row["wait"] is not None else None)
            if row["state"] == "dead":
                break
            await world.fetch("update parked set next_try = now()")
    assert delays[-1] is None
    told = (1, 5, 30, 120, 600)
    assert all(
        delay is not None and told_delay - 0.9 < delay <= told_delay
        for delay, told_delay in zip(delays[:-1], told, strict=True)
    )


def test_waiting_for_another_owner_is_never_given_up() -> None:
    event = Incoming("dossier/d1", 1, "x", b"{}")
    waits = [parking.failed(event, attempts, NotYet("calendar")) for attempts in range(1, 9)]
    assert {parked.state for parked in waits} == {"retry"}
    assert [parked.delay_seconds for parked in waits] == [1, 5, 30, 120, 120, 120, 120, 120]


async def test_a_dead_event_is_not_tried_until_an_operator_says_so(world: World) -> None:
    await world.publish(world.seal("d1", 1, step(PYTHON)), world.seal("d2", 1, step()))
    async with world.running(world.consumer()):
        await world.until_reached()
        await world.fetch("update parked set state = 'dead', attempts = 6, next_try = null")
        world.trial.poisoned = False
        await world.publish(world.seal("d1", 2, step()))
        await world.until_reached()
    assert await world.value("select count(*) from parked") == 2
    (head, behind) = await parked(world.url)
    assert (head.aggregate, head.sequence, head.state) == ("dossier/d1", 1, "dead")
    assert await parked(world.url, after=(head.aggregate, head.sequence)) == [behind]
    replayed = await replay(world.url, SERVICE, world.trial.handlers, "dossier/d1")
    assert replayed.applied == 2


async def test_a_replay_that_fails_again_says_who_is_held(world: World) -> None:
    await world.publish(world.seal("d1", 1, step(PYTHON)))
    async with world.running(world.consumer()):
        await world.until_reached()
    replayed = await replay(world.url, SERVICE, world.trial.handlers)
    assert (replayed.applied, replayed.held) == (0, ["dossier/d1"])


async def test_a_long_queue_behind_poison_is_drained_to_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "DRAINED_MAX", 5)
    async with world.running(world.consumer()):
        await world.publish(world.seal("d1", 1, step(PYTHON)))
        await world.publish(*(world.seal("d1", n, step()) for n in range(2, 24)))
        await world.until_reached()
        world.trial.poisoned = False
        await world.until_applied(23, seconds=15)
    assert await world.value("select parked from applied") == 0


async def test_a_discarded_event_is_kept_as_data_and_passed_over_for_ever(world: World) -> None:
    async with world.running(world.consumer()):
        await told_to(world, PYTHON)
        await world.until_reached()
    applied = await discard(
        world.url, SERVICE, world.trial.handlers, "dossier/d1", 2, by="an", reason="sai mã"
    )
    assert applied == 2
    (row,) = await world.fetch("select * from discarded")
    assert (row["discarded_by"], row["reason"]) == ("an", "sai mã")
    assert b"step_completed" in row["body"]
    before = await world.state()
    await world.rebuild()
    assert await world.state() == before


async def test_an_event_that_never_came_can_be_discarded(world: World) -> None:
    async with world.running(world.consumer()):
        await world.publish(world.seal("d1", 1, step()), world.seal("d1", 3, step()))
        await world.until_reached()
    discarded = (world.url, SERVICE, world.trial.handlers, "dossier/d1")
    for wrong in (1, 4):
        with pytest.raises(NothingToDiscard):
            await discard(*discarded, wrong, by="an", reason="?")
    assert await discard(*discarded, 2, by="an", reason="mất khi nhập") == 1
    assert await world.value("select last_sequence from applied") == 3


async def test_a_queued_event_can_be_discarded_before_its_turn(world: World) -> None:
    async with world.running(world.consumer()):
        await told_to(world, PYTHON)
        await world.until_reached()
    discarded = (world.url, SERVICE, world.trial.handlers, "dossier/d1")
    assert await discard(*discarded, 3, by="an", reason="thừa") == 0
    world.trial.poisoned = False
    assert (await replay(world.url, SERVICE, world.trial.handlers)).applied == 2
    last = "select last_sequence from applied where aggregate = 'dossier/d1'"
    assert await world.value(last) == 4


def hostile() -> Iterator[bytes]:
    """Messages whose place cannot be read."""
    yield b"{"
    yield b"\xff\xfe"
    yield b"[]"
    yield b"7"
    yield b'{"type": "dossier.step_completed.v1"}'
    for sequence in (b"0", b"-1", b"1.5", b"true", b'"1"', b"9223372036854775808"):
        yield b'{"type": "dossier.step_completed.v1", "subject": "d1", "sequence": %s}' % sequence
    yield b'{"type": "dossier.step_completed.v1", "subject": "a\\u0000b", "sequence": 1}'
    yield b'{"type": "dossier.step_completed.v1", "subject": "%s", "sequence": 1}' % (b"x" * 9000)
    yield b'{"type": {}, "subject": "d1", "sequence": 1}'


async def test_messages_that_cannot_be_read_are_parked_and_stop_nobody(world: World) -> None:
    messages = list(hostile())
    for n, body in enumerate(messages):
        await world.publish_raw(f"{world.name}.dossier.step_completed.VN", body, f"hostile {n}")
    await world.publish(world.seal("d1", 1, step()))
    async with world.running(world.consumer()):
        await world.until_applied(1)
    rows = await world.fetch("select * from parked")
    assert {row["aggregate"] for row in rows} == {
        f"unreadable/{position}" for position in range(1, len(messages) + 1)
    }
    assert {row["state"] for row in rows} == {"dead"}
    await discard(
        world.url, SERVICE, world.trial.handlers, "unreadable/1", 1, by="an", reason="rác"
    )
    assert await world.value("select count(*) from parked") == len(messages) - 1


async def test_a_fact_whose_data_make_no_sense_is_parked_under_its_own_aggregate(
    world: World,
) -> None:
    body = b'{"type": "dossier.step_completed.v1", "subject": "d1", "sequence": 1, "data": 3}'
    await world.publish_raw(f"{world.name}.dossier.step_completed.VN", body, "1")
    await world.publish(world.seal("d2", 1, step()))
    async with world.running(world.consumer()):
        await world.until_applied(1)
        await world.until_reached()
    assert await world.value("select aggregate from parked") == "dossier/d1"


async def test_an_error_that_quotes_anything_can_be_kept() -> None:
    event = Incoming("dossier/d1", 1, "x", b"{}")
    parked_event = parking.failed(event, 1, NotYet("a\x00b\ud800" + "x" * 9000))
    error = parked_event.error or ""
    assert "\x00" not in error
    assert error.encode()
    assert len(error) <= parking.ERROR_CHARACTERS_MAX


async def test_too_many_failing_aggregates_stop_the_consumer_at_its_position(
    world: World,
) -> None:
    consumer = world.consumer(batch_max=5, heads_max=7)
    await world.publish(*(world.seal(f"d{n}", 1, step(PYTHON)) for n in range(40)))
    async with world.running(consumer):
        await until(lambda: consumer.breaker.is_open, seconds=10, what="the breaker opens")
        assert await world.value("select position from reached") < 40
        assert await world.value("select count(*) from parked") < 40
        world.trial.poisoned = False
        await world.until_applied(40, seconds=15)
    assert not consumer.breaker.is_open


async def test_waiting_for_another_owner_does_not_open_the_breaker(world: World) -> None:
    consumer = world.consumer(batch_max=5, heads_max=7)
    await world.publish(*(world.seal(f"d{n}", 1, step(LATER)) for n in range(40)))
    async with world.running(consumer):
        await world.until_reached()
        assert not consumer.breaker.is_open
        world.trial.prerequisite = True
        await world.until_applied(40)
