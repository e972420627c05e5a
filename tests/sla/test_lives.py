"""The row kept of each accepted dossier: what became of it."""

import random
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from shared.events import (
    AgencyLevel,
    ApologyIssued,
    ApologyKind,
    AttachedPaper,
    Channel,
    DossierDemandCancelled,
    DossierFeesDemanded,
    DossierFeesReceived,
    DossierFilesAttached,
    DossierHandoverConfirmed,
    DossierIntakeRefused,
    DossierRefunded,
    DossierResultRecalled,
    DossierReturned,
    DossierStepAssigned,
    DossierStepCompleted,
    DossierTransferred,
    DossierWithdrawn,
    Event,
    PauseEnd,
    WayOfReturn,
)
from tests.conftest import FreshDatabase
from tests.sla.factories import (
    at,
    imported,
    life,
    make_accepted,
    make_agency,
    make_calendar,
    published,
    wrap,
)
from tests.sla.facts import asked, given, resolved
from tests.sla.raw_lives.maker import make_lives
from tests.sla.rows import rebuilt_tables
from tests.sla.stream import deliver, deliver_in_batches, mixed

DOSSIER = "0195552e-7000-7000-8000-00000000000a"
BEGUN = at("2026-03-02 08:00")


async def test_a_life_says_how_it_was_accepted_and_what_its_limit_allows(
    connection: asyncpg.Connection,
) -> None:
    accepted = make_accepted(
        BEGUN, receiving_agency="H20.40", support_agency="H20.40.02", channel=Channel.KIOSK
    )

    kept = await _lived(connection, accepted)

    assert (kept["agency"], kept["receiving_agency"]) == ("H20.40.01", "H20.40")
    assert (kept["support_agency"], kept["boundary_free"]) == ("H20.40.02", False)
    assert (kept["limit_value"], kept["limit_unit"]) == (10, "working_day")
    # While it is open, its due is its clock's alone.
    assert (kept["received_on"], kept["due_on"]) == (BEGUN.date(), None)
    assert (kept["allowed_minutes"], kept["net_minutes"], kept["ended_at"]) == (4800, None, None)


async def test_received_elsewhere_is_what_another_territory_received(
    connection: asyncpg.Connection,
) -> None:
    agencies = [make_agency("H20.41.02"), make_agency("H20.01", AgencyLevel.PROVINCE)]
    await deliver(connection, [wrap(one, one.code) for one in agencies])
    # A commune for another one, for a department, and a hall of the province for a commune.
    elsewhere = {
        ("H20.41.02", "commune"): True,
        ("H20.41.02", "province"): False,
        ("H20.01", "commune"): False,
        ("H40.41", "commune"): True,
        ("H20.40", "commune"): False,
    }
    for receiving, level in elsewhere:
        accepted = make_accepted(BEGUN, receiving_agency=receiving, agency_level=level)
        await deliver(connection, life([accepted]))

    rows = await connection.fetch("select receiving_agency, level, boundary_free from life")
    assert {tuple(row)[:2]: row["boundary_free"] for row in rows} == elsewhere


async def test_net_time_is_all_working_time_without_waiting_whatever_was_restarted(
    connection: asyncpg.Connection,
) -> None:
    kept = await _lived(
        connection,
        make_accepted(BEGUN),
        asked("2026-03-03 08:00"),
        given("2026-03-05 08:00", PauseEnd.RESTART),
        resolved("2026-03-06 08:00"),
    )

    assert (kept["net_minutes"], kept["waited_minutes"], kept["supplements"]) == (960, 960, 1)
    assert (kept["outcome"], kept["verdict"]) == ("approved", "early")


async def test_a_recalled_result_empties_the_end_and_the_next_one_fills_it(
    connection: asyncpg.Connection,
) -> None:
    first = [
        make_accepted(BEGUN),
        resolved("2026-03-03 08:00"),
        DossierResultRecalled(ground="sai họ tên", recalled_at=at("2026-03-04 08:00")),
    ]
    envelopes = life([*first, resolved("2026-03-05 08:00")], DOSSIER)
    await deliver(connection, envelopes[:-1])
    running = await _life(connection)
    await deliver(connection, envelopes[-1:])
    ended = await _life(connection)

    assert (running["ended_at"], running["outcome"], running["net_minutes"]) == (None, None, None)
    assert (running["recalls"], ended["recalls"]) == (1, 1)
    # The person waited for the right result from the beginning.
    assert (ended["ended_on"], ended["net_minutes"]) == (at("2026-03-05 08:00").date(), 3 * 480)


