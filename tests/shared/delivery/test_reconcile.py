"""Reconcile proves that all arrived, and names what did not."""

import pytest

from shared.delivery import reconcile
from tests.shared.delivery.service import PYTHON, step, withdrawal
from tests.shared.delivery.world import World


async def settled(world: World) -> None:
    """Ten dossiers, told and applied; the names sort differently by language and by byte."""
    names = [*(f"d{n}" for n in range(6)), "D7", "a-b", "ab", "đơn"]
    async with world.running(world.relay(), world.consumer()):
        for n in (1, 2, 3):
            await world.record(*(world.seal(name, n, step()) for name in names))
        await world.record(world.seal("d1", 4, withdrawal()))
        await world.until_applied(30)
        await world.until_true("select max(last_sequence) = 4 from applied")
        await world.until_true("select not exists(select from outbox)")


async def test_where_all_is_applied_nothing_differs(world: World) -> None:
    await settled(world)
    assert await world.reconcile() == []


async def test_an_event_that_was_lost_is_named(world: World) -> None:
    await settled(world)
    await world.fetch("update life set sequence = 4 where id = 'đơn'")
    (difference,) = await world.reconcile()
    assert difference.aggregate == "dossier/đơn"
    assert (difference.told, difference.applied) == (4, 3)
    assert difference.service == "trial"


async def test_an_aggregate_nobody_heard_of_is_named(world: World) -> None:
    await settled(world)
    await world.fetch("delete from applied where aggregate = 'dossier/ab'")
    (difference,) = await world.reconcile()
    assert (difference.aggregate, difference.applied) == ("dossier/ab", None)


async def test_an_aggregate_that_its_owner_does_not_know_is_named(world: World) -> None:
    await settled(world)
    await world.fetch("delete from life where id = 'D7'")
    (difference,) = await world.reconcile()
    assert (difference.aggregate, difference.told) == ("dossier/D7", None)


async def test_a_kind_may_be_told_from_two_tables(world: World) -> None:
    await settled(world)
    await world.fetch("delete from life where id in ('ab', 'D7')")
    await world.fetch("insert into other_life values ('ab', 1, 3), ('D7', 2, 2)")
    (difference,) = await world.reconcile()
    assert (difference.aggregate, difference.told, difference.applied) == ("dossier/D7", 2, 3)


async def test_facts_that_wait_in_the_outbox_are_told(world: World) -> None:
    await settled(world)
    await world.record(world.seal("d1", 5, step()))
    first, second = await world.reconcile()
    assert first.what == "1 facts wait in the outbox"
    assert second.aggregate == "dossier/d1"


async def test_parked_events_are_told_with_their_error(world: World) -> None:
    async with world.running(world.relay(), world.consumer()):
        await world.record(world.seal("d1", 1, step(PYTHON)), world.seal("d1", 2, step()))
        await world.until_true("select count(*) = 2 from parked")
    assert any("2 parked (retry)" in d.what and PYTHON in d.what for d in await world.reconcile())


async def test_a_disaster_is_told_in_bounded_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "DIFFERENCES_MAX", 5)
    await settled(world)
    await world.fetch("delete from applied")
    assert len(await world.reconcile()) == 5
