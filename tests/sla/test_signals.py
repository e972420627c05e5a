"""Integrity signals: what shows in the last working day before a due, and results not returned."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from services.sla.signals import reading
from services.sla.signals.definitions import SIGNALS, Code
from services.sla.signals.reading import Asked
from shared.events import (
    ApologyIssued,
    ApologyKind,
    DeadlineExtended,
    DossierResolved,
    DossierResultRecalled,
    DossierReturned,
    Event,
    Outcome,
    WayOfReturn,
)
from tests.conftest import ServiceClient, Token
from tests.sla.factories import at, imported, life, make_accepted, make_calendar, published, wrap
from tests.sla.facts import asked, given, resolved
from tests.sla.stream import deliver

BEGUN = at("2026-03-02 08:00")
"""Due on Monday, 16/03/2026, at 08:00: the last working day begins on Friday at 08:00."""
NOW = at("2026-06-01 10:00")
SOON = at("2026-03-20 08:00")
"""Before anything is long unreturned."""

MARCH = Asked(date(2026, 3, 1), date(2026, 3, 31), None, NOW)
URL = "/v1/signals?from=2026-03-01&to=2026-03-31"


MOMENTS = {
    "2026-03-13 07:59": False,
    # Just one working day is left: still in time.
    "2026-03-13 08:00": False,
    "2026-03-13 08:01": True,
    "2026-03-15 12:00": True,
    "2026-03-17 08:00": True,
}


@pytest.mark.parametrize("moves", ["extended", "reappointed", "supplement"])
async def test_what_happens_within_the_last_working_day_or_behind_the_due_shows(
    connection: asyncpg.Connection, moves: str
) -> None:
    dossiers = {}
    for moment in MOMENTS:
        dossier = await _live(connection, [make_accepted(BEGUN)])
        fact = _moving(dossier, moves, moment)
        await deliver(connection, [wrap(fact, _aggregate(dossier, fact), sequence=2)])
        dossiers[dossier] = moment

    code = Code.SUPPLEMENT if moves == "supplement" else Code.DUE_MOVED
    assert await _found(connection) == {code: 3}
    rows = await connection.fetch("select dossier::text from signal")
    assert {dossiers[row["dossier"]] for row in rows} == {
        moment for moment, shows in MOMENTS.items() if shows
    }


async def test_a_due_that_only_waited_with_its_person_or_has_no_limit_shows_nothing(
    connection: asyncpg.Connection,
) -> None:
    waited = [asked("2026-03-12 08:00"), given("2026-03-16 10:00")]
    await _live(connection, [make_accepted(BEGUN), *waited])
    await _live(connection, [make_accepted(BEGUN, limit=None), asked("2026-03-16 10:00")])

    assert await _found(connection) == {}


async def test_results_off_hours_just_before_their_due_show_when_an_hour_holds_many(
    connection: asyncpg.Connection,
) -> None:
    evening = at("2026-03-13 19:00")
    moments = [evening + timedelta(minutes=7 * place) for place in range(9)]
    for moment in moments:
        await _live(connection, _ended(moment))
    nine = await _found(connection, SOON)
    # The tenth lies 63 minutes behind the first, but 56 behind the second.
    await _live(connection, _ended(moments[0] + timedelta(minutes=63)))
    nine_in_each_hour = await _found(connection, SOON)
    await _live(connection, _ended(moments[5]))
    # And one that no full hour holds together with so many others.
    await _live(connection, _ended(moments[0] - timedelta(hours=1)))

    assert (nine, nine_in_each_hour) == ({}, {})
    assert await _found(connection, SOON) == {Code.BULK_RESULTS: 11}


async def test_results_in_working_hours_early_late_or_elsewhere_are_no_bulk(
    connection: asyncpg.Connection,
) -> None:
    off_hours = at("2026-03-13 19:00")
    kinds: list[tuple[datetime, dict[str, Any]]] = [
        (at("2026-03-13 16:00"), {}),
        (at("2026-03-12 19:00"), {}),
        (at("2026-03-16 19:00"), {}),
        (off_hours, {"competent_agency": "H20.4"}),
        (off_hours, {"parent": str(uuid.uuid4())}),
    ]
    for moment, changed in kinds:
        for _ in range(9 if changed else 10):
            await _live(connection, _ended(moment, **changed))
    await _live(connection, _ended(off_hours))

    assert await _found(connection, SOON) == {}


async def test_a_filing_after_giving_up_shows_with_the_dossier_before(
    connection: asyncpg.Connection,
) -> None:
    earlier = str(uuid.uuid4())
    await _live(connection, [make_accepted(BEGUN, limit=None, refiled_after=earlier)])
    await _live(connection, [make_accepted(BEGUN, refiled_after=earlier, parent=earlier)])

    assert await _found(connection) == {Code.REFILED: 1}
    assert await connection.fetchval("select earlier::text from signal") == earlier


async def test_a_result_that_nobody_returned_for_long_shows_and_one_returned_late_too(
    connection: asyncpg.Connection,
) -> None:
    ended = at("2026-03-06 09:00")
    for returned in (None, ended + timedelta(days=30), ended + timedelta(days=31)):
        facts = _ended(ended)
        if returned is not None:
            facts.append(DossierReturned(way_of_return=WayOfReturn.POST, returned_at=returned))
        await _live(connection, facts)

    assert await _found(connection) == {Code.UNRETURNED: 2}
    assert await _found(connection, ended + timedelta(days=30)) == {Code.UNRETURNED: 1}


async def test_rates_stand_beside_the_results_of_each_agency_and_lists_go_page_by_page(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    connection = await asyncpg.connect(client.database_url)
    await deliver(connection, [published(make_calendar())])
    for place in range(5):
        late = asked(f"2026-03-13 {place + 10}:00")
        await _live(connection, [make_accepted(BEGUN), late])
    quick = [DossierReturned(way_of_return=WayOfReturn.COUNTER, returned_at=BEGUN)]
    for _ in range(8):
        await _live(connection, [*_ended(at("2026-03-04 09:00")), *quick])
    await _live(connection, [*_ended(at("2026-03-04 09:00"), competent_agency="H20.4"), *quick])
    await connection.close()

    def bearer(agency: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token('leader', agencies=[agency])}"}

    signals = (await client.http.get(URL)).json()["signals"]
    own = (await client.http.get(URL, headers=bearer("H20.4"))).json()["signals"]
    listed, after = [], ""
    while True:
        list_url = URL.replace("signals?", f"signals/{Code.SUPPLEMENT}/dossiers?limit=2&")
        page = (await client.http.get(list_url + after)).json()
        listed += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    told = {one["code"]: one for one in signals}
    assert set(told) == set(Code)
    assert all(one["law"] and one["rule"] for one in signals)
    assert told["supplement_in_last_day"]["found"] == {
        "numerator": 5, "denominator": 9, "percent": 55.56,
    }  # fmt: skip
    assert [one["found"]["percent"] for one in told["supplement_in_last_day"]["agencies"]] == [62.5]
    assert {one["found"]["denominator"] for one in own} == {1}
    assert {one["found"]["numerator"] for one in own} == {0}
    moments = [one["at"] for one in listed]
    assert len({one["dossier"] for one in listed}) == 5
    assert moments == sorted(moments)
    broken = await client.http.get(f"{list_url}&after=x")
    assert (broken.status_code, broken.json()["code"]) == (422, "cursor_unreadable")


async def test_a_period_without_results_has_no_rate(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)

    signals = (await client.http.get(URL)).json()["signals"]

    assert {one["found"]["percent"] for one in signals} == {None}


async def test_a_life_told_whole_shows_the_same_as_one_told_fact_by_fact(
    connection: asyncpg.Connection,
) -> None:
    facts = [
        make_accepted(BEGUN),
        asked("2026-03-13 10:00"),
        given("2026-03-17 10:00"),
        resolved("2026-03-17 19:00"),
        DossierResultRecalled(ground="sai", recalled_at=at("2026-03-17 20:00")),
    ]
    whole = [facts[0].model_copy(update={"code": "H20-khac"}), *facts[1:]]
    await _live(connection, facts)
    await deliver(connection, [imported(whole)])

    rows = await connection.fetch(
        "select place, code, agency, at, due_at, count(*) from signal"
        " group by 1, 2, 3, 4, 5 order by place"
    )
    assert [(row["code"], row["count"]) for row in rows] == [
        (Code.SUPPLEMENT, 2),
        (Code.BULK_RESULTS, 2),
    ]


def _ended(moment: datetime, **changed: Any) -> list[Event]:
    end = DossierResolved(outcome=Outcome.APPROVED, resolved_at=moment)
    return [make_accepted(BEGUN, **changed), end]


def _moving(dossier: str, moves: str, moment: str) -> Event:
    if moves == "supplement":
        return asked(moment)
    if moves == "extended":
        return DeadlineExtended(
            amount=480, ground="phức tạp", decided_by="ld", decided_at=at(moment)
        )
    return ApologyIssued(
        dossier=dossier,
        kind=ApologyKind.OVERDUE,
        number=1,
        cause="workload",
        promised=at("2026-03-20 08:00"),
        issued_at=at(moment),
    )


def _aggregate(dossier: str, fact: Event) -> str:
    return str(uuid.uuid4()) if isinstance(fact, ApologyIssued) else dossier


async def _live(connection: asyncpg.Connection, facts: Sequence[Event]) -> str:
    envelopes = life(facts)
    await deliver(connection, envelopes)
    return envelopes[0].aggregate_id


async def _found(connection: asyncpg.Connection, now: datetime = NOW) -> dict[str, int]:
    """What was found in March; each listed as often as it was counted."""
    asked_now = MARCH._replace(now=now)
    counted = await reading.count(connection, asked_now)
    for signal in SIGNALS:
        rows = await reading.list_dossiers(connection, signal, asked_now, None, 100)
        (found,) = (one.found for one in counted if one.signal is signal)
        assert len(rows) == found
    return {one.signal.code: one.found for one in counted if one.found}
