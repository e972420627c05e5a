"""The HTTP doors of alarms: what was raised, the ladders, the backlog."""

from typing import Any

import httpx

from shared.database import Database
from shared.events import Event
from tests.conftest import Client, ServiceClient, Token
from tests.sla.alarm_lives import hand_to, sweep, tell
from tests.sla.factories import (
    at,
    life,
    make_accepted,
    make_agency,
    make_calendar,
    make_procedure,
    published,
    wrap,
)
from tests.sla.facts import asked, resolved

NOW = at("2026-03-16 10:00")
OFFICER, HEAD = "half_used", "eight_hours_left"


async def lives(client: Client, *facts: list[Event]) -> list[str]:
    """Tell lives, and raise what is due on three days."""
    database = Database(client.database_url, connections_max=2)
    told = [life(each) for each in facts]
    await tell(database, [published(make_calendar()), *(one for each in told for one in each)])
    for moment in ("2026-03-09 08:00", "2026-03-13 09:00", "2026-03-16 09:00"):
        await sweep(database, moment)
    dossiers = [each[0].aggregate_id for each in told]
    await hand_to(database, dossiers[0], unit="Tư pháp", officer="cb-1")
    await database.close()
    return dossiers


async def agencies(client: Client) -> None:
    database = Database(client.database_url, connections_max=2)
    facts = [make_agency("H20.40"), make_agency("H20.40.01")]
    procedure = make_procedure(code="1.001193")
    named = [wrap(fact, fact.code) for fact in facts]
    await tell(database, [*named, wrap(procedure, procedure.code)])
    await database.close()


def one_in(agency: str, accepted: str = "2026-03-02 08:00") -> list[Event]:
    return [make_accepted(at(accepted), receiving_agency=agency, competent_agency=agency)]


async def pages(http: httpx.AsyncClient, url: str, **query: Any) -> list[dict[str, Any]]:
    """Walk all pages of a list."""
    items, after = [], None
    while True:
        given = query | {"limit": 2} | ({} if after is None else {"after": after})
        page = (await http.get(url, params=given)).raise_for_status().json()
        items += page["items"]
        after = page["next"]
        if after is None:
            return items


