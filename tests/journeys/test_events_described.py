"""What the running system tells is what its own AsyncAPI document says that it tells."""

from collections import Counter
from typing import Any

import orjson
from jsonschema_rs import Draft7Validator

from shared.identity import Role
from tests.gateway.following.receiver import Receiver
from tests.gateway.upstreams import serving

AGENCY, PROCEDURE = "H20.108", "2.000908"
PERSON = {"name": "Kể Văn Đúng", "identity_number": "087199700108", "phone": "0909700108"}
SINCE_THE_START = {
    "agency.changed.v1",
    "calendar.published.v1",
    "procedure.published.v1",
    "dossier.accepted.v1",
}


async def test_every_event_of_the_feed_is_as_described(doors: Any) -> None:
    portal = await doors(Role.PORTAL, subject="cong-doc-tai-lieu")
    document = await portal.get("/asyncapi.json")
    dossier = await _accepted(doors)
    await portal.until(
        "/v1/events",
        lambda page: "dossier.accepted.v1" in _types(page, dossier),
        agency=AGENCY,
        limit="500",
    )

    told = await _whole_feed(portal)

    types = Counter(event["type"] for event in told)
    print(f"\n{len(told)} events of {len(types)} types are as described")
    assert types.keys() >= SINCE_THE_START
    payloads = {name: _payload(document, name) for name in types}
    for event in told:
        wrong = [str(error) for error in payloads[event["type"]].iter_errors(event)]
        assert wrong == [], event


async def test_a_delivery_of_a_webhook_is_as_described(doors: Any) -> None:
    portal = await doors(Role.PORTAL, subject="cong-nhan-tai-lieu")
    document = await portal.get("/asyncapi.json")
    answering = Receiver()
    async with serving(answering) as url:
        made = await portal.post("/v1/webhooks", {"url": url, "agencies": [AGENCY]})

        await portal.post(f"/v1/webhooks/{made['id']}/pings")

        await portal.http.delete(f"/v1/webhooks/{made['id']}")
    (delivery,) = answering.received
    headers = document["components"]["messages"]["webhook.delivery"]["headers"]
    assert Draft7Validator(headers).is_valid(dict(delivery.headers))
    assert _payload(document, "webhook.delivery").is_valid(orjson.loads(delivery.body))
    assert _payload(document, "webhook.ping.v1").is_valid(orjson.loads(delivery.body))


async def _accepted(doors: Any) -> str:
    counter = await doors(Role.COUNTER, agencies=[AGENCY])
    filing = {"procedure": PROCEDURE, "agency": AGENCY, "channel": "counter", "applicant": PERSON}
    dossier = await counter.post("/v1/dossiers", filing)
    if dossier["accepted_at"] is None:
        await counter.post(f"/v1/dossiers/{dossier['code']}/acceptance")
    return str(dossier["id"])


def _payload(document: dict[str, Any], message: str) -> Draft7Validator:
    payload = document["components"]["messages"][message]["payload"]
    schema = {**payload, "components": document["components"]}
    return Draft7Validator(schema, validate_formats=True)


def _types(page: dict[str, Any], subject: str) -> set[str]:
    return {event["type"] for event in page["events"] if event["subject"] == subject}


async def _whole_feed(portal: Any) -> list[dict[str, Any]]:
    told, query = list[dict[str, Any]](), {"limit": "500"}
    while True:
        page = await portal.get("/v1/events", **query)
        told += page["events"]
        if not page["more"]:
            return told
        query["after"] = page["next"]
