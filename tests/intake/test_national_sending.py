"""Nothing counts as synchronised that is not, and everything arrives in the end."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from services.intake.national import messages, progress, queue
from services.intake.national.patience import FAULTS_MAX
from tests.intake.conftest import Office
from tests.intake.factories import IDENTITY
from tests.intake.national import (
    APPROVED,
    STEP,
    Synchronisation,
    settings_for,
    synchronising,
)
from tests.national_portal import PASSWORD, Mishap, NationalPortal, national_portal
from tests.waiting import until

FAULTS = [
    Mishap.ERROR_500,
    Mishap.HUNG_UP,
    Mishap.NOT_JSON,
    Mishap.HALF_JSON,
    Mishap.NO_CODE,
    Mishap.OTHER_DOSSIER,
    Mishap.REFUSED,
    Mishap.ENDLESS,
]


@pytest.fixture
async def portal() -> AsyncIterator[NationalPortal]:
    async with national_portal() as running:
        yield running


@pytest.fixture
async def sync(office: Office, portal: NationalPortal) -> AsyncIterator[Synchronisation]:
    async with synchronising(office, portal, settings_for(portal.url)) as made:
        yield made


async def _resolved(office: Office) -> dict[str, Any]:
    dossier = await office.accepted()
    await office.do(dossier, "steps", STEP)
    return await office.do(dossier, "resolution", APPROVED)


async def test_a_dossier_is_acknowledged_with_its_progress(sync: Synchronisation) -> None:
    dossier = await _resolved(sync.office)

    await sync.send()

    row = await sync.row(dossier)
    assert (row["state"], row["last_code"], row["next_try"]) == ("acked", "0", None)
    assert (row["wanted"], row["acknowledged"]) == (4, 4)
    assert sync.portal.dossiers[dossier["code"]]["TrangThaiHoSo"] == "9"
    told = [row["TrangThai"] for row in sync.portal.rows[dossier["code"]]]
    assert told == ["2", "4", "9"]
    assert sync.portal.told(messages.SERVICE)[0]["isUpdating"] == "False"
    assert sync.portal.told(messages.SERVICE)[0]["madonvi"] == "H20"


async def test_a_dossier_that_moves_on_is_told_as_an_update(sync: Synchronisation) -> None:
    dossier = await sync.office.accepted()
    await sync.send()
    await sync.office.do(dossier, "steps", STEP)

    await sync.send()

    told = sync.portal.told(messages.SERVICE)
    assert [request["isUpdating"] for request in told] == ["False", "True"]
    assert sync.portal.dossiers[dossier["code"]]["TrangThaiHoSo"] == "4"
    assert [len(request["data"]) for request in sync.portal.told(progress.SERVICE)] == [1, 1]
    assert (await sync.row(dossier))["acknowledged"] == 3


async def test_what_was_heard_twice_is_not_sent_twice(sync: Synchronisation) -> None:
    await sync.office.accepted()
    await sync.send()
    before = len(sync.portal.requests)

    await sync.send()

    assert len(sync.portal.requests) == before


async def test_one_dossier_is_claimed_though_the_planner_looks_it_up_once_per_row(
    sync: Synchronisation,
) -> None:
    await sync.office.file()
    await sync.hear()
    # It takes the table for one row, and walks it to look the due one up for each.
    await sync.office.rows("analyze national_sync")
    for _ in range(2):
        await sync.office.file()
    await sync.hear()

    async with sync.office.connection() as connection:
        for way in ("hashjoin", "mergejoin", "material"):
            await connection.execute(f"set enable_{way} = off")
        claimed = await connection.fetch(queue.CLAIM, sync.moment, sync.moment + queue.LEASE)

    assert len(claimed) == 1


async def test_only_a_clear_yes_is_an_acknowledgement(sync: Synchronisation) -> None:
    dossier = await sync.office.accepted()
    for mishap in FAULTS:
        sync.portal.mishaps.append(mishap)
        sync.turn(hours=2)

        await sync.send()

        row = await sync.row(dossier)
        assert not sync.portal.mishaps, mishap
        assert (row["state"], row["acknowledged"], row["acknowledged_at"]) == ("failed", 0, None)
        assert row["last_code"] not in {None, "0"}
        assert row["next_try"] > sync.moment

    await sync.send_until_acknowledged()

    assert sync.portal.dossiers[dossier["code"]]["TrangThaiHoSo"] == "2"


async def test_a_portal_that_knows_the_dossier_already_is_told_an_update(
    sync: Synchronisation,
) -> None:
    dossier = await sync.office.accepted()
    sync.portal.dossiers[dossier["code"]] = {"TrangThaiHoSo": "1"}

    await sync.send()

    told = sync.portal.told(messages.SERVICE)
    assert [request["isUpdating"] for request in told] == ["False", "True"]
    assert sync.portal.dossiers[dossier["code"]]["TrangThaiHoSo"] == "2"
    assert (await sync.row(dossier))["state"] == "acked"


async def test_already_there_is_no_acknowledgement_of_what_was_told(
    sync: Synchronisation,
) -> None:
    dossier = await sync.office.accepted()
    sync.portal.mishaps.extend([Mishap.ALREADY_THERE, Mishap.ALREADY_THERE])

    await sync.send()

    row = await sync.row(dossier)
    assert (row["state"], row["last_code"], row["acknowledged"]) == ("failed", "-3", 0)
    assert sync.portal.told(progress.SERVICE) == []


async def test_a_slow_portal_is_not_waited_for_for_ever(
    office: Office, portal: NationalPortal
) -> None:
    settings = settings_for(portal.url, timeout_seconds=0.2)
    async with synchronising(office, portal, settings) as sync:
        dossier = await office.accepted()
        portal.mishaps.append(Mishap.SLOW_AFTER)

        await sync.send()

        row = await sync.row(dossier)
        assert (row["state"], row["last_code"]) == ("failed", "timeout")
        await sync.send_until_acknowledged()
    # The first one had arrived all the same, so the second was an update.
    assert [r["isUpdating"] for r in portal.told(messages.SERVICE)] == ["False", "False", "True"]


async def test_progress_that_was_not_taken_is_told_again_from_there(
    sync: Synchronisation,
) -> None:
    dossier = await sync.office.accepted()
    for number in range(11):
        await sync.office.do(dossier, "steps", STEP | {"name": f"Bước {number}"})
    # The dossier and the first ten rows arrive, the other two do not.
    sync.portal.mishaps.extend([None, None, Mishap.ERROR_500])

    await sync.send()

    row = await sync.row(dossier)
    assert (row["state"], row["rows_acknowledged"], row["acknowledged"]) == ("failed", 10, 0)

    await sync.send_until_acknowledged()

    assert [len(r["data"]) for r in sync.portal.told(progress.SERVICE)] == [10, 2, 2]
    assert len(sync.portal.told(messages.SERVICE)) == 1
    assert len(sync.portal.rows[dossier["code"]]) == 12
    assert (await sync.row(dossier))["acknowledged"] == 13


async def test_what_happens_while_it_is_sent_is_sent_after_it(sync: Synchronisation) -> None:
    dossier = await sync.office.accepted()
    sync.portal.mishaps.append(Mishap.SLOW)
    sending = asyncio.create_task(sync.send())
    await asyncio.wait_for(sync.portal.waiting.wait(), 10)
    await sync.office.do(dossier, "steps", STEP)
    await sync.hear()
    sync.portal.released.set()
    await sending

    # Acknowledged and wanted again: the same round goes on with it.
    told = [request["data"][0]["TrangThaiHoSo"] for request in sync.portal.told(messages.SERVICE)]
    assert told == ["2", "4"]
    assert (await sync.row(dossier))["state"] == "acked"


async def test_a_sender_that_dies_after_sending_is_followed_by_another(
    sync: Synchronisation,
) -> None:
    dossier = await sync.office.accepted()
    sync.portal.mishaps.append(Mishap.SLOW_AFTER)
    sending = asyncio.create_task(sync.send())
    await asyncio.wait_for(sync.portal.waiting.wait(), 10)
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    sync.portal.released.set()

    row = await sync.row(dossier)
    assert (row["state"], row["acknowledged"]) == ("sent", 0)
    await sync.send()
    assert len(sync.portal.told(messages.SERVICE)) == 1, "the dead one's lease is respected"

    sync.turn(minutes=3)
    await sync.send()

    row = await sync.row(dossier)
    assert (row["state"], row["acknowledged"]) == ("acked", 2)
    assert len(sync.portal.rows[dossier["code"]]) == 1


async def test_a_try_that_comes_back_too_late_changes_nothing(sync: Synchronisation) -> None:
    dossier = await sync.office.accepted()
    sync.portal.mishaps.append(Mishap.SLOW)
    sending = asyncio.create_task(sync.send())
    await asyncio.wait_for(sync.portal.waiting.wait(), 10)
    async with sync.office.connection() as connection:
        # Another process has claimed it since.
        await connection.execute("update national_sync set claims = claims + 1")
    sync.portal.released.set()
    await sending

    assert (await sync.row(dossier))["state"] == "sent"


async def test_a_portal_that_is_away_is_only_probed(office: Office) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    async with synchronising(office, NationalPortal(), settings_for(url, at_once=1)) as sync:
        for _ in range(FAULTS_MAX + 3):
            await office.file()
        await sync.send()

        rows = await office.rows("select state, last_code from national_sync where attempts > 0")

        assert [tuple(row) for row in rows] == [("failed", "connection")] * FAULTS_MAX
        assert sync.sender.circuit.is_open
        sync.turn(seconds=10)
        await sync.send()
        (tried,) = await office.rows("select sum(claims) as tries from national_sync")
        assert tried["tries"] == FAULTS_MAX + 1


async def test_everything_arrives_through_every_kind_of_trouble(
    office: Office, portal: NationalPortal
) -> None:
    settings = settings_for(portal.url, timeout_seconds=0.3)
    async with synchronising(office, portal, settings) as sync:
        dossiers = [await office.file() for _ in range(6)]
        portal.mishaps.extend([*FAULTS, Mishap.SLOW, Mishap.HUNG_UP_AFTER, Mishap.SLOW_AFTER])
        await sync.send()
        for dossier in dossiers[:4]:
            await office.do(dossier, "acceptance")
            await office.do(dossier, "steps", STEP)
        await sync.send()
        for dossier in dossiers[:2]:
            await office.do(dossier, "resolution", APPROVED)
            await office.do(dossier, "return")

        await sync.send_until_acknowledged()

        last = {
            told["data"][0]["MaHoSo"]: told["data"][0]["TrangThaiHoSo"]
            for told in portal.told(messages.SERVICE)
        }
        final = {
            row["code"]: str(row["status"])
            for row in await office.rows("select code, status from dossier")
        }
        assert (
            final
            == last
            == {code: dossier["TrangThaiHoSo"] for code, dossier in portal.dossiers.items()}
        )
        assert [len(portal.rows.get(d["code"], [])) for d in dossiers] == [3, 3, 2, 2, 0, 0]
        assert not portal.mishaps


async def test_no_more_are_sent_at_once_than_is_set(office: Office, portal: NationalPortal) -> None:
    async with synchronising(office, portal, settings_for(portal.url, at_once=3)) as sync:
        for _ in range(12):
            await office.file()
        portal.mishaps.extend([Mishap.SLOW] * 12)
        sending = asyncio.create_task(sync.send())
        await until(lambda: portal.together == 3, seconds=10, what="three at once")
        portal.released.set()
        await sending

    assert portal.most_together == 3
    assert len(portal.dossiers) == 12


async def test_a_session_that_is_over_is_renewed_once_and_the_message_sent_again(
    office: Office, portal: NationalPortal
) -> None:
    settings = settings_for(
        portal.url,
        login_endpoint=f"{portal.url}/dang-nhap",
        username="h20",
        password=PASSWORD,
    )
    async with synchronising(office, portal, settings) as sync:
        await office.file()
        await sync.send()
        await office.file()
        portal.mishaps.append(Mishap.SESSION_OVER)

        await sync.send()

    assert portal.logins == 2
    assert len(portal.dossiers) == 2
    assert [request["session"] for request in portal.requests] == [
        "phien-1",
        "phien-1",
        "phien-2",
    ]


async def test_a_refused_login_is_the_portals_fault_and_not_the_dossiers(
    office: Office, portal: NationalPortal
) -> None:
    login = {"login_endpoint": f"{portal.url}/dang-nhap", "username": "h20", "password": "sai"}
    async with synchronising(office, portal, settings_for(portal.url, **login)) as sync:
        dossier = await office.file()
        await sync.send()

        assert (await sync.row(dossier))["last_code"] == "login_refused"
    assert portal.requests == []


async def test_nothing_personal_is_kept_of_what_was_sent_or_answered(
    sync: Synchronisation,
) -> None:
    person = {"name": "Nguyễn Văn Thử", "identity_number": IDENTITY, "phone": "0912345678"}
    dossier = await sync.office.accepted(applicant=person)
    sync.portal.mishaps.append(Mishap.REFUSED)

    await sync.send()

    row = await sync.row(dossier)
    sent = sync.portal.requests[0]["data"][0]
    assert (sent["SoDienThoai"], sent["DinhDanhCHS"][0]["SoDinhDanh"]) == ("0912345678", IDENTITY)
    assert row["last_error"].startswith("Dữ liệu không hợp lệ: ***")
    kept = str(dict(row))
    assert not [value for value in person.values() if value in kept]
    assert len(row["request_hash"]) == 32
    assert row["request_bytes"] > 500


async def test_a_dossier_that_cannot_be_written_holds_no_other_up(sync: Synchronisation) -> None:
    broken, sound = await sync.office.file(), await sync.office.file()
    async with sync.office.connection() as connection:
        await connection.execute(
            "update party set sealed = '\\x00' || sealed where dossier_id = $1", broken["id"]
        )

    await sync.send()

    assert (await sync.row(broken))["last_code"] == "not_written"
    assert (await sync.row(sound))["state"] == "acked"
    assert not sync.sender.circuit.is_open