@pytest.mark.parametrize("at_once", [True, False])
async def test_what_was_told_before_the_acceptance_belongs_to_the_life(
    connection: asyncpg.Connection, at_once: bool
) -> None:
    facts = [
        _papers(1, 1, 3, 4),
        DossierFeesDemanded(
            number=1, fees=20_000, charges=5_000, exempted=5_000, currency="VND", demanded_at=BEGUN
        ),
        _paid(20_000, "online"),
        make_accepted(BEGUN),
        DossierFeesDemanded(
            number=2, fees=7_000, charges=0, exempted=0, currency="VND", demanded_at=BEGUN
        ),
        DossierDemandCancelled(number=2, amount=7_000, ground="Nhầm", cancelled_at=BEGUN),
        _paid(3_000_000_000, "cash"),
        DossierRefunded(number=1, amount=500, currency="VND", refunded_at=BEGUN),
        _papers(1, part="result"),
    ]
    envelopes = life(facts, DOSSIER)
    for batch in [envelopes] if at_once else [[one] for one in envelopes]:
        await deliver(connection, batch)
    kept = await _life(connection)

    assert (kept["digital_papers"], kept["reused_papers"], kept["digital_result"]) == (2, 2, True)
    assert (kept["fees_demanded"], kept["fees_paid"]) == (20_000, 3_000_019_500)
    assert kept["paid_online"]
    assert await connection.fetchval("select count(*) from life_before") == 0


@pytest.mark.parametrize(
    "end",
    [
        DossierIntakeRefused(refused_at=BEGUN, ground="sai thẩm quyền"),
        DossierWithdrawn(after_acceptance=False, withdrawn_at=BEGUN),
    ],
)
async def test_nothing_is_kept_of_a_dossier_that_will_never_be_accepted(
    connection: asyncpg.Connection, end: Event
) -> None:
    envelopes = life([_papers(1), end], DOSSIER)
    await deliver(connection, envelopes[:1])
    waiting = await connection.fetchval("select digital_papers from life_before")
    await deliver(connection, envelopes[1:])

    assert waiting == 1
    assert await connection.fetchval("select count(*) from life_before") == 0


async def test_it_lies_with_the_giver_until_the_hand_over_is_confirmed(
    connection: asyncpg.Connection,
) -> None:
    given_over = DossierStepAssigned(
        step="s2",
        step_name="Thẩm định",
        agency="H20.40.01",
        unit="Tư pháp",
        officer="cb-2",
        from_unit="Một cửa",
        from_officer="cb-1",
        confirmed=False,
        assigned_at=BEGUN,
    )
    taken = DossierHandoverConfirmed(
        step="s2",
        agency="H20.40.01",
        unit="Tư pháp",
        officer="cb-2",
        given_at=BEGUN,
        confirmed_at=BEGUN,
    )
    holders = [
        await _holder(connection, envelopes)
        for envelopes in _one_by_one([make_accepted(BEGUN), given_over, taken])
    ]

    assert holders == [(None, None), ("Một cửa", "cb-1"), ("Tư pháp", "cb-2")]


async def test_a_life_stays_with_who_had_it_at_its_end(connection: asyncpg.Connection) -> None:
    def done(officer: str, next_officer: str | None = None) -> DossierStepCompleted:
        return DossierStepCompleted(
            step=1,
            name="Thẩm định",
            unit="Tư pháp",
            officer=officer,
            next_unit="Một cửa",
            next_officer=next_officer,
            completed_at=BEGUN,
        )

    facts = [make_accepted(BEGUN), done("cb-1"), done("cb-1", "cb-2"), resolved("2026-03-03 08:00")]
    holders = [
        await _holder(connection, envelopes) for envelopes in _one_by_one([*facts, done("cb-9")])
    ]

    assert [officer for _, officer in holders] == [None, "cb-1", "cb-2", "cb-2", "cb-2"]
    assert holders[2][0] == "Một cửa"


async def test_who_decides_is_who_it_was_transferred_to_and_the_hand_over_is_kept(
    connection: asyncpg.Connection,
) -> None:
    moved = DossierTransferred(
        from_agency="H20.40.01", to_agency="H20.41", transferred_at=at("2026-03-03 08:00")
    )
    returned = DossierReturned(way_of_return=WayOfReturn.POST, returned_at=at("2026-03-05 09:00"))

    kept = await _lived(
        connection, make_accepted(BEGUN), moved, resolved("2026-03-04 08:00"), returned
    )

    assert (kept["agency"], kept["boundary_free"]) == ("H20.41", False)
    assert (kept["returned_at"], kept["returned_by"]) == (at("2026-03-05 09:00"), "post")


