"""Facts are saved with the change they report, or not at all."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import outbox
from shared.database import Database
from shared.events import DossierStepCompleted, seal
from shared.wake import CHANNEL
from tests.shared.delivery.service import SERVICE, step
from tests.shared.delivery.world import World
from tests.waiting import until


class Life:
    """An aggregate as `record` sees one."""

    aggregate_id = "d1"
    event_agency = "H20.30.1"

    def __init__(self) -> None:
        self.sequence = 0


async def tell(session: AsyncSession, life: Life, event: DossierStepCompleted) -> None:
    await outbox.record(session, SERVICE, life, event)
    await session.execute(
        text("insert into life values ('d1', :n) on conflict (id) do update set sequence = :n"),
        {"n": life.sequence},
    )


@pytest.fixture
async def database(world: World) -> Database:
    return Database(world.url, connections_max=2)


async def test_change_and_fact_are_committed_together(world: World, database: Database) -> None:
    life = Life()
    async with database.transaction() as session:
        await tell(session, life, step())
        await tell(session, life, step())
    await database.close()
    assert await world.value("select sequence from life") == 2
    rows = await world.fetch("select * from outbox order by position")
    assert [row["subject"] for row in rows] == ["events.dossier.step_completed.H20.30.1"] * 2


async def test_a_change_that_is_rolled_back_tells_nothing(world: World, database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await tell(session, Life(), step())
            raise RuntimeError("the rule said no")

    with pytest.raises(RuntimeError):
        await fail()
    await database.close()
    assert await world.value("select count(*) from life") == 0
    assert await world.value("select count(*) from outbox") == 0


async def test_a_fact_too_large_for_the_stream_is_refused_in_the_request(
    database: Database,
) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await tell(session, Life(), step("x" * outbox.BODY_BYTES_MAX))

    with pytest.raises(outbox.EventTooLarge):
        await fail()
    await database.close()


@pytest.mark.parametrize("agency", ["", "H20..1", "H20 30", "H20.*", ">", ".H20", "H20."])
def test_an_agency_that_makes_no_subject_is_refused_in_the_request(agency: str) -> None:
    envelope = seal(step(), source=SERVICE, aggregate_id="d1", sequence=1, agency=agency)
    with pytest.raises(outbox.BadSubject):
        outbox.row(envelope)


async def test_a_commit_wakes_the_relay_even_when_the_process_ends(
    world: World, database: Database
) -> None:
    heard: list[object] = []
    async with world.connection() as listener:
        await listener.add_listener(CHANNEL, lambda *_: heard.append(1))
        async with database.transaction() as session:
            await tell(session, Life(), step())
        await database.close()
        await until(lambda: bool(heard), seconds=2, what="a NOTIFY")


async def test_waking_survives_a_database_that_restarts(world: World, database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("select 1"))
    await until(
        lambda: database.waker._connection is not None, seconds=2, what="the waker's connection"
    )
    assert isinstance(database.waker._connection, asyncpg.Connection)
    database.waker._connection.terminate()
    heard: list[object] = []
    async with world.connection() as listener:
        await listener.add_listener(CHANNEL, lambda *_: heard.append(1))

        async def wake() -> bool:
            database.waker.wake()
            return bool(heard)

        await until(wake, seconds=5, what="a NOTIFY on a new connection")
    await database.close()
