"""The HTTP door of sla for reports."""

from typing import Any

import pytest

from shared.events import Channel, DossierResolved, DossierStopped, Outcome
from tests.conftest import ServiceClient, Token
from tests.sla.api_lives import NOW, asked, tell
from tests.sla.factories import at, make_accepted


async def test_the_report_shows_columns_totals_and_rates(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    begun = at("2026-03-02 08:00")
    ends = [at("2026-03-10 09:00"), at("2026-03-16 09:00"), at("2026-03-17 07:00")]
    for end in ends:
        resolved = DossierResolved(outcome=Outcome.APPROVED, resolved_at=end)
        await tell(client, make_accepted(begun, channel=Channel.ONLINE_FULL), resolved)
    await tell(client, make_accepted(begun), asked(at("2026-03-05 10:00")))
    stopped = DossierStopped(ground="theo đơn", ended=True, stopped_at=at("2026-03-20 09:00"))
    await tell(client, make_accepted(begun, field="Đất đai"), stopped)

    report = (await client.http.get("/v1/reports/ii06a?from=2026-03-01&to=2026-03-31")).json()

    assert [row["field"] for row in report["rows"]] == ["Hộ tịch", "Đất đai"]
    totals = report["totals"]
    assert (totals["received"], totals["received_online"], totals["received_direct_post"]) == (
        5, 3, 2,
    )  # fmt: skip
    assert (totals["early"], totals["on_time"], totals["late"]) == (1, 2, 1)
    assert (totals["in_progress"], totals["within_limit"], totals["waiting"]) == (1, 1, 1)
    assert (totals["resolved"], totals["stopped"], totals["carried_over"]) == (4, 1, 0)
    assert report["rates"]["on_time_or_early"] == {
        "numerator": 3, "denominator": 4, "percent": 75.0,
    }  # fmt: skip
    assert all("level" not in row for row in report["rows"])


async def test_a_rate_of_nothing_is_null(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)

    report = (await client.http.get("/v1/reports/ii06a?from=2026-03-01&to=2026-03-31")).json()

    assert report["rows"] == []
    assert report["totals"]["received"] == 0
    assert {rate["percent"] for rate in report["rates"].values()} == {None}


async def test_reports_are_told_within_the_callers_scope_only(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    await tell(client, make_accepted(at("2026-03-02 08:00")))
    url = "/v1/reports/ii06a?from=2026-03-01&to=2026-03-31"

    async def ask(query: str, *roles: str, agencies: list[str]) -> tuple[int, Any]:
        bearer = {"Authorization": f"Bearer {token(*roles, agencies=agencies)}"}
        answer = await client.http.get(url + query, headers=bearer)
        return answer.status_code, answer.json().get("totals", {}).get("received")

    assert await ask("", "reporter", agencies=["H20.40"]) == (200, 1)
    assert await ask("&agency=H20.40.01", "leader", agencies=["H20.40"]) == (200, 1)
    assert await ask("", "reporter", agencies=["H20.4"]) == (200, 0)
    assert await ask("", "reporter", agencies=[]) == (200, 0)
    assert await ask("&agency=H20.40.01", "reporter", agencies=["H20.4"]) == (404, None)
    assert await ask("&agency=H20", "reporter", agencies=["H20.40"]) == (404, None)
    assert await ask("", "counter", agencies=["H20.40"]) == (403, None)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("from=2026-03-31&to=2026-03-01", "period_invalid"),
        ("from=1900-01-01&to=2026-03-01", "period_invalid"),
        ("from=2026-02-30&to=2026-03-01", "malformed"),
        ("to=2026-03-01", "malformed"),
        ("from=2026-03-01&to=2026-03-31&group_by=field,colour", "group_unknown"),
        ("from=2026-03-01&to=2026-03-31&channel=pigeon", "malformed"),
    ],
)
async def test_bad_reports_are_refused_by_name(
    service_client: ServiceClient, query: str, code: str
) -> None:
    client = await service_client("sla", at=NOW)

    answer = await client.http.get(f"/v1/reports/ii06a?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, code)
