from shared.database import Database
from tests.conftest import FreshDatabase


async def test_a_connection_left_inside_a_transaction_is_lent_to_nobody(
    fresh_database: FreshDatabase,
) -> None:
    database = Database(await fresh_database("survey"), connections_max=1)
    try:
        async with database.statements() as left:
            # What a task leaves that is cancelled between `begin` and its block.
            await left.execute("begin")
        async with database.raw() as lent:
            await lent.execute("create table kept (one int)")
        async with database.statements() as other:
            assert not other.is_in_transaction()
            assert await other.fetchval("select to_regclass('kept')") == "kept"
    finally:
        await database.close()