async def test_alarms_are_listed_newest_first_by_agency_rank_and_time(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    mine, other = await lives(client, one_in("H20.40.01"), one_in("H20.50"))
    everything = await pages(client.http, "/v1/alarms")
    leader = {"Authorization": f"Bearer {token('leader', agencies=['H20.40'])}"}
    client.http.headers.update(leader)

    own = await pages(client.http, "/v1/alarms")
    heads = await pages(client.http, "/v1/alarms", rank="unit_head", agency="H20.40.01")
    late = await pages(client.http, "/v1/alarms", since="2026-03-16T00:00:00+07:00")
    foreign = await client.http.get("/v1/alarms", params={"agency": "H20.50"})

    assert {alarm["dossier"] for alarm in everything} == {mine, other}
    assert len(everything) == 6
    assert [alarm["rung"] for alarm in own] == ["due", HEAD, OFFICER]
    assert own[0]["raised_at"] == "2026-03-16T09:00:00+07:00"
    assert own[0]["planned_at"] == own[0]["due_at"] == "2026-03-16T08:00:00+07:00"
    assert own[0]["left_minutes"] == -60
    assert [(alarm["dossier"], alarm["rung"]) for alarm in heads] == [(mine, HEAD)]
    assert [alarm["rung"] for alarm in late] == ["due"]
    assert (foreign.status_code, foreign.json()["code"]) == (404, "agency_not_found")
    broken = await client.http.get("/v1/alarms", params={"after": "WyJ4Il0"})
    assert broken.json()["code"] == "cursor_unreadable"


async def test_a_dossier_tells_what_was_raised_and_what_lies_ahead(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    running, waiting = await lives(
        client, one_in("H20.40.01"), [*one_in("H20.40.01"), asked("2026-03-05 10:00")]
    )

    shown = (await client.http.get(f"/v1/clocks/{running}/alarms")).json()
    silent = (await client.http.get(f"/v1/clocks/{waiting}/alarms")).json()
    foreign = {"Authorization": f"Bearer {token('leader', agencies=['H20.50'])}"}
    hidden = await client.http.get(f"/v1/clocks/{running}/alarms", headers=foreign)

    assert [alarm["rung"] for alarm in shown["raised"]] == [OFFICER, HEAD, "due"]
    assert shown["ahead"] == [
        {"rung": "day_overdue", "rank": "agency_leader", "at": "2026-03-17T08:00:00+07:00"}
    ]
    assert (silent["raised"], silent["ahead"]) == ([], [])
    assert hidden.status_code == 404


async def test_the_backlog_puts_each_open_dossier_into_one_class_by_agency_and_holder(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    await lives(
        client,
        one_in("H20.40.01"),  # Due today, two hours ago.
        one_in("H20.40.01", "2026-02-27 08:00"),
        one_in("H20.40.01", "2026-03-03 08:00"),
        one_in("H20.40.01", "2026-03-06 08:00"),
        [*one_in("H20.40.01"), asked("2026-03-05 10:00")],
        [*one_in("H20.40.01"), resolved("2026-03-05 10:00")],
        [make_accepted(at("2026-03-02 08:00"), limit=None)],
        one_in("H20.50"),
    )
    url = "/v1/reports/due-soon"

    report = (await client.http.get(url, params={"within_hours": 16})).json()
    worst, other = report["rows"]
    held = (await client.http.get(url, params={"group_by": "officer"})).json()["rows"]
    reporter = {"Authorization": f"Bearer {token('reporter', agencies=['H20.50'])}"}
    own = (await client.http.get(url, headers=reporter)).json()["rows"]
    officers = await client.http.get(url, headers=reporter, params={"group_by": "officer"})

    assert worst == {
        "agency": "H20.40.01", "unit": None, "officer": None, "open": 6, "overdue": 1,
        "due_today": 1, "due_soon": 1, "waiting": 1, "no_due_date": 1,
        "first_due_at": "2026-03-13T08:00:00+07:00",
    }  # fmt: skip
    assert (other["agency"], other["open"], other["due_today"]) == ("H20.50", 1, 1)
    [mine] = [row for row in held if row["officer"] == "cb-1"]
    assert (mine["unit"], mine["open"], mine["due_today"]) == ("Tư pháp", 1, 1)
    assert sum(row["open"] for row in held) == 7
    assert [row["agency"] for row in own] == ["H20.50"]
    assert (officers.status_code, officers.json()["code"]) == (403, "leaders_only")


LADDER: dict[str, Any] = {
    "agency": "H20.40",
    "effective_from": "2026-03-17",
    "rungs": [
        {"rung": "most_used", "rank": "officer", "used_percent": 80},
        {"rung": "late", "rank": "agency_leader", "left_hours": -1.5},
    ],
}


async def test_a_ladder_is_set_for_a_day_ahead_and_counts_for_what_is_accepted_then(
    service_client: ServiceClient, token: Token
) -> None:
    leader = token("leader", agencies=["H20.40"])
    client = await service_client("sla", at=NOW, bearer=leader)
    await agencies(client)
    url, resolve = "/v1/alarm-ladders", "/v1/alarm-ladders/resolved"

    first = await client.http.put(url, json=LADDER | {"rungs": LADDER["rungs"][:1]})
    again = await client.http.put(url, json=LADDER)
    exact = await client.http.put(url, json=LADDER | {"procedure": "1.001193"})
    listed = await pages(client.http, url)
    before, on_its_day = [
        (await client.http.get(resolve, params={"agency": "H20.40.01", "on": day})).json()
        for day in ("2026-03-16", "2026-03-17")
    ]

    assert [answer.status_code for answer in (first, again, exact)] == [200, 200, 200]
    assert [(row["agency"], row["procedure"]) for row in listed] == [
        ("H20.40", None), ("H20.40", "1.001193"),
    ]  # fmt: skip
    assert listed[0]["decided_by"] == "can-bo-thu"
    assert [rung["rung"] for rung in before["rungs"]] == [OFFICER, HEAD, "due", "day_overdue"]
    assert on_its_day["rungs"] == [
        {"rung": "most_used", "rank": "officer", "used_percent": 80, "left_hours": None},
        {"rung": "late", "rank": "agency_leader", "used_percent": None, "left_hours": -1.5},
    ]


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"effective_from": "2026-03-16"}, 409, "ladder_not_ahead"),
    ({"agency": "H20.50"}, 404, "agency_not_found"),
    ({"agency": "*"}, 404, "agency_not_found"),
    ({"agency": "H20.40.99"}, 404, "agency_not_found"),
    ({"procedure": "9.999999"}, 404, "procedure_not_found"),
    ({"rungs": []}, 422, "malformed"),
    ({"rungs": [{"rung": "a", "rank": "officer"}]}, 422, "malformed"),
    ({"rungs": LADDER["rungs"][:1] * 2}, 422, "malformed"),
]


async def test_a_ladder_that_cannot_be_is_refused(
    service_client: ServiceClient, token: Token
) -> None:
    leader = token("leader", agencies=["H20.40"])
    client = await service_client("sla", at=NOW, bearer=leader)
    await agencies(client)

    for changed, status, code in REFUSED:
        refused = await client.http.put("/v1/alarm-ladders", json=LADDER | changed)
        assert (refused.status_code, refused.json()["code"]) == (status, code), changed
    reporter = {"Authorization": f"Bearer {token('reporter', agencies=['H20.40'])}"}
    answer = await client.http.put("/v1/alarm-ladders", json=LADDER, headers=reporter)
    assert answer.status_code == 403
    assert await pages(client.http, "/v1/alarm-ladders") == []
