"""What both sides sign counts: new dossiers as filed, supplements as complete, results as sent."""

from datetime import datetime
from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Token
from tests.intake.carrier_server import register, shown
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import (
    BIRTH_PAPER,
    COMMUNE,
    IDENTITY,
    OTHER_COMMUNE,
    PLAIN,
    SAME_DAY,
    at,
)

SIGNED = "2026-03-02T07:30:00+07:00"
FILING = {
    "procedure": PLAIN,
    "applicant": {"name": "Nguyễn Văn Thử", "identity_number": IDENTITY},
    "way_of_return": "post",
}
PAPERS = [{"component": BIRTH_PAPER, "originals": 1, "copies": 2, "originals_held": 0}]
ASKED = {"components": [{"id": BIRTH_PAPER, "reason": "Thiếu dấu."}]}


def a_parcel(number: str = "VD0001", **changed: Any) -> dict[str, Any]:
    parcel: dict[str, Any] = {"order_number": number, "papers": PAPERS}
    return parcel | (changed or {"filing": FILING})


async def sign(office: Office, *items: dict[str, Any], **changed: Any) -> httpx.Response:
    key = changed.pop("key", None)
    record = {
        "agency": COMMUNE,
        "carrier": "vnpost",
        "signed_at": SIGNED,
        "signed_for_carrier": "Trần Văn Phát",
        "signed_for_agency": "Lê Thị Nhận",
        "items": items,
    }
    headers = {"Idempotency-Key": key} if key else {}
    return await office.http.post("/v1/postal/handovers", json=record | changed, headers=headers)


async def signed(office: Office, *items: dict[str, Any], **changed: Any) -> dict[str, Any]:
    answer = await sign(office, *items, **changed)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


async def dossier_of(office: Office, identity: str) -> dict[str, Any]:
    found: dict[str, Any] = (await office.get(f"/v1/dossiers/{identity}")).json()
    return found


async def test_a_dossier_is_filed_when_the_record_is_signed(office: Office) -> None:
    order = await register(office)
    office.clock("2026-03-04 16:00")

    record = await signed(office, a_parcel())

    assert (record["agency"], record["year"], record["number"]) == (COMMUNE, 2026, 1)
    (item,) = record["items"]
    assert (item["effect"], item["order"], item["papers"]) == ("filed", order["id"], PAPERS)
    dossier = await dossier_of(office, item["dossier"])
    assert dossier["filed_at"] == SIGNED
    assert (dossier["channel"], dossier["receiving_agency"]) == ("postal", COMMUNE)
    assert dossier["code"].startswith(f"{COMMUNE}-260302-")
    assert dossier["papers"][0]["copies"] == 2
    (fact,) = await office.told(dossier)
    assert datetime.fromisoformat(fact["data"]["filed_at"]) == at("2026-03-02 07:30")
    seen = await shown(office, order)
    assert (seen["state"], seen["dossier"]) == ("delivered", dossier["id"])


async def test_a_record_sent_again_is_the_same_record(office: Office) -> None:
    first = await sign(office, a_parcel("VD0001"), a_parcel("VD0002"), key="bb-1")

    second = await sign(office, a_parcel("VD0001"), a_parcel("VD0002"), key="bb-1")

    assert (second.status_code, second.content) == (201, first.content)
    assert len(await office.told()) == 2


