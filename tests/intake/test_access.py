"""Who sees what: scopes, citizens, masks, and what stands in the tables."""

from typing import Any

import pytest

from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import (
    BIRTH_PAPER,
    COMMUNE,
    DEPARTMENT,
    IDENTITY,
    OTHER_COMMUNE,
    a_filing,
)

PERSON = {
    "name": "Nguyễn Văn Thử",
    "identity_number": IDENTITY,
    "phone": "0901234567",
    "email": "thu@example.vn",
    "address": "12 đường Lê Lợi",
}
WRITES = {
    "acceptance": {},
    "intake-refusal": {"ground": "x"},
    "supplement-requests": {"components": [{"id": BIRTH_PAPER, "reason": "x"}]},
    "supplements": {},
    "steps": {"name": "a", "unit": "b", "officer": "c"},
    "payment-demand": {"amount": 1, "reason": "x"},
    "payments": {"amount": 1, "means": "cash"},
    "resolution": {"outcome": "approved"},
    "return": {},
    "withdrawal": {},
    "stop": {"ground": "x"},
    "resumption": {},
    "recall": {"ground": "x"},
}


async def _as(
    start_office: StartOffice, office: Office, token: Token, *roles: str, **who: Any
) -> Office:
    return await start_office(bearer=token(*roles, **who), database_url=office.database_url)


@pytest.mark.parametrize("roles", [("counter", "specialist", "leader"), ("portal", "postal")])
async def test_a_foreign_officer_finds_the_dossier_nowhere(
    office: Office, start_office: StartOffice, token: Token, roles: tuple[str, ...]
) -> None:
    dossier = await office.file()
    foreign = await _as(start_office, office, token, *roles, agencies=[OTHER_COMMUNE, "H20.10"])

    for reference in (dossier["code"], dossier["id"]):
        for path in ("", "/history"):
            answer = await foreign.get(f"/v1/dossiers/{reference}{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "dossier_unknown")
    for query in (
        {},
        {"agency": COMMUNE},
        {"agency": "H20"},
        {"name": "nguyễn văn thử"},
        {"identity_number": IDENTITY},
        {"code": dossier["code"]},
        {"status": 1},
        {"procedure": dossier["procedure"]},
        {"channel": "counter"},
    ):
        answer = await foreign.find(**query)
        assert (answer.status_code, answer.json()["items"]) == (200, []), query


@pytest.mark.parametrize(("action", "body"), WRITES.items())
async def test_a_foreign_officer_can_do_nothing_with_it(
    office: Office,
    start_office: StartOffice,
    token: Token,
    action: str,
    body: dict[str, Any],
) -> None:
    dossier = await office.file()
    foreign = await _as(
        start_office,
        office,
        token,
        *("counter", "specialist", "leader", "portal"),
        agencies=[OTHER_COMMUNE],
    )

    assert (await foreign.ask(dossier, action, body)).status_code == 404


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        ("citizen", {"supplements", "withdrawal"}),
        ("portal", {"steps", "supplements", "withdrawal", "payments"}),
        ("postal", {"steps", "supplements", "withdrawal", "payments", "return"}),
        ("counter", set(WRITES) - {"stop", "resumption", "recall"}),
        (
            "specialist",
            {
                "supplement-requests",
                "steps",
                "payment-demand",
                "resolution",
                "stop",
                "resumption",
            },
        ),
        ("leader", set(WRITES) - {"supplements", "payments", "return", "withdrawal"}),
        ("reporter", set[str]()),
        ("catalogue", set[str]()),
    ],
)
async def test_each_role_does_its_own_work_only(
    office: Office, start_office: StartOffice, token: Token, role: str, actions: set[str]
) -> None:
    dossier = await office.file()
    officer = await _as(start_office, office, token, role, subject="nobody")
    absent = dossier | {"code": "H20.100-990101-0001"}

    answers = {action: await officer.ask(absent, action, body) for action, body in WRITES.items()}

    let_in = {action for action, answer in answers.items() if answer.status_code != 403}
    assert let_in == actions
    assert {answers[action].status_code for action in actions} <= {404}


