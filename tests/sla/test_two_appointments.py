"""Land with a financial obligation: two limits, and the payer's time outside both."""

from decimal import Decimal

import asyncpg
import pytest

from shared.events import (
    DossierPaymentDemanded,
    DossierPaymentReceived,
    Event,
    LimitUnit,
    PauseEnd,
    PublishedLimit,
)
from tests.sla.factories import CALENDAR, at, life, make_accepted
from tests.sla.facts import asked, given, resolved
from tests.sla.rows import clocks_of
from tests.sla.stream import deliver

SIX = PublishedLimit(value=Decimal(6), unit=LimitUnit.WORKING_DAY)
FOUR = PublishedLimit(value=Decimal(4), unit=LimitUnit.WORKING_DAY)
DAY = 480


def demanded(text: str) -> DossierPaymentDemanded:
    return DossierPaymentDemanded(number=1, amount=9, currency="VND", demanded_at=at(text))


def paid(text: str, limit: PublishedLimit | None) -> DossierPaymentReceived:
    return DossierPaymentReceived(
        number=1,
        amount=9,
        currency="VND",
        means="transfer",
        settled=True,
        received_at=at(text),
        calendar=CALENDAR,
        calendar_version=1,
        limit=limit,
    )


def two_limits(demand: str) -> list[Event]:
    accepted = make_accepted(at("2026-03-02 08:00"), limit=SIX)
    return [accepted, demanded(demand), paid("2026-03-19 10:00", FOUR)]


@pytest.mark.parametrize("demand", ["2026-03-10 08:00", "2026-03-05 09:00", "2026-03-11 16:00"])
async def test_the_second_limit_counts_whole_from_the_payment(
    connection: asyncpg.Connection, demand: str
) -> None:
    await deliver(connection, life(two_limits(demand)))

    [clock] = await clocks_of(connection)
    assert clock["due_at"] == clock["promised_at"] == at("2026-03-25 10:00")
    assert (clock["limit_value"], clock["limit_unit"]) == (4, "working_day")


async def test_ten_working_days_elapse_inside_both_limits(connection: asyncpg.Connection) -> None:
    await deliver(connection, life([*two_limits("2026-03-10 08:00"), resolved("2026-03-25 10:00")]))

    rows = await connection.fetch("select kind, used_minutes from ledger order by source_sequence")
    used = {row["kind"]: row["used_minutes"] for row in rows}
    assert used["paused"] + used["ended"] == 10 * DAY
    [clock] = await clocks_of(connection)
    assert clock["verdict"] == "on_time"


async def test_papers_asked_for_later_restart_the_second_limit(
    connection: asyncpg.Connection,
) -> None:
    # In batches of one: the clock is read back with the limit that counts.
    facts = [*two_limits("2026-03-10 08:00"), asked("2026-03-20 10:00")]
    for envelope in life([*facts, given("2026-03-23 10:00", PauseEnd.RESTART)]):
        await deliver(connection, [envelope])

    [clock] = await clocks_of(connection)
    assert clock["due_at"] == at("2026-03-27 10:00")


async def test_without_a_limit_of_its_own_a_payment_only_puts_the_due_off(
    connection: asyncpg.Connection,
) -> None:
    accepted = make_accepted(at("2026-03-02 08:00"), limit=SIX)
    facts = [accepted, demanded("2026-03-09 08:00"), paid("2026-03-19 10:00", None)]

    await deliver(connection, life(facts))

    [clock] = await clocks_of(connection)
    assert clock["due_at"] == at("2026-03-20 10:00")
