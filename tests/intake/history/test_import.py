import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import orjson
import pytest

from services.intake import consumers
from shared.delivery import Handler
from shared.events import (
    AgencyChanged,
    AgencyLevel,
    CalendarPublished,
    DossierImported,
    Event,
    LimitUnit,
    Method,
    ProcedurePublished,
    PublishedCase,
    PublishedComponent,
    PublishedLimit,
    PublishedMethod,
    decode,
    seal,
)
from tests.conftest import Client, ServiceClient, Token

NOW = datetime(2020, 6, 1, 2, tzinfo=UTC)
CALENDAR = json.loads(Path("services/procedures/seeds/calendar.json").read_text())
PROCEDURE = ProcedurePublished(
    code="1.004222",
    version=1,
    name="Đăng ký thường trú",
    field="Đăng ký, quản lý cư trú",
    levels=(AgencyLevel.COMMUNE,),
    valid_from=date(2019, 1, 1),
    valid_to=None,
    internal=False,
    same_day=False,
    cases=(
        PublishedCase(
            id="c01",
            name="Trường hợp chung",
            components=(
                PublishedComponent(id="p1", name="Tờ khai", originals=1, copies=0, is_note=False),
            ),
        ),
    ),
    methods=(
        PublishedMethod(
            id="m1",
            case=None,
            method=Method.DIRECT,
            limit=PublishedLimit(value=Decimal(5), unit=LimitUnit.WORKING_DAY),
            fee=None,
        ),
    ),
)
AGENCY = AgencyChanged(
    code="H20.40.01",
    name="TT Thanh Bình",
    level=AgencyLevel.COMMUNE,
    kind="people_committee",
    parent="H20.40",
    calendar=CALENDAR["code"],
    valid_from=date(2019, 1, 1),
    valid_to=date(2025, 6, 30),
)


def line(**changed: Any) -> dict[str, Any]:
    return {
        "code": "H20.40.01-190304-0001",
        "procedure": PROCEDURE.code,
        "agency": AGENCY.code,
        "channel": "counter",
        "applicant": {"name": "Nguyễn Văn Thử", "identity_number": "000187001234"},
        "filed_at": "2019-03-04T08:00:00+07:00",
        "life": [
            {"action": "accept", "at": "2019-03-04T08:05:00+07:00"},
            {"action": "complete_step", "at": "2019-03-05T08:05:00+07:00", "unit": "Công an"},
            {"action": "resolve", "at": "2019-03-08T15:00:00+07:00"},
            {"action": "return_result", "at": "2019-03-11T08:00:00+07:00"},
        ],
    } | changed


@pytest.fixture
async def intake(service_client: ServiceClient) -> Client:
    client = await service_client("intake", at=NOW)
    connection = await asyncpg.connect(client.database_url)
    calendar = CalendarPublished(
        code=CALENDAR["code"], version=CALENDAR["version"], definition=CALENDAR
    )
    for event in (AGENCY, PROCEDURE, calendar):
        await _apply(connection, event)
    await connection.close()
    return client


async def _apply(connection: asyncpg.Connection, event: Event) -> None:
    handler: Handler = consumers.HANDLERS[type(event)]
    await handler(
        connection, [seal(event, source="procedures", aggregate_id="x", sequence=1, agency="VN")]
    )


async def send(client: Client, *lines: object, batch: str = "b1") -> dict[str, Any]:
    body = b"\n".join(x if isinstance(x, bytes) else orjson.dumps(x) for x in lines)
    answer = await client.http.post("/v1/imports/dossiers", params={"batch": batch}, content=body)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


@pytest.fixture
async def database(intake: Client) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(intake.database_url)
    yield connection
    await connection.close()


async def test_a_life_is_imported_with_its_times_and_a_computed_due_date(
    intake: Client, database: asyncpg.Connection
) -> None:
    report = await send(intake, line())

    assert (report["lines"], report["imported"], report["refused"]) == (1, 1, 0)
    shown = (await intake.http.get("/v1/dossiers/H20.40.01-190304-0001")).json()
    assert shown["status"]["code"] == 10
    row = await database.fetchrow("select due_at, resolved_at, sequence from dossier")
    assert row is not None
    assert row["due_at"] == datetime(2019, 3, 11, 1, 5, tzinfo=UTC)
    assert row["resolved_at"] == datetime(2019, 3, 8, 8, tzinfo=UTC)
    assert row["sequence"] == 1


async def test_a_life_travels_as_one_event_that_unfolds_into_its_facts(
    intake: Client, database: asyncpg.Connection
) -> None:
    await send(intake, line())

    (body,) = [row["body"] for row in await database.fetch("select body from outbox")]
    envelope = decode(body)
    assert isinstance(envelope.data, DossierImported)
    assert [fact.type for fact in envelope.data.events()] == [
        "dossier.accepted.v1",
        "dossier.step_completed.v1",
        "dossier.resolved.v1",
        "dossier.returned.v1",
    ]
    assert b"000187001234" not in body
    assert "Nguyễn".encode() not in body


