"""The HTTP doors of sla: clocks and their explanations."""

import pytest

from shared.events import DossierResolved, Outcome, PauseEnd
from tests.conftest import ServiceClient, Token
from tests.sla.api_lives import NOW, asked, given, tell
from tests.sla.factories import at, make_accepted


async def test_a_clock_tells_its_state_due_date_and_ledger(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    accepted = make_accepted(at("2026-03-02 08:00"))
    dossier = await tell(client, accepted)

    answers = [await client.http.get(f"/v1/clocks/{ref}") for ref in (dossier, accepted.code)]

    assert [answer.status_code for answer in answers] == [200, 200]
    clock = answers[0].json()
    assert clock == answers[1].json()
    assert clock["state"] == "running"
    assert clock["due_at"] == clock["promised_at"] == "2026-03-16T08:00:00+07:00"
    assert (clock["used_minutes"], clock["left_minutes"]) == (6 * 480 + 120, 4 * 480 - 120)
    assert clock["verdicts"] == {"legal": None, "report": None, "index766": "on_time"}
    assert [row["kind"] for row in clock["ledger"]] == ["started"]


async def test_a_waiting_clock_has_no_due_date_and_an_explanation_of_its_wait(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=at("2026-03-09 14:00"))
    dossier = await tell(
        client, make_accepted(at("2026-03-02 08:00")), asked(at("2026-03-05 10:00"))
    )

    clock = (await client.http.get(f"/v1/clocks/{dossier}")).json()

    assert (clock["state"], clock["due_at"]) == ("waiting", None)
    assert clock["pauses"] == ["supplement/1"]
    assert clock["due_if_resumed_now"] == "2026-03-18T10:00:00+07:00"
    assert clock["left_minutes"] == 10 * 480 - clock["used_minutes"]


async def test_the_explanation_counts_the_limit_day_by_day(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    dossier = await tell(
        client,
        make_accepted(at("2026-03-02 08:00")),
        asked(at("2026-03-05 10:00")),
        given(at("2026-03-09 14:00"), PauseEnd.EXTEND),
    )

    told = (await client.http.get(f"/v1/clocks/{dossier}/explanation")).json()

    assert told["due_at"] == "2026-03-18T10:00:00+07:00"
    assert [part["state"] for part in told["stretches"]] == ["running", "waiting", "running"]
    counted = [part["minutes"] for part in told["stretches"] if part["counts"]]
    assert sum(counted) == 10 * 480
    days = [day for part in told["stretches"] for day in part["days"]]
    assert sum(day["counted"] for day in days) == 10 * 480
    assert told["stretches"][1]["pauses"] == ["supplement/1"]
    assert told["stretches"][1]["minutes"] == 18 * 60


async def test_a_restart_shows_what_no_longer_counts(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    dossier = await tell(
        client,
        make_accepted(at("2026-03-02 08:00")),
        asked(at("2026-03-05 10:00")),
        given(at("2026-03-09 14:00"), PauseEnd.RESTART),
    )

    told = (await client.http.get(f"/v1/clocks/{dossier}/explanation")).json()

    assert told["due_at"] == "2026-03-23T14:00:00+07:00"
    assert [part["counts"] for part in told["stretches"]] == [False, False, True]


async def test_an_ended_clock_tells_three_verdicts(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    ended = DossierResolved(outcome=Outcome.APPROVED, resolved_at=at("2026-03-16 09:00"))
    dossier = await tell(client, make_accepted(at("2026-03-02 08:00")), ended)

    clock = (await client.http.get(f"/v1/clocks/{dossier}")).json()

    # An hour after the printed moment, on the promised day.
    assert clock["verdicts"] == {"legal": "late", "report": "on_time", "index766": "late"}


@pytest.mark.parametrize("path", ["{}", "{}/explanation"])
async def test_a_foreign_agency_cannot_know_a_clock(
    service_client: ServiceClient, token: Token, path: str
) -> None:
    client = await service_client("sla", at=NOW)
    dossier = await tell(client, make_accepted(at("2026-03-02 08:00")))
    url = "/v1/clocks/" + path.format(dossier)

    async def status(*roles: str, agencies: list[str]) -> int:
        bearer = {"Authorization": f"Bearer {token(*roles, agencies=agencies)}"}
        return (await client.http.get(url, headers=bearer)).status_code

    assert await status("counter", agencies=["H20.40"]) == 200
    # H20.4 is no parent of H20.40, nor is a neighbour.
    assert await status("counter", agencies=["H20.4"]) == 404
    assert await status("counter", agencies=["H20.40.02"]) == 404
    assert await status("citizen", agencies=["H20.40"]) == 403
    assert (await client.http.get("/v1/clocks/H20.40.01-260302-9999")).status_code == 404
