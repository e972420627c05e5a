"""What will leave the API is told by its answers and by the document, six months before."""

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from openapi_spec_validator import validate

from gateway import deprecations
from gateway.deprecations import NOTICE_DAYS_MIN, Deprecation, Deprecations
from shared import errors
from tests.gateway.conftest import Gateway

SINCE, SUNSET = date(2026, 3, 2), date(2026, 10, 1)
STEPS = Deprecation("GET", "/v1/dossiers/{dossier}/steps", SINCE, SUNSET, "/redoc#get_dossier")
FILING = Deprecation("POST", "/v1/dossiers", SINCE, SUNSET, "/redoc#file_dossiers")


def intake() -> FastAPI:
    app = FastAPI(title="intake", responses=errors.PROBLEM_RESPONSES)
    errors.install(app)

    @app.get("/v1/dossiers/{dossier}/steps", operation_id="get_dossier_steps")
    async def steps(dossier: str) -> dict[str, str]:
        """The steps done."""
        return {"dossier": dossier}

    @app.get("/v1/dossiers/{dossier}", operation_id="get_dossier")
    async def one(dossier: str) -> dict[str, str]:
        if dossier == "absent":
            raise errors.NotFound("Không có hồ sơ này.")
        return {"dossier": dossier}

    @app.post("/v1/dossiers", operation_id="file_dossier")
    async def file() -> dict[str, str]:
        raise errors.Conflict("Chưa nộp được.")

    return app


@pytest.fixture
async def door(
    gateway: Gateway, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> httpx.AsyncClient:
    """A gateway of an API two operations of which will leave."""
    monkeypatch.setattr(deprecations, "DEPRECATED", (STEPS, FILING))
    client: httpx.AsyncClient = await gateway(intake=intake())
    client.headers.update(bearer)
    return client


async def test_an_answer_says_since_when_until_when_and_where_to_read_on(
    door: httpx.AsyncClient,
) -> None:
    answer = await door.get("/v1/dossiers/H20.30-260302-0001/steps")

    assert answer.status_code == 200
    since = datetime.fromtimestamp(int(answer.headers["deprecation"].removeprefix("@")), UTC)
    assert since.isoformat() == "2026-03-01T17:00:00+00:00"
    assert answer.headers["sunset"] == "Wed, 30 Sep 2026 17:00:00 GMT"
    assert parsedate_to_datetime(answer.headers["sunset"]) > since
    assert answer.headers["link"] == '</redoc#get_dossier>; rel="deprecation"; type="text/html"'


async def test_a_refusal_and_a_head_say_it_too(door: httpx.AsyncClient) -> None:
    refused = await door.post("/v1/dossiers")
    head = await door.head("/v1/dossiers/x/steps")

    assert refused.status_code == 409
    assert "deprecation" in refused.headers
    assert "deprecation" in head.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/dossiers/x"),
        ("GET", "/v1/dossiers/absent"),
        ("GET", "/v1/dossiers"),
        ("POST", "/v1/dossiers/x/steps"),
        ("GET", "/v1/dossiers/x/y/steps"),
        ("GET", "/v1/dossiers/x/steps/1"),
        ("GET", "/v1/dossiers/x:y/steps"),
        ("GET", "/openapi.json"),
        ("GET", "/"),
    ],
)
async def test_what_stays_says_nothing(door: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await door.request(method, path)

    assert {"deprecation", "sunset", "link"}.isdisjoint(answer.headers)


async def test_the_document_marks_what_will_leave_and_nothing_else(
    door: httpx.AsyncClient,
) -> None:
    document = (await door.get("/openapi.json")).json()

    validate(document)
    marked = {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
        if operation.get("deprecated")
    }
    assert marked.keys() == {"get_dossier_steps", "file_dossier"}
    steps = marked["get_dossier_steps"]
    assert "02/03/2026" in steps["description"]
    assert steps["description"].endswith("The steps done.")
    assert {"Deprecation", "Sunset"} <= steps["responses"]["200"]["headers"].keys()
    assert {"Deprecation", "Sunset"} <= document["components"]["headers"].keys()


async def test_nothing_of_it_is_left_where_nothing_will_leave(
    gateway: Gateway, bearer: dict[str, str]
) -> None:
    door = await gateway(intake=intake())

    answer = await door.get("/v1/dossiers/x/steps", headers=bearer)
    document = (await door.get("/openapi.json")).json()

    assert answer.status_code == 200
    assert "deprecation" not in answer.headers
    assert "Deprecation" not in document["components"]["headers"]


def test_nobody_gets_less_than_six_months() -> None:
    with pytest.raises(ValueError, match="less than six months"):
        Deprecation("GET", "/v1/x", SINCE, SINCE + timedelta(days=NOTICE_DAYS_MIN - 1), "/redoc")

    Deprecation("GET", "/v1/x", SINCE, SINCE + timedelta(days=NOTICE_DAYS_MIN), "/redoc")


def test_a_row_for_no_operation_or_for_anothers_address_is_found() -> None:
    operation: dict[str, Any] = {"get": {"operationId": "x"}}
    document = {"paths": {"/v1/dossiers/{code}": operation, "/v1/dossiers/inbox": operation}}
    rows = [
        Deprecation("GET", "/v1/dossiers/{code}", SINCE, SUNSET, "/redoc"),
        Deprecation("GET", "/v1/dossiers/inbox", SINCE, SUNSET, "/redoc"),
        Deprecation("POST", "/v1/dossiers/inbox", SINCE, SUNSET, "/redoc"),
    ]

    assert Deprecations(rows).unfounded(document) == [
        "GET /v1/dossiers/{code} hits /v1/dossiers/inbox",
        "POST /v1/dossiers/inbox is no operation",
    ]
