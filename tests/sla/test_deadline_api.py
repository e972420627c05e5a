"""The HTTP door of sla for simulated due dates."""

from typing import Any

import asyncpg
import pytest

from shared.events import AgencyLevel, Channel, LimitUnit, PublishedMethod
from shared.events.vocabulary import Method
from tests.conftest import Client, ServiceClient
from tests.sla.factories import (
    CALENDAR,
    make_agency,
    make_calendar,
    make_method,
    make_procedure,
    published,
    seed_calendar,
    working_days,
    wrap,
)
from tests.sla.stream import deliver

SIMULATE = "/v1/deadlines:simulate"


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
