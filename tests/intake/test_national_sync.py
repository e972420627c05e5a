"""The queue, what officers see of it, and the comparison that proves it whole."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from services.intake.consumers import HANDLERS, REBUILD
from services.intake.models import METADATA
from services.intake.national import queue, work
from services.intake.national.comparing import compare
from services.intake.national.measures import Watch
from services.intake.settings import IntakeSettings, NationalSettings
from shared.delivery import swap
from shared.events import (
    EVENTS,
    ClockDueDateChanged,
    DossierImported,
    decode,
    kind_of,
    seal,
)
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import COMMUNE, OTHER_COMMUNE, at
from tests.intake.national import STEP, Synchronisation, settings_for, synchronising
from tests.national_portal import Mishap, NationalPortal, national_portal


@pytest.fixture
async def portal() -> AsyncIterator[NationalPortal]:
    async with national_portal() as running:
        yield running


@pytest.fixture
async def sync(office: Office, portal: NationalPortal) -> AsyncIterator[Synchronisation]:
    async with synchronising(office, portal, settings_for(portal.url)) as made:
        yield made


async def _import(sync: Synchronisation) -> dict[str, Any]:
    """A dossier as an import leaves it: one fact, a log of several entries."""
    dossier = await sync.office.file()
    async with sync.office.connection() as connection:
        await connection.execute(
            "insert into transition (dossier_id, number, entry, action, status_after, actor,"
            " happened_at, recorded_at) values ($1, 1, 1, 'accept', 2, 'history', now(), $2)",
            dossier["id"],
            sync.moment - timedelta(hours=1),
        )
        await connection.execute("delete from outbox")
        told = seal(
            DossierImported(batch="b", facts=()),
            source="intake",
            aggregate_id=dossier["id"],
            sequence=1,
            agency=COMMUNE,
        )
        await HANDLERS[DossierImported](connection, [told])
    return dossier


async def _listed(office: Office, **query: Any) -> list[str]:
    answer = await office.get("/v1/national-sync", **query)
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["items"]]


def test_every_fact_of_a_dossier_is_heard_by_the_queue_and_by_its_rebuild() -> None:
    facts = {fact for fact in EVENTS.values() if kind_of(fact.type) == "dossier"}

    assert facts <= set(HANDLERS)
    assert {REBUILD[fact] for fact in facts} == {HANDLERS[DossierImported]}


async def test_an_imported_life_is_kept_out_until_it_moves_on(sync: Synchronisation) -> None:
    dossier = await _import(sync)
    await sync.send()
    before = await sync.row(dossier)
    await sync.office.do(dossier, "acceptance")

    await sync.send()

    assert (before["state"], before["wanted"]) == ("excluded", 1)
    assert (await sync.row(dossier))["state"] == "acked"
    assert list(sync.portal.dossiers) == [dossier["code"]]


async def test_what_only_a_rebuild_has_read_is_heard_all_the_same(
    sync: Synchronisation,
) -> None:
    told, untold = await sync.office.accepted(), await sync.office.file()
    async with sync.office.connection() as connection:
        facts = [decode(row["body"]) for row in await connection.fetch("select body from outbox")]
        await queue.want(connection, facts[:2])
        before = await sync.row(told)
        try:
            await swap.prepare(sync.office.database_url, connection, METADATA)
            await connection.execute(f"set search_path = {swap.SEARCH_PATH}")
            for fact in facts:
                await REBUILD[type(fact.data)](connection, [fact])
        finally:
            await connection.execute(f"drop schema if exists {swap.SCHEMA} cascade")

    assert await sync.row(told) == before
    assert (await sync.row(untold))["state"] == "pending"


async def test_history_is_told_where_it_is_wished(sync: Synchronisation) -> None:
    dossier = await _import(sync)
    kept_out = await compare(sync.database, sync.moment, history=False)

    taken_up = await compare(sync.database, sync.moment + timedelta(hours=1), history=True)
    sync.turn(hours=2)
    await sync.send()

    assert (kept_out, taken_up) == (0, 1)
    assert (await sync.row(dossier))["state"] == "acked"


async def test_a_due_date_that_the_clock_moved_is_told(sync: Synchronisation) -> None:
    dossier = await sync.office.accepted()
    await sync.send()
    before = (await sync.row(dossier))["changes"]
    moved = ClockDueDateChanged(
        ground="calendar",
        due_before=None,
        due_at=at("2026-03-18 08:00"),
        calendar="VN-HANH-CHINH",
        calendar_version=2,
        changed_at=at("2026-03-03 08:00"),
    )
    told = seal(moved, source="sla", aggregate_id=dossier["id"], sequence=1, agency=COMMUNE)
    async with sync.office.connection() as connection:
        for _ in range(2):
            await HANDLERS[ClockDueDateChanged](connection, [told])

    sync.turn(seconds=1)
    await sync.send()

    assert sync.portal.dossiers[dossier["code"]]["NgayHenTra"] == "20260318080000"
    assert (await sync.row(dossier))["changes"] == before + 1


async def test_the_comparison_finds_what_the_queue_never_heard_of(sync: Synchronisation) -> None:
    unheard, moved, sound = [await sync.office.file() for _ in range(3)]
    await sync.send()
    await sync.office.do(moved, "acceptance")
    async with sync.office.connection() as connection:
        await connection.execute(
            "delete from national_sync where dossier_id = $1", UUID(unheard["id"])
        )
        await connection.execute("delete from outbox")

    under_way = await compare(sync.database, sync.moment, history=False)
    sync.turn(hours=1)
    found = await compare(sync.database, sync.moment, history=False)
    again = await compare(sync.database, sync.moment, history=False)
    await sync.send()

    assert (under_way, found, again) == (0, 2, 0)
    rows = [await sync.row(dossier) for dossier in (unheard, moved, sound)]
    assert [(row["state"], row["acknowledged"]) for row in rows] == [
        ("acked", 1),
        ("acked", 2),
        ("acked", 1),
    ]


async def test_officers_see_what_is_lacking_and_why(sync: Synchronisation) -> None:
    refused, timed_out, fine = [await sync.office.file() for _ in range(3)]
    await sync.hear()
    sync.portal.mishaps.extend([Mishap.REFUSED, Mishap.NOT_JSON])
    for dossier in (refused, timed_out, fine):
        # One after the other, so that each meets its own mishap.
        await _send_only(sync, dossier)

    sync.office.clock(sync.moment + timedelta(minutes=20))
    page = (await sync.office.get("/v1/national-sync")).json()
    told = {item["code"]: item for item in page["items"]}

    assert page["enabled"] is True
    assert set(told) == {refused["code"], timed_out["code"]}
    assert told[refused["code"]]["reason"].startswith("Cổng Dịch vụ công quốc gia từ chối")
    assert "không đúng định dạng" in told[timed_out["code"]]["reason"]
    assert told[refused["code"]]["state"] == "failed"
    assert told[refused["code"]]["waiting_seconds"] >= 20 * 60
    summary = (await sync.office.get("/v1/national-sync/summary")).json()
    assert (summary["failed"], summary["pending"], summary["late"]) == (2, 0, 2)
    shown = (await sync.office.get(f"/v1/dossiers/{fine['code']}/national-sync")).json()
    assert (shown["state"], shown["waiting_seconds"]) == ("acked", None)


async def _send_only(sync: Synchronisation, dossier: dict[str, Any]) -> None:
    async with sync.office.connection() as connection:
        await connection.execute(
            "update national_sync set next_try = null where dossier_id <> $1 and state = 'pending'",
            dossier["id"],
        )
        await connection.execute(
            "update national_sync set next_try = first_wanted_at where dossier_id = $1",
            dossier["id"],
        )
    await sync.sender.send_due(sync.database)


async def test_the_list_is_walked_by_key_and_narrowed(sync: Synchronisation) -> None:
    codes = [(await sync.office.file(agency=agency))["code"] for agency in (COMMUNE,) * 3]
    other = (await sync.office.file(agency=OTHER_COMMUNE))["code"]
    await sync.hear()

    walked: list[str] = []
    after: str | None = None
    for _ in range(4):
        query = {"limit": 1} | ({"after": after} if after else {})
        page = (await sync.office.get("/v1/national-sync", **query)).json()
        walked += [item["code"] for item in page["items"]]
        after = page["next"]

    assert (walked, after) == ([*codes, other], None)
    assert await _listed(sync.office, agency=OTHER_COMMUNE) == [other]
    assert await _listed(sync.office, agency="H20") == walked
    assert await _listed(sync.office, state="failed") == []
    assert (await sync.office.get("/v1/national-sync", after="x")).status_code == 422


async def test_an_officer_sees_their_own_agencies_only(
    sync: Synchronisation, start_office: StartOffice, token: Token
) -> None:
    mine = await sync.office.file(agency=COMMUNE)
    theirs = await sync.office.file(agency=OTHER_COMMUNE)
    await sync.hear()
    officer = await start_office(bearer=token("counter", agencies=[COMMUNE]))
    citizen = await start_office(bearer=token("citizen", agencies=[]))

    assert await _listed(officer) == [mine["code"]]
    assert (await officer.get("/v1/national-sync/summary")).json()["pending"] == 1
    assert (await officer.get(f"/v1/dossiers/{mine['code']}/national-sync")).status_code == 200
    foreign = f"/v1/dossiers/{theirs['code']}/national-sync"
    assert (await officer.get(foreign)).status_code == 404
    assert (await officer.http.post(f"{foreign}/retry")).status_code == 404
    for path in ("/v1/national-sync", f"/v1/dossiers/{mine['code']}/national-sync"):
        assert (await citizen.get(path)).status_code == 403


async def test_a_retry_sends_the_whole_dossier_again_at_once(sync: Synchronisation) -> None:
    dossier = await sync.office.accepted()
    await sync.send()
    path = f"/v1/dossiers/{dossier['code']}/national-sync/retry"
    before = (await sync.row(dossier))["changes"]
    sync.office.clock(sync.moment)

    key = {"Idempotency-Key": "gui-lai"}
    first = await sync.office.http.post(path, headers=key)
    second = await sync.office.http.post(path, headers=key)
    await sync.send()

    assert (first.status_code, first.json()["state"]) == (200, "pending")
    assert second.json() == first.json()
    assert (await sync.row(dossier))["changes"] == before + 1
    assert [r["isUpdating"] for r in sync.portal.told("DongBoHoSoMC")] == ["False", "True"]
    assert len(sync.portal.rows[dossier["code"]]) == 1


async def test_a_retry_before_the_queue_has_heard_of_it_is_heard(sync: Synchronisation) -> None:
    dossier = await sync.office.accepted()
    path = f"/v1/dossiers/{dossier['code']}/national-sync"
    shown = (await sync.office.get(path)).json()
    sync.office.clock(sync.moment)

    answer = await sync.office.http.post(f"{path}/retry")

    assert (shown["state"], shown["wanted"]) == ("pending", 2)
    assert answer.status_code == 200
    assert (await sync.row(dossier))["wanted"] == 2


async def test_without_a_portal_all_is_kept_and_the_list_says_so(
    office: Office, portal: NationalPortal
) -> None:
    async with synchronising(office, portal, NationalSettings()) as sync:
        dossier = await office.file()
        await sync.hear()

        page = (await office.get("/v1/national-sync")).json()
        retry = await office.http.post(f"/v1/dossiers/{dossier['code']}/national-sync/retry")

    assert page["enabled"] is False
    assert page["items"][0]["reason"].startswith("Chưa cấu hình")
    assert (retry.status_code, retry.json()["code"]) == (409, "national_sync_off")


def test_the_worker_sends_only_where_a_portal_is_configured(office: Office) -> None:
    settings: IntakeSettings = office.app.state.intake.settings
    settings.national = NationalSettings()
    off = [periodic.name for periodic in work.periodic(settings)]
    settings.national = settings_for("http://127.0.0.1:9")
    on = [periodic.name for periodic in work.periodic(settings)]

    assert off == ["national-compare"]
    assert on == ["national-compare", "national-send", "national-watch"]


def test_a_portal_without_an_agency_to_speak_for_is_refused() -> None:
    with pytest.raises(ValueError, match="INTAKE_NATIONAL_AGENCY"):
        settings_for("http://127.0.0.1:9", agency="")


async def test_an_alarm_is_raised_once_when_the_portal_learns_too_late(
    sync: Synchronisation,
) -> None:
    await sync.office.file()
    await sync.hear()
    watch = Watch(timedelta(minutes=10))
    name = "dossiers reach the national portal too late"

    def raised() -> float:
        return REGISTRY.get_sample_value("motcua_alarms_total", {"alarm": name}) or 0.0

    before = raised()
    late = [
        await watch.look(sync.database, sync.moment + timedelta(minutes=m)) for m in (5, 11, 12)
    ]

    assert late == [0, 1, 1]
    assert raised() == before + 1


async def test_age_is_counted_from_the_first_thing_that_is_lacking(
    sync: Synchronisation,
) -> None:
    dossier = await sync.office.accepted()
    await sync.send()
    acknowledged_at: datetime = (await sync.row(dossier))["acknowledged_at"]
    await sync.office.do(dossier, "steps", STEP)
    await sync.hear()
    first = (await sync.row(dossier))["first_wanted_at"]
    await sync.office.do(dossier, "steps", STEP)
    await sync.hear()

    row = await sync.row(dossier)

    assert row["first_wanted_at"] == first
    assert first > acknowledged_at - timedelta(seconds=5)
    assert row["wanted"] == 4