async def test_a_letter_of_apology_is_noted_also_when_its_promise_came_too_late(
    connection: asyncpg.Connection,
) -> None:
    facts = life([make_accepted(BEGUN), resolved("2026-03-03 08:00")], DOSSIER)
    letter = ApologyIssued(
        dossier=DOSSIER,
        kind=ApologyKind.OVERDUE,
        number=1,
        cause="workload",
        promised=at("2026-03-20 08:00"),
        issued_at=at("2026-03-03 09:00"),
    )
    await deliver(connection, facts)
    await deliver(connection, life([letter], "0195552e-7000-7000-8000-0000000000aa"))

    kept = await _life(connection)
    assert (kept["apologised"], kept["reappointed"]) == (True, False)


async def test_lives_are_the_same_whatever_the_batches_and_agree_with_their_clocks(
    fresh_database: FreshDatabase,
) -> None:
    chance = random.Random(11)
    lives = make_lives(chance, 120)
    for one in lives:
        one.facts = [told for fact in one.facts for told in (*_work(chance), fact)]
    envelopes = mixed(lives, chance)
    seen = []
    for _ in range(2):
        connection = await asyncpg.connect(await fresh_database("sla"))
        await deliver(connection, [published(make_calendar())])
        await deliver_in_batches(connection, envelopes, chance)
        tables = await rebuilt_tables(connection)
        seen.append({name: tables[name] for name in ("life", "life_before")})
        differing = await connection.fetchval(DIFFERING)
        await connection.close()
        assert differing == 0

    assert seen[0] == seen[1]
    assert len(seen[0]["life"]) > 80
    assert seen[0]["life_before"] == []


DIFFERING = """
select count(*) from clock left join life using (dossier)
 where (clock.agency, case when clock.phase = 'ended' then clock.due_at end, clock.ended_at,
        clock.outcome, clock.verdict, clock.waited_minutes, clock.supplements, clock.counted)
       is distinct from
       (life.agency, life.due_at, life.ended_at, life.outcome, life.verdict,
        life.waited_minutes, life.supplements, life.counted)
    or (life.ended_at is null) <> (life.net_minutes is null)
"""


async def test_a_life_told_whole_is_the_same_as_one_told_fact_by_fact(
    connection: asyncpg.Connection,
) -> None:
    facts = [
        make_accepted(BEGUN),
        DossierStepCompleted(
            step=1, name="Thẩm định", unit="Tư pháp", officer="cb-1", completed_at=BEGUN
        ),
        resolved("2026-03-04 08:00"),
        DossierReturned(way_of_return=WayOfReturn.COUNTER, returned_at=at("2026-03-05 08:00")),
    ]
    other = [facts[0].model_copy(update={"code": "H20-khac"}), *facts[1:]]
    await deliver(connection, life(facts, DOSSIER))
    await deliver(connection, [imported(other)])

    first, second = map(dict, await connection.fetch("select * from life order by code"))
    different = {name for name in first if first[name] != second[name]}
    assert different == {"dossier", "code"}
    assert (first["officer"], first["returned_by"]) == ("cb-1", "counter")


def _work(chance: random.Random) -> list[Event]:
    """What may happen at any time, also before the acceptance."""
    done = DossierStepCompleted(
        step=1,
        name="Thẩm định",
        unit="Tư pháp",
        officer=f"cb-{chance.randrange(5)}",
        completed_at=BEGUN,
    )
    return chance.sample([done, _papers(1, 2), _paid(1000, "online")], chance.choice((0, 0, 1, 2)))


def _papers(*codes: int, part: str = "component") -> DossierFilesAttached:
    papers = tuple(
        AttachedPaper(attachment=f"a{place}", part=part, digitisation=code)
        for place, code in enumerate(codes)
    )
    return DossierFilesAttached(papers=papers, attached_at=BEGUN)


def _paid(amount: int, means: str) -> DossierFeesReceived:
    return DossierFeesReceived(
        number=1, amount=amount, currency="VND", means=means, settled=True, received_at=BEGUN
    )


def _one_by_one(facts: Sequence[Event]) -> list[list[Any]]:
    return [[envelope] for envelope in life(facts, DOSSIER)]


async def _lived(connection: asyncpg.Connection, *facts: Event) -> asyncpg.Record:
    await deliver(connection, life(facts, DOSSIER))
    return await _life(connection)


async def _life(connection: asyncpg.Connection) -> asyncpg.Record:
    row = await connection.fetchrow("select * from life where dossier = $1", DOSSIER)
    assert row is not None
    return row


async def _holder(connection: asyncpg.Connection, envelopes: list[Any]) -> tuple[Any, Any]:
    await deliver(connection, envelopes)
    row = await _life(connection)
    return row["unit"], row["officer"]
