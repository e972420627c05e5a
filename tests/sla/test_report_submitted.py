"""A submitted report stays as it was; what was told late since is named as the cause."""

from typing import Any

import asyncpg

from tests.conftest import Client, ServiceClient, Token
from tests.sla.factories import at, life, make_accepted, wrap
from tests.sla.report_lives import DEPARTMENT, NOW, resolved, tell_lives
from tests.sla.stream import deliver

URL = "/v1/reports/submitted"
BODY = {"form": "II.06a", "period": {"first": "2026-03-01", "last": "2026-03-31"}}


async def tell(client: Client, *envelopes: Any) -> None:
    connection = await asyncpg.connect(client.database_url)
    await deliver(connection, envelopes)
    await connection.close()


async def test_what_is_told_in_time_changes_no_submitted_report(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    dossiers = await tell_lives(client)

    submitted = await client.http.post(URL, json=BODY)
    april = wrap(resolved("2026-04-13 09:00"), dossiers[3], 2, at("2026-04-13 09:01"))
    await tell(client, april, *life([make_accepted(at("2026-04-20 08:00"))]))

    url = submitted.headers["location"]
    assert (submitted.status_code, (await client.http.get(url)).json()) == (201, submitted.json())
    compared = (await client.http.get(f"{url}/differences")).json()
    assert compared["differences"] == []
    assert submitted.json()["totals"]["received"] == 7
    assert [(row["level"], row["field"]) for row in submitted.json()["rows"]] == [
        ("commune", "Hộ tịch"),
        ("province", "Đất đai"),
    ]


async def test_an_entry_told_late_is_the_cause_of_the_difference(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    dossiers = await tell_lives(client)
    submitted = (await client.http.post(URL, json=BODY)).json()

    late = wrap(resolved("2026-03-25 09:00"), dossiers[3], 2, at("2026-04-14 09:00"))
    await tell(client, late)

    compared = (await client.http.get(f"{URL}/{submitted['id']}/differences")).json()
    assert {(one["measure"], one["submitted"], one["now"]) for one in compared["differences"]} == {
        ("resolved", 3, 4),
        ("late", 1, 2),
        ("in_progress", 2, 1),
        ("overdue", 1, 0),
    }
    assert compared["differences"][0]["groups"] == {"level": "commune", "field": "Hộ tịch"}
    [cause] = [one for one in compared["causes"] if one["recorded_at"].startswith("2026-04-14")]
    assert (cause["dossier"], cause["kind"], cause["on"], cause["verdict"]) == (
        dossiers[3], "ended", "2026-03-25", "late",
    )  # fmt: skip


async def test_causes_are_walked_by_pages(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    await tell_lives(client)
    submitted = (await client.http.post(URL, json=BODY)).json()
    url = f"{URL}/{submitted['id']}/differences"

    whole = (await client.http.get(f"{url}?limit=200")).json()["causes"]
    walked, after = [], ""
    while True:
        page = (await client.http.get(f"{url}?limit=4{after}")).json()
        walked += page["causes"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert walked == whole
    assert len(whole) == 13


async def test_a_period_that_is_not_over_is_not_submitted(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=at("2026-03-31 23:59"))

    early = await client.http.post(URL, json=BODY)

    assert (early.status_code, early.json()["code"]) == (409, "period_not_over")


async def test_a_submission_sent_twice_is_one(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    key = {"Idempotency-Key": "bao-cao-quy-1"}

    first, second = [await client.http.post(URL, json=BODY, headers=key) for _ in range(2)]

    assert first.json() == second.json()
    assert len((await client.http.get(URL)).json()["items"]) == 1


async def test_submitted_reports_are_listed_and_shown_within_the_callers_scope(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    await tell_lives(client)
    ids = []
    for agency in (None, "H20.40", DEPARTMENT):
        answer = await client.http.post(URL, json=BODY | {"agency": agency})
        ids.append(answer.json()["id"])

    async def listed(*agencies: str) -> list[str]:
        bearer = {"Authorization": f"Bearer {token('reporter', agencies=agencies)}"}
        items = (await client.http.get(URL, headers=bearer)).json()["items"]
        for report in ids:
            answer = await client.http.get(f"{URL}/{report}", headers=bearer)
            assert (answer.status_code == 200) == (report in {item["id"] for item in items})
        return [item["id"] for item in items]

    assert await listed("*") == ids[::-1]
    assert await listed("H20") == ids[:0:-1]
    assert await listed("H20.40") == [ids[1]]
    assert await listed("H20.4") == []
    page = (await client.http.get(f"{URL}?limit=2")).json()
    rest = (await client.http.get(f"{URL}?limit=2&after={page['next']}")).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == ids[::-1]


async def test_a_cursor_of_our_making_only(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)

    for cursor in ("x", "WyJhIiwiYiJd"):
        answer = await client.http.get(f"{URL}?after={cursor}")

        assert (answer.status_code, answer.json()["code"]) == (422, "cursor_unreadable")
