"""One request is followed through everything it causes, and everything around it comes at once."""

import json
import re
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import orjson
import pytest

from deploy.door import Door
from deploy.local.environment import SERVICES
from deploy.local.testing import RunningSystem
from shared.delivery import broker
from shared.identity import Role
from tests.waiting import until

Doors = Callable[..., Awaitable[Door]]
AGENCY = "H20.104"
FILING: dict[str, Any] = {
    "procedure": "2.000908",
    "agency": AGENCY,
    "channel": "counter",
    "applicant": {"name": "Nguyễn Văn Theo", "identity_number": "000187001235"},
}
CALLER = "b7ad6b7169203331"


async def accepted(counter: Door, **headers: str) -> dict[str, Any]:
    """File and accept a dossier; the acceptance bears the headers."""
    dossier: dict[str, Any] = await counter.post("/v1/dossiers", FILING)
    answer = await counter.http.post(
        f"/v1/dossiers/{dossier['code']}/acceptance",
        json={},
        headers={"Idempotency-Key": uuid.uuid4().hex, **headers},
    )
    assert answer.is_success, answer.text
    await counter.until(f"/v1/clocks/{dossier['code']}", lambda clock: bool(clock["due_at"]))
    return dossier


async def test_one_request_is_found_in_every_log_and_in_the_event(
    doors: Doors, at_the_door: RunningSystem
) -> None:
    request_id, trace_id = str(uuid.uuid4()), uuid.uuid4().hex
    context = f"00-{trace_id}-{CALLER}-00"
    counter = await doors(Role.COUNTER, agencies=[AGENCY])

    dossier = await accepted(counter, **{"X-Request-Id": request_id, "Traceparent": context})

    logs = Path(at_the_door.settings["MOTCUA_DATA_DIR"]) / "log"

    def told_by(process: str, event: str) -> bool:
        return any(
            line["event"] == event and line.get("request_id") == request_id
            for line in lines_of(logs, process, trace_id)
        )

    for process, event in (
        ("gateway", "answered"),
        ("intake", "answered"),
        ("sla-worker", "event applied"),
    ):
        await until(
            lambda process=process, event=event: told_by(process, event),  # type: ignore[misc] # a loop's own
            seconds=20,
            what=f"{process} logs it",
        )
    fact = await told(at_the_door, dossier["id"], "dossier.accepted.v1")
    assert (fact["traceparent"], fact["requestid"]) == (context, request_id)


async def test_everything_around_a_dossier_comes_in_one_documented_answer(
    doors: Doors, at_the_door: RunningSystem
) -> None:
    counter = await doors(Role.COUNTER, agencies=[AGENCY])
    path = f"/v1/dossiers/{(await accepted(counter))['code']}"

    answer = await counter.http.get(path, params={"view": "full"})
    full = answer.json()

    assert full["missing"] == []
    assert full["parts"]["clock"]["due_at"] == full["due_at"]
    assert full["parts"]["procedure"]["record"]["name"]
    assert full["parts"]["alarms"]["ahead"]
    assert full["parts"]["steps"]["code"] == full["code"]
    assert (await counter.http.get(full["links"]["explanation"])).is_success
    document = await counter.until(
        "/openapi.json", lambda document: "x-missing-services" not in document["info"]
    )
    schema = {"$ref": "#/components/schemas/FullDossier", "components": document["components"]}
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(full)] == []

    # Its name begins with the dossier's version: one can decide on what one saw.
    decided = await counter.http.post(
        f"{path}/supplement-requests",
        json={"components": [{"id": "no-such", "reason": "Thiếu."}]},
        headers={"If-Match": answer.headers["etag"], "Idempotency-Key": uuid.uuid4().hex},
    )
    assert decided.status_code == 422


async def test_nobody_sees_more_in_one_answer_than_in_several(doors: Doors) -> None:
    counter = await doors(Role.COUNTER, agencies=[AGENCY])
    path = f"/v1/dossiers/{(await accepted(counter))['code']}"
    foreign = await doors(Role.LEADER, agencies=["H20.150"])
    owner = await doors(Role.CITIZEN, agencies=[], subject=FILING["applicant"]["identity_number"])

    refused = await foreign.http.get(path, params={"view": "full"})
    shown = await owner.get(path, view="full")

    assert (refused.status_code, refused.json()["code"]) == (404, "dossier_unknown")
    assert shown["parts"]["procedure"]["code"] == FILING["procedure"]
    # Officers' clocks, alarms and survey links are not a citizen's to see.
    assert [shown["parts"][part] for part in ("clock", "alarms", "invitations")] == [None] * 3
    assert shown["missing"] == []