async def test_both_agencies_of_a_boundary_free_dossier_see_it(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    dossier = await office.file(competent_agency=DEPARTMENT)

    for agency in (COMMUNE, DEPARTMENT, "H20"):
        officer = await _as(start_office, office, token, "counter", agencies=[agency])
        assert (await officer.get(f"/v1/dossiers/{dossier['id']}")).status_code == 200
        listed = (await officer.find()).json()["items"]
        assert [found["id"] for found in listed] == [dossier["id"]]


async def test_citizens_see_their_own_dossiers_and_no_others(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    mine = await office.file()
    others = await office.file(applicant={"name": "Khác", "identity_number": "087200009999"})
    person = await _as(start_office, office, token, "citizen", agencies=[], subject=IDENTITY)

    listed = (await person.find()).json()["items"]

    assert [found["id"] for found in listed] == [mine["id"]]
    assert (await person.get(f"/v1/dossiers/{mine['code']}")).status_code == 200
    assert (await person.get(f"/v1/dossiers/{others['code']}")).status_code == 404
    assert (await person.get(f"/v1/dossiers/{others['code']}/history")).status_code == 404
    assert (await person.find(name="khác")).json()["items"] == []
    assert (await person.ask(others, "withdrawal")).status_code == 404


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"channel": "online_full"}, None),
        ({"channel": "counter"}, "channel_not_yours"),
        (
            {
                "channel": "online_full",
                "applicant": {"name": "B", "identity_number": "087200009999"},
            },
            "not_your_dossier",
        ),
        ({"channel": "online_full", "applicant": {"name": "B"}}, "not_your_dossier"),
        ({"channel": "online_full", "national_code": "G22-260302-000001"}, "channel_not_yours"),
    ],
)
async def test_citizens_file_online_and_in_their_own_name(
    office: Office,
    start_office: StartOffice,
    token: Token,
    changed: dict[str, Any],
    code: str | None,
) -> None:
    person = await _as(start_office, office, token, "citizen", agencies=[], subject=IDENTITY)

    answer = await person.http.post("/v1/dossiers", json=a_filing(**changed))

    assert (
        (answer.status_code, answer.json()["code"]) == (403, code)
        if code
        else (answer.status_code == 201)
    )


async def test_nobody_files_outside_their_scope(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    officer = await _as(start_office, office, token, "counter", agencies=[OTHER_COMMUNE])
    reporter = await _as(start_office, office, token, "reporter")

    outside = await officer.http.post("/v1/dossiers", json=a_filing())
    wrong_role = await reporter.http.post("/v1/dossiers", json=a_filing())

    assert (outside.status_code, outside.json()["code"]) == (403, "agency_out_of_scope")
    assert (wrong_role.status_code, wrong_role.json()["code"]) == (403, "role_missing")


async def test_without_a_token_nothing_is_told(start_office: StartOffice) -> None:
    stranger = await start_office(bearer="")

    for path in ("/v1/dossiers", "/v1/dossiers/H20.100-260302-0001"):
        assert (await stranger.get(path)).status_code == 401
    assert (await stranger.http.post("/v1/dossiers", json=a_filing())).status_code == 401


async def test_peoples_numbers_are_masked(office: Office) -> None:
    dossier = await office.file(applicant=PERSON)

    shown = (await office.get(f"/v1/dossiers/{dossier['id']}")).json()["applicant"]

    assert shown == {
        "name": "Nguyễn Văn Thử",
        "kind": "citizen",
        "identity_number": "087*****1234",
        "phone": "09******67",
        "email": "t***@example.vn",
        "address": "***",
    }


async def test_officers_who_need_it_see_clear_numbers_and_are_logged(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    dossier = await office.file(applicant=PERSON)
    path = f"/v1/dossiers/{dossier['code']}"
    officer = await _as(
        start_office, office, token, "counter", agencies=[COMMUNE], subject="chi-hoa"
    )
    portal = await _as(start_office, office, token, "portal", agencies=["H20"])

    clear = await officer.get(path, unmask="true")
    refused = await portal.get(path, unmask="true")

    assert clear.json()["applicant"] == PERSON | {"kind": "citizen"}
    assert clear.headers["cache-control"] == "no-store"
    assert (refused.status_code, refused.json()["code"]) == (403, "unmask_refused")
    (row,) = await office.rows("select dossier_id, actor from unmasking")
    assert (str(row["dossier_id"]), row["actor"]) == (dossier["id"], "chi-hoa")


async def test_no_table_and_no_event_holds_a_persons_number(office: Office) -> None:
    dossier = await office.accepted(applicant=PERSON, submitter=PERSON)
    secrets = [value for name, value in PERSON.items() if name != "name"]
    tables = await office.rows(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    )

    dump = ""
    for table in tables:
        for row in await office.rows(f'select t::text as line from "{table["relname"]}" t'):
            dump += row["line"]
    # A bytea is printed in hex.
    hidden = [secret.encode().hex() for secret in secrets]

    assert dossier["code"] in dump
    assert not [secret for secret in (*secrets, *hidden) if secret in dump]
    assert "Thử" not in str(await office.told())
