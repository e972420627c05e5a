"""The HTTP doors of sla: clocks, explanations, simulated due dates, reports."""

from datetime import datetime
from typing import Any

import asyncpg
import pytest

from shared.events import (
    AgencyLevel,
    Channel,
    DossierResolved,
    DossierStopped,
    DossierSupplemented,
    DossierSupplementRequested,
    Event,
    LimitUnit,
    Outcome,
    PauseEnd,
    ProcedurePublished,
    PublishedLimit,
    PublishedMethod,
)
from shared.events.vocabulary import Method
from tests.conftest import Client, ServiceClient, Token
from tests.sla.factories import (
    CALENDAR,
    at,
    life,
    make_accepted,
    make_agency,
    make_calendar,
    published,
    seed_calendar,
    working_days,
    wrap,
)
from tests.sla.stream import deliver

NOW = at("2026-03-10 10:00")
SIMULATE = "/v1/deadlines:simulate"


async def tell(client: Client, *facts: Event) -> str:
    """Tell one life; its dossier id."""
    connection = await asyncpg.connect(client.database_url)
    envelopes = life(facts)
    await deliver(connection, [published(make_calendar()), *envelopes])
    await connection.close()
    return envelopes[0].aggregate_id


def asked(moment: datetime) -> DossierSupplementRequested:
    return DossierSupplementRequested(
        number=1, components=("c1",), before_acceptance=False, requested_at=moment
    )


def given(moment: datetime, mode: PauseEnd) -> DossierSupplemented:
    return DossierSupplemented(
        number=1,
        before_acceptance=False,
        supplemented_at=moment,
        pause_end=mode,
        calendar=CALENDAR,
        calendar_version=1,
    )


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


