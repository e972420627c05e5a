from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import IDENTITY, PLAIN, a_filing, a_procedure, at, tell

SCHEMA = {
    "type": "object",
    "required": ["child"],
    "additionalProperties": False,
    "properties": {
        "child": {
            "title": "Người được khai sinh",
            "type": "object",
            "required": ["name", "born_on"],
            "properties": {
                "name": {"$ref": "#/$defs/name"},
                "born_on": {"title": "Ngày sinh", "type": "string", "format": "date"},
                "a/b~c": {"title": "Ghi chú", "maxLength": 3},
            },
        },
        "witnesses": {"title": "Người làm chứng", "type": "array", "items": {"type": "string"}},
        "copies": {"title": "Số bản sao", "type": "integer", "maximum": 9},
    },
    "$defs": {
        "name": {"title": "Họ, chữ đệm, tên", "type": "string", "pattern": "^\\p{L}[\\p{L} ]+$"}
    },
}
FORM = {"child": {"name": "Nguyễn Thị Mầm", "born_on": "2026-02-27"}, "copies": 2}


@pytest.fixture
async def with_form(office: Office) -> Office:
    await tell(office.database_url, [a_procedure(form_schema=SCHEMA)])
    return office


async def test_a_form_is_kept_sealed_and_told_to_nobody(with_form: Office) -> None:
    dossier = await with_form.file(channel="online_full", form=FORM)

    (kept,) = await with_form.rows("select sealed from filled_form")
    assert "Mầm".encode() not in kept["sealed"]
    assert "Mầm" not in str(await with_form.told())
    (answer,) = await with_form.rows("select body from idempotency union all select ''::bytea")
    assert "Mầm".encode() not in answer["body"]
    assert "form" not in (await with_form.get(f"/v1/dossiers/{dossier['code']}")).json()


async def test_a_form_comes_with_a_code_of_the_portal_too(with_form: Office) -> None:
    dossier = await with_form.file(
        channel="online_full", form=FORM, national_code="G22.99.01-260302-0007"
    )

    shown = await with_form.get(f"/v1/dossiers/{dossier['code']}/form-data")

    assert (shown.json()["code"], shown.json()["form"]) == ("G22.99.01-260302-0007", FORM)


async def test_an_officer_at_work_on_it_sees_the_form_and_that_is_logged(with_form: Office) -> None:
    dossier = await with_form.file(channel="online_full", form=FORM)

    shown = await with_form.get(f"/v1/dossiers/{dossier['code']}/form-data")

    assert shown.json() == {
        "code": dossier["code"],
        "procedure": PLAIN,
        "version": 1,
        "form": FORM,
    }
    assert shown.headers["cache-control"] == "no-store"
    (seen,) = await with_form.rows("select actor from unmasking")
    assert seen["actor"] == "can-bo-thu"


async def test_the_owner_sees_the_form_and_no_other_citizen_does(
    with_form: Office, start_office: StartOffice, token: Token
) -> None:
    dossier = await with_form.file(channel="online_full", form=FORM)
    path = f"/v1/dossiers/{dossier['code']}/form-data"
    owner = await start_office(bearer=token("citizen", agencies=[], subject=IDENTITY))
    stranger = await start_office(bearer=token("citizen", agencies=[], subject="087200009999"))
    portal = await start_office(bearer=token("portal"))

    assert (await owner.get(path)).json()["form"] == FORM
    assert (await stranger.get(path)).status_code == 404
    assert (await portal.get(path)).json()["code"] == "unmask_refused"
    assert await with_form.rows("select from unmasking") == []


async def test_a_sealed_form_opens_in_no_other_dossier(with_form: Office) -> None:
    first = await with_form.file(channel="online_full", form=FORM)
    second = await with_form.file(channel="online_full", form=FORM | {"copies": 3})
    await with_form.rows(
        "update filled_form set sealed = (select sealed from filled_form where dossier_id = $1)"
        " where dossier_id = $2",
        first["id"],
        second["id"],
    )

    with pytest.raises(InvalidTag):
        await with_form.get(f"/v1/dossiers/{second['code']}/form-data")