async def test_sending_again_changes_nothing(intake: Client, database: asyncpg.Connection) -> None:
    await send(intake, line())

    again = await send(intake, line(), line(code="H20.40.01-190304-0002"))

    assert (again["already_there"], again["imported"]) == (1, 1)
    assert await database.fetchval("select count(*) from outbox") == 2


async def test_bad_lines_are_reported_one_by_one_and_never_stop_the_rest(intake: Client) -> None:
    accept = {"action": "accept", "at": "2019-03-04T08:05:00+07:00"}
    report = await send(
        intake,
        b"{not json",
        line(code="H20.40.01-190304-0002", procedure="1.999999"),
        line(code="H20.40.01-190304-0003", agency="H20.40.99"),
        line(code="H20.40.01-190304-0004", life=[{"action": "resolve", "at": accept["at"]}]),
        line(code="H20.40.01-190304-0005", filed_at="2019-03-05T08:00:00+07:00"),
        line(code="H20.40.01-190304-0006", filed_at="2030-03-04T08:00:00+07:00", life=[]),
        line(code="H20.40.01-190304-0007", channel="postal"),
        b"",
        line(code="H20.40.01-190304-0008"),
        line(code="H20.40.01-190304-0008"),
    )

    assert (report["lines"], report["imported"], report["refused"]) == (9, 1, 8)
    assert {refusal["line"]: refusal["code"] for refusal in report["refusals"]} == {
        1: "malformed",
        2: "procedure_unknown",
        3: "agency_unknown",
        4: "illegal_action",
        5: "times_backwards",
        6: "time_in_future",
        7: "channel_not_offered",
        10: "code_repeated",
    }


async def test_another_dossier_under_a_taken_code_is_refused(intake: Client) -> None:
    await send(intake, line())

    report = await send(intake, line(filed_at="2019-03-04T07:30:00+07:00"))

    assert [refusal["code"] for refusal in report["refusals"]] == ["code_taken"]


async def test_codes_given_here_go_on_behind_imported_ones(intake: Client) -> None:
    today = {"code": "H20.40.01-200601-0007", "filed_at": "2020-06-01T08:00:00+07:00", "life": []}
    await send(intake, line(**today))

    filed = await intake.http.post(
        "/v1/dossiers",
        json={
            "procedure": PROCEDURE.code,
            "agency": AGENCY.code,
            "channel": "counter",
            "applicant": {"name": "Trần Thị Thử"},
        },
    )

    assert filed.json()["code"] == "H20.40.01-200601-0008"


async def test_an_imported_open_dossier_goes_on_like_any_other(intake: Client) -> None:
    await send(intake, line(life=line()["life"][:2]))

    resolved = await intake.http.post(
        "/v1/dossiers/H20.40.01-190304-0001/resolution", json={"outcome": "approved"}
    )

    assert resolved.status_code == 200, resolved.text
    history = (await intake.http.get("/v1/dossiers/H20.40.01-190304-0001/history")).json()
    assert [entry["action"] for entry in history["items"]] == [
        "file",
        "accept",
        "complete_step",
        "resolve",
    ]


async def test_a_supplement_restarts_the_imported_limit_as_the_law_says(
    intake: Client, database: asyncpg.Connection
) -> None:
    life = [
        {"action": "accept", "at": "2019-03-04T08:00:00+07:00"},
        {
            "action": "request_supplement",
            "at": "2019-03-05T10:00:00+07:00",
            "components": ["p1"],
        },
        {"action": "provide_supplement", "at": "2019-03-11T14:00:00+07:00"},
    ]

    await send(intake, line(life=life))

    due_at = await database.fetchval("select due_at from dossier")
    assert due_at == datetime(2019, 3, 18, 7, tzinfo=UTC)


async def test_agencies_out_of_scope_are_refused(
    service_client: ServiceClient, intake: Client, token: Token
) -> None:
    foreign = token("operator", agencies=["H20.41"])
    headers = {"Authorization": f"Bearer {foreign}"}

    answer = await intake.http.post(
        "/v1/imports/dossiers", content=orjson.dumps(line()), headers=headers
    )

    assert [refusal["code"] for refusal in answer.json()["refusals"]] == ["agency_foreign"]


async def test_only_operators_import(intake: Client, token: Token) -> None:
    headers = {"Authorization": f"Bearer {token('counter')}"}

    answer: httpx.Response = await intake.http.post(
        "/v1/imports/dossiers", content=b"", headers=headers
    )

    assert answer.status_code == 403


async def test_lines_are_cut_across_parts_and_chunks(intake: Client) -> None:
    many = [line(code=f"H20.40.01-190304-{number:04d}", life=[]) for number in range(1, 2501)]
    body = b"\n".join(map(orjson.dumps, many))

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    answer = await intake.http.post("/v1/imports/dossiers", content=parts())

    assert answer.json()["imported"] == 2500
