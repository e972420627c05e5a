"""A gate lets so many in, lets a few wait, and sends the rest away at once."""

import asyncio

import pytest

from gateway.limits.gates import Gate, Shares
from shared.errors import Unavailable
from tests.waiting import until


def gate(*, inside: int = 2, waiting: int = 2, seconds: float = 30) -> Gate:
    return Gate("intake", inside_max=inside, waiting_max=waiting, wait_seconds_max=seconds)


async def test_the_queue_is_served_in_order_and_beyond_it_is_refused_at_once() -> None:
    narrow = gate(inside=1, waiting=2)
    order: list[int] = []
    await narrow.enter()

    async def stand(number: int) -> None:
        async with narrow.held():
            order.append(number)

    async with asyncio.TaskGroup() as queue:
        for number in (1, 2):
            queue.create_task(stand(number))
        await until(lambda: narrow.waiting == 2, seconds=5, what="both wait")
        with pytest.raises(Unavailable, match="quá nhiều") as refused:
            await narrow.enter()
        narrow.leave()

    assert refused.value.code == "service_busy"
    assert int(refused.value.headers["Retry-After"]) > 0
    assert order == [1, 2]
    assert (narrow.inside, narrow.waiting) == (0, 0)


async def test_whoever_waits_too_long_is_refused_and_leaves_the_queue() -> None:
    narrow = gate(inside=1, seconds=0.02)
    await narrow.enter()

    with pytest.raises(Unavailable):
        await narrow.enter()

    assert narrow.waiting == 0
    narrow.leave()
    async with narrow.held():
        assert narrow.inside == 1


async def test_whoever_is_cancelled_in_the_moment_of_its_turn_gives_the_place_on() -> None:
    narrow = gate(inside=1)
    await narrow.enter()
    first = asyncio.create_task(narrow.enter())
    second = asyncio.create_task(narrow.enter())
    await until(lambda: narrow.waiting == 2, seconds=5, what="both wait")

    narrow.leave()
    first.cancel()

    with pytest.raises(asyncio.CancelledError):
        await first
    await second
    assert (narrow.inside, narrow.waiting) == (1, 0)


def test_nobody_holds_more_than_a_share() -> None:
    shares = Shares(2)

    assert [shares.take("a") for _ in range(3)] == [True, True, False]
    assert shares.take("b")
    shares.give_back("a")
    assert shares.take("a")