async def test_a_parcel_is_handed_over_once_by_whomever(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    await signed(office, a_parcel())
    colleague = await start_office(bearer=token("counter", subject="can-bo-khac"))

    again = await sign(colleague, a_parcel("VD0002"), a_parcel())

    problem = again.json()
    assert (again.status_code, problem["code"]) == (409, "already_handed_over")
    assert problem["order_numbers"] == ["VD0001"]
    assert (await office.get("/v1/postal/handovers")).json()["items"][0]["number"] == 1


async def test_what_is_refused_stands_in_the_record_with_its_reason(office: Office) -> None:
    wrong = FILING | {"procedure": "1.999999"}

    record = await signed(
        office,
        a_parcel("VD0001", filing=wrong),
        a_parcel("VD0002"),
        a_parcel("VD0003", filing={"procedure": PLAIN}),
        a_parcel("VD0004", dossier=f"{COMMUNE}-260302-0099"),
    )

    effects = [(item["effect"], item["refusal"]) for item in record["items"]]
    assert effects == [
        ("refused", "procedure_unknown"),
        ("filed", None),
        ("refused", "malformed"),
        ("refused", "dossier_unknown"),
    ]
    assert len(await office.told()) == 1
    mended = await signed(office, a_parcel("VD0001"))
    assert (mended["number"], mended["items"][0]["effect"]) == (2, "filed")


async def test_a_supplement_is_complete_when_the_record_is_signed(office: Office) -> None:
    dossier = await office.accepted(channel="postal")
    await office.do(dossier, "supplement-requests", ASKED)
    office.clock("2026-03-10 16:00")

    record = await signed(
        office,
        a_parcel("VD0009", dossier=dossier["code"]),
        signed_at="2026-03-09T14:00:00+07:00",
    )

    assert record["items"][0]["effect"] == "supplemented"
    seen = await dossier_of(office, dossier["id"])
    assert seen["supplements"][0]["supplemented_at"] == "2026-03-09T14:00:00+07:00"
    # Fifteen days of a postal limit, anew from the signing (D61 19(4)).
    assert seen["due_at"] == "2026-03-24T14:00:00+07:00"
    assert (await office.told(dossier))[-1]["data"]["supplemented_at"] == "2026-03-09T07:00:00Z"


async def test_papers_cannot_be_handed_over_before_they_were_asked_for(office: Office) -> None:
    dossier = await office.accepted(channel="postal")
    await office.do(dossier, "supplement-requests", ASKED)

    record = await signed(office, a_parcel("VD0009", dossier=dossier["code"]))

    assert record["items"][0]["refusal"] == "signed_before_request"
    assert (await dossier_of(office, dossier["id"]))["status"]["code"] == 5


async def test_a_result_given_to_the_carrier_is_on_its_way(office: Office) -> None:
    dossier = await office.accepted(procedure=SAME_DAY, way_of_return="post")
    out = {"direction": "deliver", "dossier": dossier["code"]}
    order = await register(office, **out)
    parcel = a_parcel("VD0001", dossier=dossier["code"])
    early = await signed(office, parcel, direction="deliver")
    await office.do(dossier, "resolution", {"outcome": "approved"})

    record = await signed(office, parcel, direction="deliver")

    assert early["items"][0]["refusal"] == "not_resolved"
    assert record["items"][0]["effect"] == "sent"
    seen = await shown(office, order)
    assert (seen["state"], seen["legs"][0]["started_at"]) == ("handed_over", SIGNED)
    assert (await dossier_of(office, dossier["id"]))["status"]["code"] == 9


async def test_numbers_run_by_agency_and_year(office: Office) -> None:
    first = await signed(office, a_parcel("VD0001"))
    second = await signed(office, a_parcel("VD0002"))
    other = await signed(office, a_parcel("VD0003"), agency=OTHER_COMMUNE)
    office.clock("2027-01-04 08:00")
    next_year = await signed(office, a_parcel("VD0004"), signed_at="2027-01-04T07:30:00+07:00")

    numbered = [(r["agency"], r["year"], r["number"]) for r in (first, second, other, next_year)]
    assert numbered == [
        (COMMUNE, 2026, 1),
        (COMMUNE, 2026, 2),
        (OTHER_COMMUNE, 2026, 1),
        (COMMUNE, 2027, 1),
    ]


async def test_a_signed_record_can_be_neither_changed_nor_removed(office: Office) -> None:
    await signed(office, a_parcel())

    for table in ("postal_handover", "postal_handover_item"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await office.rows(f"delete from {table}")
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await office.rows("update postal_handover set signed_at = now()")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"signed_at": "2026-01-30T08:00:00+07:00"}, "hand_over_time"),
        ({"signed_at": "2026-03-02T08:06:00+07:00"}, "hand_over_time"),
        ({"items": [a_parcel(filing=FILING, dossier="x")]}, "filing_or_dossier"),
        ({"items": [{"order_number": "VD0001"}]}, "filing_or_dossier"),
        ({"direction": "deliver"}, "dossier_needed"),
        ({"items": [a_parcel(), a_parcel()]}, "malformed"),
        ({"carrier": "khac"}, "carrier_unknown"),
    ],
)
async def test_a_record_that_cannot_have_been_signed_is_refused(
    office: Office, changed: dict[str, Any], code: str
) -> None:
    answer = await sign(office, a_parcel(), **changed)

    assert answer.json()["code"] == code
    assert await office.told() == []


async def test_nothing_is_filed_for_an_agency_that_is_not_the_signers(
    start_office: StartOffice, token: Token
) -> None:
    neighbour = await start_office(bearer=token("postal", agencies=[OTHER_COMMUNE]))

    answer = await sign(neighbour, a_parcel())

    assert (answer.status_code, answer.json()["code"]) == (403, "agency_out_of_scope")
    assert await neighbour.told() == []


async def test_records_are_only_known_where_they_belong(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    record = await signed(office, a_parcel())
    neighbour = await start_office(bearer=token("counter", agencies=[OTHER_COMMUNE]))
    path = f"/v1/postal/handovers/{record['id']}"

    assert (await office.get(path)).json() == record
    assert (await neighbour.get(path)).status_code == 404
    assert (await neighbour.get("/v1/postal/handovers")).json()["items"] == []
