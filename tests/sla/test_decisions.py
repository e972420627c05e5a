"""Extensions and orders by HTTP: who may, when, and what becomes of them when they are heard."""

from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from shared.events import DossierResolved, Event, Outcome, PauseEnd, PublishedLimit, decode
from shared.working_time import LimitUnit
from tests.conftest import Client, ServiceClient, Token
from tests.sla.api_lives import NOW, asked, given, tell
from tests.sla.factories import at, make_accepted, make_calendar, published, with_holiday, wrap
from tests.sla.stream import deliver

GROUND = "Phải lấy ý kiến của Bộ Tư pháp"
HOLIDAY = at("2026-03-12 00:00").date()


async def hear(client: Client) -> None:
    """Let the worker hear what the web process told."""
    connection = await asyncpg.connect(client.database_url)
    bodies = await connection.fetch("delete from outbox returning position, body")
    told = [decode(row["body"]) for row in sorted(bodies, key=lambda row: row["position"])]
    await deliver(connection, told)
    await connection.close()


async def extend(client: Client, dossier: str, **body: Any) -> Any:
    path = f"/v1/clocks/{dossier}/extensions"
    return await client.http.post(path, json={"ground": GROUND, **body})


async def test_an_extension_moves_the_due_when_the_clock_hears_of_it(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    dossier = await tell(client, make_accepted(at("2026-03-02 08:00")))

    answer = await extend(client, dossier, days=2)
    pending = (await client.http.get(f"/v1/clocks/{dossier}")).json()
    await hear(client)
    clock = (await client.http.get(f"/v1/clocks/{dossier}")).json()
    [decision] = (await client.http.get(f"/v1/clocks/{dossier}/extensions")).json()["items"]

    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["amount"]) == ("pending", 960)
    assert answer.json()["due_at"] == clock["due_at"] == "2026-03-18T08:00:00+07:00"
    assert pending["due_at"] == decision["due_before"] == "2026-03-16T08:00:00+07:00"
    assert (decision["state"], decision["ground"]) == ("applied", GROUND)
    assert clock["ledger"][-1]["kind"] == "extended"
    assert (clock["ledger"][-1]["source"], clock["ledger"][-1]["ground"]) == ("deadline", GROUND)


