"""What sla says of the first world: late dossiers, letters, errors, reports, orders of heads."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from shared.times import to_text
from tests.journeys.foreign.marks import WORD
from tests.journeys.foreign.world import AGENCY, PERSON, PROCEDURE, SAYS, World, put

BATCH = "lo-quyrunda"
CRITERION, TARGET = "PROGRESS", "KH141-2020-HIEN-DAI"
OPEN_CODE, RETURNED_CODE = (f"{AGENCY}-260302-914{number}" for number in (1, 2))


async def add(world: World, now: datetime) -> None:
    """Lives of another system that ended late or are late still, and what follows from that."""
    await _import(world, now)
    for code in (OPEN_CODE, RETURNED_CODE):
        world.secret("late dossier", code)
        await world.officer.until(f"/v1/clocks/{code}", lambda clock: clock["due_at"] is not None)
    await _letters(world, now)
    await _books(world)
    await _decisions(world, now.date())


async def _import(world: World, now: datetime) -> None:
    def line(code: str, *life: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            "code": code,
            "procedure": PROCEDURE,
            "agency": AGENCY,
            "channel": "counter",
            "applicant": PERSON,
            "filed_at": to_text(now - timedelta(days=40)),
            "life": [{"action": "accept", "at": to_text(now - timedelta(days=40))}, *life],
        }

    resolved = {"action": "resolve", "at": to_text(now - timedelta(days=8))}
    returned = {"action": "return_result", "at": to_text(now - timedelta(days=7))}
    step = {
        "action": "complete_step",
        "at": to_text(now - timedelta(days=30)),
        "officer": "can-bo-quyrunda",
        "unit": f"Tổ {WORD}",
    }
    asked = {"at": to_text(now - timedelta(days=10)), "components": ["1.999141-c01-01"]}
    late = (
        {"action": "request_supplement", **asked},
        {"action": "provide_supplement", "at": asked["at"]},
    )
    lines = [
        line(OPEN_CODE, step),
        line(RETURNED_CODE, step, *late, resolved, returned),
        {"code": "sai"},
    ]
    taken = await world.operator.http.post(
        "/v1/imports/dossiers",
        params={"batch": BATCH},
        content=b"\n".join(map(orjson.dumps, lines)),
        headers={"Content-Type": "application/x-ndjson"},
    )
    report = taken.raise_for_status().json()
    if report["imported"] != len(lines) - 1:
        raise RuntimeError(f"history not taken: {report}")
    world.secret("batch", BATCH)


async def _letters(world: World, now: datetime) -> None:
    officer = world.officer
    letter = await officer.post("/v1/apologies", {"dossier": OPEN_CODE})
    world.secret("letter", letter["id"])
    said = {"addressee": {"name": PERSON["name"]}, "reason": SAYS, "cause": "workload"}
    edited = await officer.http.patch(f"/v1/apologies/{letter['id']}", json=said)
    edited.raise_for_status()
    error = {
        "kind": "error",
        "agency": AGENCY,
        "found_on": str(now.date()),
        "what": SAYS,
    }
    world.secret("incident", (await officer.post("/v1/incidents", error))["id"])


async def _books(world: World) -> None:
    await world.officer.until("/v1/tracking-books", lambda books: books["items"])


async def _decisions(world: World, today: date) -> None:
    officer = world.officer
    ended = today.replace(day=1) - timedelta(days=1)
    period = {"first": str(ended.replace(day=1)), "last": str(ended)}
    submitted = await officer.post(
        "/v1/reports/submitted", {"form": "II.06a", "period": period, "agency": AGENCY}
    )
    world.secret("report", submitted["id"])
    await officer.post(
        f"/v1/clocks/{world.known['dossier']}/extensions", {"hours": 1, "ground": SAYS}
    )
    cause = {"cause": "workload"}
    await put(officer, f"/v1/clocks/{OPEN_CODE}/lateness-cause", cause)
    entry = {
        "component": "PUBLIC_CONTENT_FULL",
        "agency": AGENCY,
        "period": {"first": world.known["from"], "last": world.known["to"]},
        "numerator": 1,
        "denominator": 1,
        "evidence": SAYS,
    }
    await put(world.operator, "/v1/indices/766/entries", entry)
    tomorrow = str(today + timedelta(days=1))
    rung = {"rung": "quyrunda", "rank": "officer", "used_percent": 70}
    ladder = {"agency": AGENCY, "effective_from": tomorrow, "rungs": [rung]}
    await put(officer, "/v1/alarm-ladders", ladder)