@pytest.mark.parametrize(
    ("form", "pointer", "code", "detail"),
    [
        ({}, "/child", "required", "Thiếu “Người được khai sinh”."),
        ({"child": {"name": "An"}}, "/child/born_on", "required", "Thiếu “Ngày sinh”."),
        ({"child": {"name": "An", "born_on": "30/02/2026"}}, "/child/born_on", "format", "“Ngày"),
        (
            {"child": {"name": "9!bí mật", "born_on": "2026-02-27"}},
            "/child/name",
            "pattern",
            "“Họ,",
        ),
        (FORM | {"copies": 10}, "/copies", "maximum", "“Số bản sao” không được quá 9."),
        (FORM | {"copies": "hai"}, "/copies", "type", "“Số bản sao” không đúng kiểu"),
        (FORM | {"witnesses": ["A", 7]}, "/witnesses/1", "type", ""),
        (FORM | {"lạ": 1}, "/lạ", "unexpected", "“lạ” không có trong biểu mẫu."),
        (
            {"child": {"name": "An", "born_on": "2026-02-27", "a/b~c": "dài quá"}},
            "/child/a~1b~0c",
            "maxLength",
            "“Ghi chú” không được quá 3 ký tự.",
        ),
    ],
)
async def test_what_is_wrong_is_pointed_at_in_vietnamese_and_not_repeated(
    with_form: Office, form: Any, pointer: str, code: str, detail: str
) -> None:
    filing = a_filing(channel="online_full", form=form)

    answer = await with_form.http.post("/v1/dossiers", json=filing)

    assert (answer.status_code, answer.json()["code"]) == (422, "form_invalid")
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (f"/body/form{pointer}", code)
    assert error["detail"].startswith(detail)
    assert "bí mật" not in answer.text
    assert await with_form.rows("select from dossier") == []


@pytest.mark.parametrize("channel", ["online_full", "online_partial", "kiosk"])
async def test_who_fills_in_electronically_must_give_the_form(
    with_form: Office, channel: str
) -> None:
    answer = await with_form.http.post("/v1/dossiers", json=a_filing(channel=channel))

    assert (answer.status_code, answer.json()["code"]) == (422, "form_missing")
    assert answer.json()["errors"][0]["pointer"] == "/body/form"


@pytest.mark.parametrize("channel", ["counter", "postal", "home", "post_office"])
async def test_paper_needs_no_form_but_a_wrong_one_is_refused(
    with_form: Office, channel: str
) -> None:
    dossier = await with_form.file(channel=channel)
    wrong = await with_form.http.post("/v1/dossiers", json=a_filing(channel=channel, form={}))

    assert wrong.json()["code"] == "form_invalid"
    answer = await with_form.get(f"/v1/dossiers/{dossier['code']}/form-data")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_form")


@pytest.mark.parametrize("form", [{"a": 1}, {}])
async def test_a_procedure_without_a_schema_takes_no_form(office: Office, form: Any) -> None:
    answer = await office.http.post("/v1/dossiers", json=a_filing(form=form))

    assert (answer.status_code, answer.json()["code"]) == (422, "form_not_expected")


@pytest.mark.parametrize(
    "form", ["[1]", '{"copies": 1e999}', f'{{"copies": {10**30}}}', f'{{"x": "{"a" * 66_000}"}}']
)
async def test_a_form_that_cannot_be_kept_is_malformed(with_form: Office, form: str) -> None:
    body = a_filing(channel="online_full", form="FORM")
    text = str(body).replace("'", '"').replace('"FORM"', form)

    answer = await with_form.http.post(
        "/v1/dossiers", content=text, headers={"content-type": "application/json"}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_the_schema_of_the_version_in_force_on_the_day_counts(with_form: Office) -> None:
    changed = {"type": "object", "required": ["mother"]}
    ended = a_procedure(form_schema=SCHEMA, valid_to="2026-03-02")
    second = a_procedure(version=2, form_schema=changed, valid_from="2026-03-03")
    await tell(with_form.database_url, [ended, second])

    first = await with_form.file(channel="online_full", form=FORM)
    with_form.clock(at("2026-03-03 08:00"))
    refused = await with_form.http.post(
        "/v1/dossiers", json=a_filing(channel="online_full", form=FORM)
    )
    taken = await with_form.file(channel="online_full", form={"mother": "Trần Thị Mẹ"})

    assert [first["version"], taken["version"]] == [1, 2]
    assert refused.json()["errors"][0]["pointer"] == "/body/form/mother"
