from typing import Any

import pytest

from tests.intake.conftest import Office
from tests.intake.factories import (
    ABOLISHED,
    BIRTH_PAPER,
    COMMUNE,
    DEPARTMENT,
    INTERNAL,
    SAME_DAY,
    a_filing,
    a_procedure,
    tell,
)

CHANNELS = (
    "counter",
    "online_partial",
    "online_full",
    "kiosk",
    "postal",
    "home",
    "mobile",
    "post_office",
)


async def test_a_filed_dossier_bears_its_code_and_waits_for_acceptance(office: Office) -> None:
    answer = await office.http.post("/v1/dossiers", json=a_filing())

    dossier = answer.json()
    assert answer.status_code == 201
    assert dossier["code"] == f"{COMMUNE}-260302-0001"
    assert answer.headers["location"] == f"/v1/dossiers/{dossier['code']}"
    assert answer.headers["etag"] == '"1"'
    assert dossier["status"] == {"code": 1, "name": "Mới đăng ký"}
    assert dossier["filed_at"] == "2026-03-02T08:00:00+07:00"
    assert dossier["due_at"] is None
    actions = [allowed["action"] for allowed in dossier["allowed_actions"]]
    assert actions == ["accept", "refuse_intake", "request_supplement", "withdraw", "transfer"]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_every_channel_files_and_is_kept(office: Office, channel: str) -> None:
    dossier = await office.file(channel=channel)

    shown = (await office.get(f"/v1/dossiers/{dossier['id']}")).json()

    assert shown["channel"] == channel
    assert (await office.told(dossier))[0]["data"]["channel"] == channel


async def test_a_shown_dossier_equals_the_answer_of_its_filing(office: Office) -> None:
    dossier = await office.file(
        papers=[{"component": BIRTH_PAPER, "originals": 1, "copies": 2, "originals_held": 1}],
        submitter={"name": "Trần Thị Nộp"},
        note="Nộp thay mẹ.",
    )

    shown = (await office.get(f"/v1/dossiers/{dossier['code']}")).json()

    assert {name: shown[name] for name in dossier} == dossier
    assert shown["applicant"]["name"] == "Nguyễn Văn Thử"
    assert shown["submitter"]["name"] == "Trần Thị Nộp"
    assert shown["authoriser"] is None
    assert shown["note"] == "Nộp thay mẹ."
    paper = {"component": BIRTH_PAPER, "supplement": 0, "originals": 1, "copies": 2}
    assert shown["papers"] == [paper | {"originals_held": 1}]


async def test_by_post_it_counts_as_filed_when_the_hand_over_was_signed(office: Office) -> None:
    dossier = await office.file(
        channel="postal", hand_over={"signed_at": "2026-02-27T15:30:00+07:00"}
    )

    assert dossier["filed_at"] == "2026-02-27T15:30:00+07:00"
    assert dossier["code"] == f"{COMMUNE}-260227-0001"


async def test_three_agencies_may_differ(office: Office) -> None:
    dossier = await office.file(competent_agency=DEPARTMENT, support_agency="H20.101")

    (fact,) = await office.told(dossier)

    assert fact["agency"] == DEPARTMENT
    assert fact["data"]["receiving_agency"] == COMMUNE
    assert fact["data"]["support_agency"] == "H20.101"


async def test_the_version_in_force_on_the_day_is_taken(office: Office) -> None:
    ended = a_procedure(valid_to="2026-03-01")
    await tell(office.database_url, [ended, a_procedure(version=2, valid_from="2026-03-02")])

    assert (await office.file())["version"] == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"procedure": "9.999999"}, "procedure_unknown"),
        ({"procedure": "khai sinh"}, "malformed"),
        ({"procedure": INTERNAL}, "procedure_internal"),
        ({"agency": "H99"}, "agency_unknown"),
        ({"agency": ABOLISHED}, "agency_not_in_force"),
        ({"competent_agency": "H99.01"}, "agency_unknown"),
        ({"support_agency": ABOLISHED}, "agency_not_in_force"),
        ({"agency": "H20.100\u0000"}, "malformed"),
        ({"procedure": SAME_DAY, "channel": "online_full"}, "channel_not_offered"),
        ({"channel": "fax"}, "malformed"),
        ({"case": "c99"}, "case_unknown"),
        ({"papers": [{"component": "other"}]}, "component_unknown"),
        ({"papers": [{"component": BIRTH_PAPER}] * 2}, "component_unknown"),
        ({"applicant": {"name": "  "}}, "malformed"),
        ({"applicant": {"name": "a\u0000b"}}, "malformed"),
        ({"applicant": {"name": "An", "identity_number": "'; drop table"}}, "malformed"),
        ({"note": "\u0000"}, "malformed"),
        ({"colour": "red"}, "malformed"),
        ({"national_code": "H20.100-2603-1"}, "code_malformed"),
        ({"hand_over": {"signed_at": "2026-03-01T08:00:00+07:00"}}, "hand_over_not_postal"),
        (
            {"channel": "postal", "hand_over": {"signed_at": "2026-03-02T09:00:00+07:00"}},
            "hand_over_time",
        ),
        (
            {"channel": "postal", "hand_over": {"signed_at": "2025-01-01T09:00:00+07:00"}},
            "hand_over_time",
        ),
        ({"channel": "postal", "hand_over": {"signed_at": "2026-03-02T07:00:00"}}, "malformed"),
        (
            {"channel": "postal", "hand_over": {"signed_at": "0001-01-01T00:00:00+14:00"}},
            "malformed",
        ),
    ],
)
async def test_what_cannot_be_filed_is_refused_with_its_reason(
    office: Office, changed: dict[str, Any], code: str
) -> None:
    answer = await office.http.post("/v1/dossiers", json=a_filing(**changed))

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await office.told() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"\xff"', b'{"procedure": 1e999}'])
async def test_a_body_that_is_no_filing_is_never_a_server_error(
    office: Office, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}

    answer = await office.http.post("/v1/dossiers", content=body, headers=headers)

    assert 400 <= answer.status_code < 500


async def test_an_abolished_agency_names_its_successors(office: Office) -> None:
    answer = await office.http.post("/v1/dossiers", json=a_filing(agency=ABOLISHED))

    assert answer.json()["successors"] == [COMMUNE]
