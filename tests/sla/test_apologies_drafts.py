"""Letters that are owed: from which day, one draft each, and an alert when nobody signed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
from prometheus_client import REGISTRY

from services.sla.apologies.horizon import last_due_on
from shared.events import ApologyMissed, DossierTransferred
from shared.working_time import WorkingTime
from tests.conftest import ServiceClient, Token
from tests.sla.factories import (
    WORKING_TIME,
    at,
    make_accepted,
    make_calendar,
    with_holiday,
    working_days,
    wrap,
)
from tests.sla.facts import asked, given, resolved
from tests.sla.letters import ACCEPTED, COMMUNE, DUE, OTHER, Letters, desk_at

FRIDAY, SATURDAY, MONDAY = date(2026, 3, 13), date(2026, 3, 14), date(2026, 3, 16)
STATES = "select state, agency from apology order by made_at, id"


@pytest.fixture
async def office(
    service_client: ServiceClient, token: Token, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Letters]:
    async with desk_at("2026-03-13 07:00", service_client, token, monkeypatch) as office:
        yield office


@pytest.mark.parametrize(
    ("today", "working_days", "last"),
    [
        (date(2026, 3, 12), 1, FRIDAY),
        (FRIDAY, 1, MONDAY),
        (SATURDAY, 1, MONDAY),
        (FRIDAY, 2, date(2026, 3, 17)),
        (FRIDAY, 0, FRIDAY),
    ],
)
def test_a_letter_is_owed_so_many_working_days_before_the_day_of_the_due(
    today: date, working_days: int, last: date
) -> None:
    assert last_due_on(WORKING_TIME, today, working_days) == last


def test_a_holiday_before_the_due_makes_the_letter_due_a_day_sooner() -> None:
    calendar = with_holiday(make_calendar(), FRIDAY)
    assert last_due_on(WorkingTime(calendar), date(2026, 3, 12), 1) == MONDAY


def test_beyond_a_calendars_horizon_nothing_more_is_owed() -> None:
    assert last_due_on(WORKING_TIME, date(2030, 12, 31), 1) == date(2031, 1, 1)


async def test_a_draft_is_made_on_the_working_day_before_the_due_and_once(
    office: Letters,
) -> None:
    dossier = await office.begun()

    await office.sweep("2026-03-12 17:00")
    assert await office.rows(STATES) == []
    await asyncio.gather(*(office.sweep("2026-03-13 00:05") for _ in range(3)))

    [draft] = await office.rows("select * from apology")
    assert (str(draft["dossier"]), draft["state"], draft["kind"]) == (dossier, "draft", "overdue")
    assert (draft["agency"], draft["made_by"], draft["sequence"]) == (COMMUNE, "sla", 0)


async def test_a_matter_of_one_day_owes_nothing_before_half_of_its_time_is_over(
    office: Letters,
) -> None:
    await office.begun(limit=working_days(1))

    await office.sweep("2026-03-02 19:59")
    assert await office.rows(STATES) == []
    await office.sweep("2026-03-02 20:00")
    assert len(await office.rows(STATES)) == 1


async def test_parts_of_a_linked_life_and_waiting_or_ended_dossiers_owe_nothing(
    office: Letters,
) -> None:
    await office.begun(parent="0198c0de-0000-7000-8000-000000000001")
    await office.begun(asked("2026-03-05 10:00"))
    await office.begun(resolved("2026-03-05 10:00"))
    await office.begun(limit=None)

    await office.sweep("2026-04-13 10:00")

    assert await office.rows(STATES) == []


async def test_an_untouched_draft_goes_when_the_due_moves_away_and_comes_again(
    office: Letters,
) -> None:
    dossier = await office.begun()
    await office.sweep("2026-03-13 08:00")
    await office.tell(wrap(asked("2026-03-13 09:00"), dossier, 2))
    await office.sweep("2026-03-13 09:05")
    await office.tell(wrap(given("2026-03-20 09:00"), dossier, 3))
    await office.sweep("2026-03-20 09:05")

    assert [row["state"] for row in await office.rows(STATES)] == ["dropped", "draft"]


async def test_a_draft_that_somebody_began_to_write_stays_until_the_dossier_ends(
    office: Letters,
) -> None:
    dossier = await office.begun()
    letter = await office.draft(dossier)
    await office.do(letter, "edit", reason="Chờ xác minh")
    await office.tell(wrap(asked("2026-03-13 09:00"), dossier, 2))
    await office.sweep("2026-03-13 09:05")
    assert [row["state"] for row in await office.rows(STATES)] == ["draft"]

    await office.tell(wrap(given("2026-03-16 09:00"), dossier, 3))
    await office.tell(wrap(resolved("2026-03-16 10:00"), dossier, 4))
    await office.sweep("2026-03-16 10:05")

    assert [row["state"] for row in await office.rows(STATES)] == ["dropped"]


async def test_whoever_decides_now_writes_the_letter(office: Letters) -> None:
    dossier = await office.begun()
    await office.sweep("2026-03-13 08:00")
    moved = DossierTransferred(
        from_agency=COMMUNE, to_agency=OTHER, transferred_at=at("2026-03-13 09:00")
    )
    await office.tell(wrap(moved, dossier, 2))

    await office.sweep("2026-03-13 09:05")

    assert [row["agency"] for row in await office.rows(STATES)] == [OTHER]


async def test_a_late_dossier_without_a_signed_letter_is_told_once_and_counted(
    office: Letters,
) -> None:
    dossier = await office.begun()
    await office.sweep("2026-03-13 08:00")
    assert await office.told() == []
    await asyncio.gather(*(office.sweep(DUE) for _ in range(3)))
    await office.sweep("2026-03-17 08:00")

    [missed] = await office.told()
    assert isinstance(missed.data, ApologyMissed)
    assert (missed.data.dossier, missed.data.due_at) == (dossier, at(DUE))
    assert missed.sequence == 1
    assert REGISTRY.get_sample_value("motcua_sla_late_without_apology") == 1


async def test_what_is_owed_is_listed_by_due_and_counted_by_agency(office: Letters) -> None:
    office.clock("2026-03-16 07:30")
    late = await office.begun(limit=working_days(8))
    near = await office.begun()
    await office.begun(competent_agency=OTHER, receiving_agency=OTHER)
    await office.begun(limit=working_days(20))
    await office.submitted(near)

    first = (await office.http.get("/v1/apologies/owed", params={"limit": 1})).json()
    second = (
        await office.http.get("/v1/apologies/owed", params={"limit": 1, "after": first["next"]})
    ).json()
    counts = (await office.http.get("/v1/apologies/owed/counts")).json()
    foreign = await office.http.get("/v1/apologies/owed", params={"agency": OTHER})

    assert [(one["dossier"], one["late"]) for one in first["items"]] == [(late, True)]
    assert [(one["dossier"], one["state"]) for one in second["items"]] == [(near, "submitted")]
    assert second["next"] is None
    assert counts["rows"] == [
        {"agency": COMMUNE, "owed": 2, "late": 1, "drafts": 0, "submitted": 1}
    ]
    assert (foreign.status_code, foreign.json()["code"]) == (404, "agency_not_found")


async def test_a_signed_letter_is_owed_no_more(office: Letters) -> None:
    dossier = await office.begun()
    await office.signed(dossier)

    await office.sweep("2026-03-16 10:00")

    owed = (await office.http.get("/v1/apologies/owed")).json()
    assert owed["items"] == []
    assert [row["state"] for row in await office.rows(STATES)] == ["approved"]


async def test_thousands_of_drafts_are_made_a_batch_at_a_time(
    office: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.sla.apologies.drafting.BATCH_MAX", 3)
    lives = [make_accepted(at(ACCEPTED)) for _ in range(7)]
    await office.tell(
        *(wrap(fact, f"0198c0de-0000-7000-8000-{n:012}") for n, fact in enumerate(lives))
    )

    await office.sweep("2026-03-17 10:00")

    [counts] = await office.rows(
        "select count(*) as made, count(missed_at) as missed, count(distinct dossier) as dossiers"
        " from apology"
    )
    assert tuple(counts) == (7, 7, 7)
