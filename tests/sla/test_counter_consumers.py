"""What sla's handlers count, whatever the batches, and what a recount finds."""

import random
from collections.abc import Sequence

import asyncpg
import pytest

from services.sla.recount import recount
from shared.events import Envelope, Event
from tests.conftest import FreshDatabase
from tests.sla.factories import at, life, make_accepted, make_calendar, published
from tests.sla.facts import resolved
from tests.sla.raw_lives.maker import make_lives
from tests.sla.rows import rebuilt_tables
from tests.sla.stream import deliver, deliver_in_batches, mixed


def shuffled(envelopes: Sequence[Envelope[Event]], chance: random.Random) -> list[Envelope[Event]]:
    """Another order between the dossiers; each one's own facts stay in order."""
    queues: dict[str, list[Envelope[Event]]] = {}
    for envelope in envelopes:
        queues.setdefault(envelope.aggregate_id, []).append(envelope)
    order = [envelope.aggregate_id for envelope in envelopes]
    chance.shuffle(order)
    return [queues[dossier].pop(0) for dossier in order]


async def test_tables_do_not_depend_on_batches_or_on_the_order_between_dossiers(
    fresh_database: FreshDatabase,
) -> None:
    chance = random.Random(3)
    envelopes = mixed(make_lives(chance, 150), chance)
    seen = []
    for order in (envelopes, shuffled(envelopes, chance)):
        connection = await asyncpg.connect(await fresh_database("sla"))
        await deliver(connection, [published(make_calendar())])
        await deliver_in_batches(connection, order, chance)
        tables = await rebuilt_tables(connection)
        # A book's numbers follow the stream's own order, which never changes.
        assert tables.pop("book_entry")
        seen.append(tables)
        await connection.close()

    assert seen[0] == seen[1]
    assert all(seen[0][name] for name in ("clock", "ledger", "counter_day", "balance", "opened"))


async def test_counters_that_come_to_nothing_are_not_kept(connection: asyncpg.Connection) -> None:
    envelopes = life([make_accepted(at("2026-03-02 08:00")), resolved("2026-03-03 08:00")])
    for envelope in envelopes:
        await deliver(connection, [envelope])

    days = await connection.fetch("select day::text from counter_day order by 1")

    # The day on which it would have been overdue came and went with nothing on it.
    assert [row["day"] for row in days] == ["2026-03-02", "2026-03-03"]


@pytest.mark.parametrize(
    "table", ["counter_day", "counter_month", "balance", "counter_field", "balance_field"]
)
async def test_a_recount_finds_a_counter_that_was_tampered_with(
    connection: asyncpg.Connection, table: str
) -> None:
    await deliver(
        connection,
        [
            *life([make_accepted(at("2026-01-05 08:00"))]),
            *life([make_accepted(at("2026-03-02 08:00"))]),
        ],
    )
    assert await recount(connection) == []

    await connection.execute(
        f"update {table} set open = open + 1 where ctid = (select min(ctid) from {table})"
    )

    [difference] = await recount(connection)
    assert (difference.level, difference.measure) == (table, "open")
    assert difference.kept == difference.recounted + 1


async def test_a_recount_finds_a_counter_that_was_lost(connection: asyncpg.Connection) -> None:
    await deliver(connection, life([make_accepted(at("2026-03-02 08:00"))]))
    await connection.execute("delete from counter_day")

    differences = await recount(connection)

    assert {one.measure for one in differences} == {"received", "open", "overdue"}