async def test_a_limit_is_simulated_by_a_calendar_without_a_token(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", bearer="")
    connection = await asyncpg.connect(client.database_url)
    await deliver(connection, [published(seed_calendar())])
    await connection.close()
    body = {
        "received_at": "2026-04-23T09:00:00+07:00",
        "limit": {"value": 5, "unit": "working_day"},
        "calendar": "VN-HANH-CHINH",
    }

    told = (await client.http.post(SIMULATE, json=body)).json()

    assert told["due_at"] == "2026-05-05T09:00:00+07:00"
    assert (told["calendar"], told["calendar_version"]) == ("VN-HANH-CHINH", 1)
    assert sum(day["counted"] for day in told["days"]) == 5 * 480
    holidays = [day["on"] for day in told["days"] if day["skipped"] == "holiday"]
    assert holidays == ["2026-04-27", "2026-04-30", "2026-05-01"]


def make_procedure(*methods: PublishedMethod, **changed: Any) -> ProcedurePublished:
    values: dict[str, Any] = {
        "code": "1.012753",
        "version": 1,
        "name": "Đăng ký đất đai",
        "field": "Đất đai",
        "levels": (AgencyLevel.COMMUNE,),
        "valid_from": at("2019-01-01 00:00").date(),
        "valid_to": None,
        "internal": False,
        "same_day": False,
        "cases": (),
        "methods": methods,
    }
    return ProcedurePublished(**(values | changed))


def make_method(number: int, method: Method, limit: PublishedLimit | None) -> PublishedMethod:
    return PublishedMethod(id=f"r{number}", case=None, method=method, limit=limit, fee=None)


async def procedure_client(
    service_client: ServiceClient, *methods: PublishedMethod, **changed: Any
) -> Client:
    client = await service_client("sla", bearer="")
    connection = await asyncpg.connect(client.database_url)
    procedure = make_procedure(*methods, **changed)
    parent = make_agency("H20.40", AgencyLevel.DISTRICT, calendar=CALENDAR)
    await deliver(
        connection,
        [
            published(make_calendar()),
            wrap(procedure, procedure.code),
            wrap(parent, parent.code),
            wrap(make_agency("H20.40.01"), "H20.40.01"),
        ],
    )
    await connection.close()
    return client


def question(**changed: Any) -> dict[str, Any]:
    return {
        "received_at": "2026-03-02T08:00:00+07:00",
        "procedure": "1.012753",
        "channel": Channel.COUNTER,
        "agency": "H20.40.01",
    } | changed


async def test_a_procedure_is_simulated_by_channel_with_the_inherited_calendar(
    service_client: ServiceClient,
) -> None:
    client = await procedure_client(
        service_client,
        make_method(1, Method.DIRECT, working_days(20)),
        make_method(2, Method.ONLINE, working_days(17)),
        make_method(3, Method.POSTAL, None),
    )

    told = {
        channel: (await client.http.post(SIMULATE, json=question(channel=channel))).json()
        for channel in ("counter", "online_full", "postal")
    }

    assert told["counter"]["due_at"] == "2026-03-30T08:00:00+07:00"
    assert told["online_full"]["due_at"] == "2026-03-25T08:00:00+07:00"
    assert told["postal"]["due_at"] is None
    assert told["counter"]["calendar"] == CALENDAR
    assert told["counter"]["row"] == "r1"


async def test_several_limits_ask_for_a_row(service_client: ServiceClient) -> None:
    client = await procedure_client(
        service_client,
        make_method(1, Method.DIRECT, working_days(5)),
        make_method(2, Method.DIRECT, working_days(30)),
    )

    refused = await client.http.post(SIMULATE, json=question())
    chosen = await client.http.post(SIMULATE, json=question(row="r1"))

    assert (refused.status_code, refused.json()["code"]) == (422, "limit_row_needed")
    assert [row["id"] for row in refused.json()["rows"]] == ["r1", "r2"]
    assert chosen.json()["due_at"] == "2026-03-09T08:00:00+07:00"


async def test_a_same_day_procedure_is_due_at_closing(service_client: ServiceClient) -> None:
    client = await procedure_client(
        service_client, make_method(1, Method.DIRECT, working_days(1)), same_day=True
    )

    in_time = await client.http.post(SIMULATE, json=question())
    late = await client.http.post(SIMULATE, json=question(received_at="2026-03-02T15:01:00+07:00"))

    assert in_time.json()["due_at"] == "2026-03-02T17:00:00+07:00"
    assert late.json()["due_at"] == "2026-03-03T17:00:00+07:00"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"procedure": "9.999999"}, "unknown_procedure"),
        ({"agency": "H99"}, "unknown_agency"),
        ({"channel": "kiosk"}, "unknown_channel"),
        ({"channel": "pigeon"}, "malformed"),
        ({"limit": {"value": 1, "unit": "hour"}}, "malformed"),
        ({"received_at": "1900-01-01T00:00:00+07:00"}, "unknown_procedure"),
        ({"received_at": "2026-03-02T08:00:00"}, "malformed"),
    ],
)
async def test_bad_questions_are_refused_by_name(
    service_client: ServiceClient, changed: dict[str, Any], code: str
) -> None:
    client = await procedure_client(service_client, make_method(1, Method.DIRECT, working_days(20)))

    answer = await client.http.post(SIMULATE, json=question(**changed))

    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"limit": {"value": 0, "unit": "hour"}}, "inexact_limit"),
        ({"limit": {"value": 0.001, "unit": "hour"}}, "inexact_limit"),
        ({"limit": {"value": 10**9, "unit": "day"}}, "out_of_range"),
        ({"limit": {"value": 10**9, "unit": "month"}}, "out_of_range"),
        ({"calendar": "NOWHERE"}, "unknown_calendar"),
        ({"received_at": "1900-01-01T00:00:00+07:00"}, "out_of_range"),
        ({"calendar_version": 7}, "unknown_calendar"),
    ],
)
async def test_bad_limits_are_refused_and_never_a_loop(
    service_client: ServiceClient, changed: dict[str, Any], code: str
) -> None:
    client = await procedure_client(service_client)
    body = {
        "received_at": "2026-03-02T08:00:00+07:00",
        "limit": {"value": 10, "unit": LimitUnit.WORKING_DAY},
        "calendar": CALENDAR,
    }

    answer = await client.http.post(SIMULATE, json=body | changed)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


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
