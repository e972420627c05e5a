from datetime import datetime
from typing import Any

import pytest

from services.intake.unanswered import close_unanswered
from shared.database import Database
from tests.intake.conftest import Office
from tests.intake.factories import BIRTH_PAPER, at

ASKED = {"components": [{"id": BIRTH_PAPER, "reason": "Thiếu chữ ký"}]}
AGAIN = ASKED | {"override_ground": "Điều 7 khoản 2"}
ONLINE = {"channel": "online_full"}


async def request(office: Office, dossier: dict[str, Any]) -> dict[str, Any]:
    shown = (await office.get(f"/v1/dossiers/{dossier['code']}")).json()
    last: dict[str, Any] = shown["supplements"][-1]
    return last


async def close(office: Office, moment: str | datetime) -> int:
    now = at(moment) if isinstance(moment, str) else moment
    database = Database(office.database_url, connections_max=2)
    try:
        return await close_unanswered(office.app.state.intake, database, now)
    finally:
        await database.close()


@pytest.mark.parametrize(
    ("moment", "late"), [("2026-03-05 08:00", False), ("2026-03-05 08:01", True)]
)
async def test_papers_asked_for_after_three_working_days_are_flagged(
    office: Office, moment: str, late: bool
) -> None:
    dossier = await office.accepted()
    office.clock(moment)

    await office.do(dossier, "supplement-requests", ASKED)

    assert (await request(office, dossier))["late"] is late
    assert (await office.told(dossier))[-1]["data"]["late"] is late


@pytest.mark.parametrize(
    ("filing", "moment", "late"),
    [
        (ONLINE, "2026-03-03 08:00", False),
        (ONLINE, "2026-03-03 08:01", True),
        ({}, "2026-03-20 08:00", False),
    ],
)
async def test_before_acceptance_an_online_filing_is_answered_in_eight_working_hours(
    office: Office, filing: dict[str, str], moment: str, late: bool
) -> None:
    dossier = await office.file(**filing)
    office.clock(moment)

    await office.do(dossier, "supplement-requests", ASKED)

    assert (await request(office, dossier))["late"] is late


async def test_a_request_names_its_officer_and_the_day_by_which_to_answer(
    office: Office,
) -> None:
    dossier = await office.accepted()

    await office.do(dossier, "supplement-requests", ASKED | {"contact_officer": "can-bo-2"})

    told = await request(office, dossier)
    assert told["contact_officer"] == "can-bo-2"
    assert told["answer_by"] == "2026-03-23T08:00:00+07:00"


async def test_nobody_is_asked_to_come_a_third_time(office: Office) -> None:
    dossier = await office.accepted()
    for _ in range(2):
        await office.do(dossier, "supplement-requests", AGAIN)
        await office.do(dossier, "supplements")

    refused = await office.ask(dossier, "supplement-requests", AGAIN)

    assert (refused.status_code, refused.json()["code"]) == (409, "supplement_too_often")


@pytest.mark.parametrize("accepted", [True, False])
async def test_what_nobody_answers_in_fifteen_working_days_is_closed(
    office: Office, accepted: bool
) -> None:
    dossier = await (office.accepted() if accepted else office.file())
    await office.do(dossier, "supplement-requests", ASKED)

    early = await close(office, "2026-03-23 08:00")
    closed = await close(office, "2026-03-23 08:01")
    again = await close(office, "2026-03-24 08:00")

    assert (early, closed, again) == (0, 1, 0)
    shown = (await office.get(f"/v1/dossiers/{dossier['code']}")).json()
    assert (shown["status"]["code"], shown["waiting"]) == (8, None)
    assert shown["supplements"][0]["closed_at"] == "2026-03-23T08:01:00+07:00"
    fact = (await office.told(dossier))[-1]["data"]
    assert (fact["ended"], fact["ground"].startswith("Quá thời hạn")) == (True, True)


async def test_only_what_still_waits_for_papers_is_closed(office: Office) -> None:
    given, withdrawn, paying = [await office.accepted() for _ in range(3)]
    for dossier in (given, withdrawn, paying):
        await office.do(dossier, "supplement-requests", ASKED)
    await office.do(given, "supplements")
    await office.do(withdrawn, "withdrawal")
    await office.do(paying, "supplements")
    await office.do(paying, "payment-demand", {"amount": 5, "reason": "Thuế"})

    closed = await close(office, "2026-06-01 08:00")

    assert (closed, await close(office, "2026-06-02 08:00")) == (0, 0)
    left = await office.rows(
        "select 1 from supplement_request where supplemented_at is null and closed_at is null"
    )
    assert left == []
    codes = [
        (await office.get(f"/v1/dossiers/{dossier['code']}")).json()["status"]["code"]
        for dossier in (given, withdrawn, paying)
    ]
    assert codes == [4, 7, 6]