async def test_a_stopped_sla_is_named_as_missing_and_costs_the_others_nothing(
    doors: Doors, at_the_door: RunningSystem
) -> None:
    counter = await doors(Role.COUNTER, agencies=[AGENCY])
    path = f"/v1/dossiers/{(await accepted(counter))['code']}"
    whole = await counter.http.get(path, params={"view": "full"})
    await at_the_door.stop("sla")
    try:
        full = (await counter.http.get(path, params={"view": "full"})).json()
        alone = await counter.http.get(path)
    finally:
        await at_the_door.start("sla")

    assert full["missing"] == [
        {"part": "clock", "service": "sla", "code": "unavailable"},
        {"part": "alarms", "service": "sla", "code": "unavailable"},
    ]
    assert full["parts"]["procedure"] == whole.json()["parts"]["procedure"]
    assert alone.is_success


@pytest.mark.parametrize("measured", ["web", "worker"])
async def test_every_process_tells_its_measures(at_the_door: RunningSystem, measured: str) -> None:
    expected = {
        "web": {"motcua_http_request_seconds_count"},
        "worker": {
            *("motcua_outbox_rows", "motcua_outbox_age_seconds", "motcua_consumer_lag_events"),
            *("motcua_consumer_lag_seconds", "motcua_parked_events", "motcua_parked_age_seconds"),
        },
    }[measured]
    ending = "" if measured == "web" else "_WORKER"
    for service in SERVICES:
        port = at_the_door.settings[f"{service.upper()}{ending}_PORT"]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            await http.get("/v1/nowhere")
            assert expected <= names(await http.get("/metrics")), service


async def test_the_gateways_worker_tells_how_webhooks_stand(at_the_door: RunningSystem) -> None:
    port = at_the_door.settings["GATEWAY_WORKER_PORT"]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        assert (await http.get("/health/ready")).is_success
        answer = await http.get("/metrics")

    assert {
        *("motcua_webhook_attempts_total", "motcua_webhook_subscriptions"),
        *("motcua_webhook_oldest_seconds", "motcua_webhooks_active", "motcua_worker_active"),
    } <= names(answer)


async def test_the_gateway_measures_each_route_under_a_bounded_name(
    at_the_door: RunningSystem, doors: Doors
) -> None:
    counter = await doors(Role.COUNTER, agencies=[AGENCY])
    await counter.http.get(f"/v1/dossiers/{uuid.uuid4()}")
    async with httpx.AsyncClient(base_url=at_the_door.gateway_url) as http:
        text = (await http.get("/metrics")).text

    assert re.search(
        r'motcua_gateway_request_seconds_count\{route="/v1/dossiers",service="intake",status="404"\}',
        text,
    )
    assert not re.search(r'route="/v1/dossiers/', text)


def lines_of(logs: Path, process: str, trace_id: str) -> list[dict[str, Any]]:
    """The process's log lines that name the trace."""
    texts = [path.read_text() for path in logs.glob(f"{process}.log*")]
    return [
        json.loads(line[line.index("{") :])
        for text in texts
        for line in text.splitlines()
        if trace_id in line
    ]


async def told(running: RunningSystem, dossier: str, fact_type: str) -> dict[str, Any]:
    """The stored event of a dossier."""
    client = await broker.connect(running.settings["MOTCUA_NATS_URL"])
    try:
        js = broker.jetstream(client)
        subject = f"events.{fact_type.rpartition('.')[0]}.>"
        position = 0
        while True:
            found = await js.get_msg(broker.STREAM, seq=position + 1, subject=subject, next=True)
            position = found.seq or 0
            fact: dict[str, Any] = orjson.loads(found.data or b"{}")
            if fact["subject"] == dossier:
                return fact
    finally:
        await client.close()


def names(answer: httpx.Response) -> set[str]:
    """The names of what was measured."""
    return {re.split(r"[{ ]", line)[0] for line in answer.text.splitlines() if line[:1] != "#"}
