"""What the gateway answers itself: the way in, health, measures and one documentation."""

import asyncio
import re

import httpx
import pytest
from fastapi import FastAPI
from openapi_spec_validator import validate
from pydantic import BaseModel, create_model

from deploy.cli.registry import ROOT
from gateway.openapi import merge
from gateway.routes import Service
from shared import errors
from shared.identity import Caller
from tests.gateway.conftest import Gateway
from tests.gateway.upstreams import Echo


def documented(service: str, shape: type[BaseModel]) -> FastAPI:
    """A service with one route, as the real ones are built."""
    app = FastAPI(title=service, responses=errors.PROBLEM_RESPONSES)

    @app.get(f"/v1/{service}", tags=[service], operation_id="list_items", response_model=shape)
    async def items(principal: Caller) -> None:
        return None

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


Thing = create_model("Thing", code=(str, ...))
OtherThing = create_model("Thing", number=(int, ...))


async def test_merges_the_services_documents_into_one_valid_document(gateway: Gateway) -> None:
    door = await gateway(
        intake=documented("intake", Thing),
        procedures=documented("procedures", OtherThing),
        sla=documented("sla", Thing),
        survey=documented("survey", Thing),
    )

    document = (await door.get("/openapi.json")).json()

    validate(document)
    of_services = {"/v1/intake", "/v1/procedures", "/v1/sla", "/v1/survey"}
    own = set(document["paths"]) - of_services
    assert of_services <= set(document["paths"])
    assert {"/v1/events", "/v1/webhooks"} <= own
    assert {path.split("/")[2] for path in own} == {"events", "webhooks"}
    schemas = document["components"]["schemas"]
    assert schemas["Thing"]["properties"].keys() == {"code"}
    assert schemas["ProceduresThing"]["properties"].keys() == {"number"}
    shown = document["paths"]["/v1/procedures"]["get"]["responses"]["200"]
    reference = shown["content"]["application/json"]["schema"]["$ref"]
    assert reference == "#/components/schemas/ProceduresThing"
    assert document["components"]["securitySchemes"].keys() == {"HTTPBearer"}
    identities = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
    ]
    assert len(identities) == len(set(identities))
    assert "x-missing-services" not in document["info"]


async def test_a_missing_service_is_named_in_the_document(gateway: Gateway) -> None:
    door = await gateway(intake=documented("intake", Thing))

    document = (await door.get("/openapi.json")).json()

    validate(document)
    assert document["info"]["x-missing-services"] == ["procedures", "sla", "survey"]


def test_merging_nothing_is_still_a_valid_document() -> None:
    validate(merge(dict.fromkeys(Service)))


@pytest.mark.parametrize(("viewer", "files"), [("/docs", 3), ("/redoc", 2)])
async def test_a_documentation_page_loads_nothing_from_outside(
    gateway: Gateway, viewer: str, files: int
) -> None:
    door = await gateway()

    page = await door.get(viewer)
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)

    assert page.status_code == 200
    assert "//" not in page.text.replace("<!doctype html>", "")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert len(loaded) == files
    for path in loaded:
        file = await door.get(path)
        assert file.status_code == 200
        assert file.headers["content-type"].startswith(("text/javascript", "text/css"))
        assert "cdn." not in file.text
    assert (await door.get(f"{viewer}/other.js")).status_code == 404


async def test_the_document_of_the_events_is_served_as_it_is_kept(gateway: Gateway) -> None:
    door = await gateway()

    served = await door.get("/asyncapi.json")

    assert served.headers["content-type"] == "application/json"
    assert served.content == (ROOT / "docs" / "asyncapi.json").read_bytes()


async def test_readiness_names_the_service_that_is_away(gateway: Gateway) -> None:
    door = await gateway(intake=Echo(), procedures=Echo(), sla=Echo(status=503))

    ready = await door.get("/health/ready")

    assert ready.status_code == 503
    assert ready.json()["services"] == {
        "intake": "ready",
        "procedures": "ready",
        "sla": "not_ready",
        "survey": "unreachable",
    }
    assert (await door.get("/health/live")).status_code == 200


async def test_is_ready_when_all_services_are(gateway: Gateway) -> None:
    door = await gateway(intake=Echo(), procedures=Echo(), sla=Echo(), survey=Echo())

    assert (await door.get("/health/ready")).json()["status"] == "ready"


async def test_shows_the_way_in_and_its_measures(gateway: Gateway) -> None:
    door: httpx.AsyncClient = await gateway(procedures=Echo())
    await door.get("/v1/procedures")

    start = await door.get("/")
    metrics = await door.get("/metrics")

    assert start.json()["docs"] == "/docs"
    counted = 'seconds_count{route="/v1/procedures",service="procedures",status="200"}'
    assert f"motcua_gateway_request_{counted}" in metrics.text


async def test_whoever_asks_for_readiness_in_a_flood_asks_the_services_once(
    gateway: Gateway,
) -> None:
    echo = Echo()
    door = await gateway(intake=echo, procedures=echo, sla=echo, survey=echo)

    answers = await asyncio.gather(*(door.get("/health/ready") for _ in range(40)))

    assert {answer.status_code for answer in answers} == {200}
    assert echo.requests <= 2 * len(Service)


async def test_no_answer_sends_anybody_to_an_inner_address(gateway: Gateway) -> None:
    door = await gateway()

    assert (await door.get("/docs/")).status_code == 404