async def test_a_decision_that_the_life_overtook_is_void(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    dossier = await tell(client, make_accepted(at("2026-03-02 08:00")))
    await extend(client, dossier, hours=8)
    connection = await asyncpg.connect(client.database_url)
    ended = DossierResolved(outcome=Outcome.APPROVED, resolved_at=NOW)
    await deliver(connection, [wrap(ended, dossier, 2)])
    await connection.close()

    await hear(client)

    [decision] = (await client.http.get(f"/v1/clocks/{dossier}/extensions")).json()["items"]
    assert (decision["state"], decision["due_at"]) == ("void", None)


async def test_an_extension_is_refused_too_late_and_too_often(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    ended = DossierResolved(outcome=Outcome.APPROVED, resolved_at=at("2026-03-09 08:00"))
    lives: dict[str, list[Event]] = {
        "limit_expired": [make_accepted(at("2026-02-02 08:00"))],
        "clock_ended": [make_accepted(at("2026-03-02 08:00")), ended],
        "no_due_date": [make_accepted(at("2026-03-02 08:00"), limit=None)],
    }
    for code, facts in lives.items():
        refused = await extend(client, await tell(client, *facts), days=1)
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    dossier = await tell(client, make_accepted(at("2026-03-02 08:00")))
    assert (await extend(client, dossier, days=1)).status_code == 201

    while_pending = await extend(client, dossier, days=1)
    await hear(client)
    afterwards = await extend(client, dossier, days=1)

    assert {while_pending.json()["code"], afterwards.json()["code"]} == {"extensions_used_up"}


async def test_a_waiting_clock_has_what_it_had_when_the_wait_began(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=at("2026-04-20 08:00"))
    facts = [make_accepted(at("2026-03-02 08:00")), asked(at("2026-03-05 10:00"))]

    answer = await extend(client, await tell(client, *facts), days=1)

    assert answer.status_code == 201


async def test_days_of_a_day_limit_are_calendar_days(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    month = PublishedLimit(value=Decimal(1), unit=LimitUnit.MONTH)
    dossier = await tell(client, make_accepted(at("2026-03-02 08:00"), limit=month))

    refused = await extend(client, dossier, hours=8)
    answer = await extend(client, dossier, days=3)

    assert (refused.status_code, refused.json()["code"]) == (422, "extension_in_days")
    assert (answer.json()["amount"], answer.json()["due_at"]) == (3, "2026-04-06T08:00:00+07:00")


@pytest.mark.parametrize("body", [{}, {"days": 1, "hours": 1}, {"days": 0}, {"days": 366}])
async def test_an_extension_is_given_in_one_unit(
    service_client: ServiceClient, body: dict[str, int]
) -> None:
    client = await service_client("sla", at=NOW)
    dossier = await tell(client, make_accepted(at("2026-03-02 08:00")))

    assert (await extend(client, dossier, **body)).status_code == 422


async def test_only_heads_of_the_competent_agency_extend(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    accepted = make_accepted(at("2026-03-02 08:00"), competent_agency="H20.01")
    path = f"/v1/clocks/{await tell(client, accepted)}/extensions"

    async def status(role: str, agency: str) -> int:
        bearer = {"Authorization": f"Bearer {token(role, agencies=[agency])}"}
        body = {"days": 1, "ground": GROUND}
        return (await client.http.post(path, json=body, headers=bearer)).status_code

    assert await status("specialist", "H20.01") == 403
    assert await status("leader", "H20.40.01") == 403
    assert await status("leader", "H20.40.02") == 404
    assert await status("leader", "H20") == 201


async def test_an_order_tells_what_came_of_it_and_explanations_name_the_decree(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    dossier = await tell(
        client,
        make_accepted(at("2026-03-02 08:00")),
        asked(at("2026-03-05 10:00")),
        given(at("2026-03-09 14:00"), PauseEnd.EXTEND),
    )
    second = with_holiday(make_calendar(), HOLIDAY)
    decree = second.exceptions[HOLIDAY].model_copy(
        update={"name": "Nghỉ bù", "source": "Quyết định 01/QĐ-UBND"}
    )
    second = second.model_copy(update={"exceptions": {HOLIDAY: decree}})
    connection = await asyncpg.connect(client.database_url)
    await deliver(connection, [published(second)])
    await connection.close()
    body = {"calendar": second.code, "version": 2, "ground": "Tỉnh cho nghỉ bù"}

    given_order = await client.http.post("/v1/recalculations", json=body)
    await extend(client, dossier, days=1)
    await hear(client)
    [listed] = (await client.http.get("/v1/recalculations")).json()["items"]
    one = (await client.http.get(given_order.headers["Location"])).json()
    told = (await client.http.get(f"/v1/clocks/{dossier}/explanation")).json()

    pending = given_order.json()
    assert (given_order.status_code, pending["state"], pending["later"]) == (201, "pending", None)
    assert (pending["later_only"], listed) == (True, one)
    assert [one[name] for name in ("state", "later", "earlier", "kept")] == ["applied", 1, 0, 0]
    assert told["due_at"] == "2026-03-20T10:00:00+07:00"
    [skipped] = [
        day for part in told["stretches"] for day in part["days"] if day["on"] == "2026-03-12"
    ]
    assert (skipped["counted"], skipped["source"]) == (0, "Quyết định 01/QĐ-UBND")
    decided = [
        (one["kind"], one["due_before"][8:10], one["due_at"][8:10]) for one in told["changes"]
    ]
    assert decided == [("recalculated", "18", "19"), ("extended", "19", "20")]
    assert told["changes"][0]["ground"] == "Tỉnh cho nghỉ bù"
    assert told["changes"][0]["decrees"] == [
        {"on": "2026-03-12", "name": "Nghỉ bù", "source": "Quyết định 01/QĐ-UBND"}
    ]


async def test_an_order_counts_by_the_newest_version_only(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    connection = await asyncpg.connect(client.database_url)
    second = with_holiday(make_calendar(), HOLIDAY)
    await deliver(connection, [published(make_calendar()), published(second)])
    await connection.close()

    async def order(version: int, **headers: str) -> Any:
        body = {"calendar": second.code, "version": version, "ground": GROUND}
        return await client.http.post("/v1/recalculations", json=body, headers=headers)

    old, unknown = await order(1), await order(3)
    first, again = [await order(2, **{"Idempotency-Key": "k"}) for _ in range(2)]
    foreign = await order(2, Authorization=f"Bearer {token('specialist')}")

    assert (old.status_code, old.json()["code"]) == (409, "calendar_superseded")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_calendar")
    assert first.json() == again.json()
    assert foreign.status_code == 403
    assert (await client.http.get(f"/v1/recalculations/{NO_ORDER}")).status_code == 404


NO_ORDER = "0198f0aa-0000-7000-8000-000000000000"
