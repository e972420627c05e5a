"""The control slip and the holders' figures over HTTP."""

from typing import Any

import asyncpg
import pytest

from shared.events import AgencyLevel, Event
from tests.conftest import Client, ServiceClient, Token
from tests.shared.pictures import words_of
from tests.sla.api_lives import NOW
from tests.sla.factories import (
    at,
    life,
    make_accepted,
    make_agency,
    make_calendar,
    make_procedure,
    published,
    wrap,
)
from tests.sla.stream import deliver
from tests.sla.test_steps import AGENCY, FOLLOWED, assigned, completed

NAMED = make_agency(AGENCY, AgencyLevel.COMMUNE, name="Trung tâm PVHCC xã Thanh Bình")
PARENT = make_agency("H20.40", AgencyLevel.PROVINCE, name="Ủy ban nhân dân tỉnh Đồng Tháp")
PROCEDURE = make_procedure(code="1.001193", name="Đăng ký khai sinh")


async def told(client: Client, *lives: list[Event]) -> list[str]:
    connection = await asyncpg.connect(client.database_url)
    envelopes = [life(facts) for facts in lives]
    await deliver(
        connection,
        [
            published(make_calendar()),
            wrap(PARENT, PARENT.code),
            wrap(NAMED, NAMED.code),
            wrap(PROCEDURE, PROCEDURE.code),
            *(envelope for one in envelopes for envelope in one),
        ],
    )
    await connection.close()
    return [one[0].aggregate_id for one in envelopes]


def another(day: str, *facts: Event) -> list[Event]:
    return [make_accepted(at(f"{day} 08:00")), *facts]


@pytest.fixture
async def office(service_client: ServiceClient) -> Client:
    return await service_client("sla", at=NOW)


async def shown(client: Client, path: str, **query: Any) -> dict[str, Any]:
    answer = await client.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def test_a_slip_is_numbered_once_and_says_every_hand_over(office: Client) -> None:
    first, second = await told(office, FOLLOWED, another("2026-03-02"))

    issued = [
        await office.http.post(f"/v1/clocks/{dossier}/control-slip")
        for dossier in (second, first, first)
    ]

    assert [answer.json()["number"] for answer in issued] == [1, 2, 2]
    pdf = await office.http.get(f"/v1/clocks/{first}/control-slip", params={"as": "pdf"})
    words = words_of(pdf.content)
    for said in (
        "ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP",
        "TRUNG TÂM PVHCC XÃ THANH BÌNH",
        "Số: 02/PKS",
        "Mẫu số 06",
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Thủ tục: Đăng ký khai sinh (1.001193)",
        "Thời gian nhận hồ sơ: 08 giờ 00 phút, ngày 02 tháng 3 năm 2026",
        "Phòng 1, an Phòng 2, binh 10:00 02/03/2026 14:00 02/03/2026",
        "Quá hạn",
        "Đúng hạn",
    ):
        assert said in words, said


async def test_before_september_2025_it_is_form_05(service_client: ServiceClient) -> None:
    office = await service_client("sla", at=at("2025-03-10 10:00"))
    [dossier] = await told(office, another("2025-03-03", completed("2025-03-04 09:00", 1)))
    await office.http.post(f"/v1/clocks/{dossier}/control-slip")
    pdf = await office.http.get(f"/v1/clocks/{dossier}/control-slip", params={"as": "pdf"})
    assert "Mẫu số 05" in words_of(pdf.content)


async def test_holders_answer_for_their_own_steps(office: Client) -> None:
    late = assigned("2026-03-02 08:00", "1", "an", confirmed=True, due_at=at("2026-03-02 17:00"))
    [first, _] = await told(office, FOLLOWED, another("2026-03-02", late))

    stays = await shown(office, f"/v1/clocks/{first}/holders")
    assert [stay["verdict"] for stay in stays["items"]] == ["on_time", "late", None]

    period = {"from": "2026-03-01", "to": "2026-03-31"}
    units = (await shown(office, "/v1/reports/holders", **period))["items"]
    counted = {row["unit"]: (row["on_time"], row["late"], row["open_late"]) for row in units}
    assert counted == {"Phòng 1": (1, 0, 1), "Phòng 2": (0, 1, 0), "Phòng 3": (0, 0, 1)}
    assert {row["unit"]: row["on_time_percent"] for row in units} == {
        "Phòng 1": 100.0,
        "Phòng 2": 0.0,
        "Phòng 3": None,
    }


async def test_officers_figures_are_for_heads_and_foreign_agencies_for_nobody(
    office: Client, service_client: ServiceClient, token: Token
) -> None:
    [dossier] = await told(office, FOLLOWED)
    period = {"from": "2026-03-01", "to": "2026-03-31"}
    rows = await shown(office, "/v1/reports/holders", group_by="officer", **period)
    assert {row["officer"] for row in rows["items"]} == {"an", "binh", "chi"}
    for role, agencies, query, status in (
        ("reporter", ["H20"], {"group_by": "officer"}, 403),
        ("reporter", ["H30"], {"agency": "H20"}, 404),
    ):
        caller = await service_client(
            "sla", bearer=token(role, agencies=agencies), database_url=office.database_url
        )
        answer = await caller.http.get("/v1/reports/holders", params=period | query)
        assert answer.status_code == status
    stranger = await service_client(
        "sla", bearer=token("leader", agencies=["H30"]), database_url=office.database_url
    )
    assert (await shown(stranger, "/v1/reports/holders", group_by="officer", **period))[
        "items"
    ] == []
    assert (await stranger.http.get(f"/v1/clocks/{dossier}/holders")).status_code == 404
    assert (await stranger.http.post(f"/v1/clocks/{dossier}/control-slip")).status_code == 404
