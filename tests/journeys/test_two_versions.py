"""A procedure changes its limit: each dossier is promised by the version of its day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

from deploy.local.testing import RunningSystem
from shared.clock import present
from shared.identity import Role
from shared.working_time import VIETNAM_TIME, business_date
from tests.procedures.factories import make_method, make_record
from tests.waiting import until

PROCEDURE = "1.998001"
AGENCY = "H20.104"
OLD_LIMIT = {"value": "5", "unit": "working_day"}
NEW_LIMIT = {"value": "9", "unit": "working_day"}
FILING = {
    "procedure": PROCEDURE,
    "agency": AGENCY,
    "channel": "counter",
    "applicant": {"name": "Nguyễn Văn Thử", "identity_number": "000187001234"},
}


def make_version(limit: dict[str, str], valid_from: date) -> dict[str, Any]:
    ways = ("direct", "postal")
    methods = [make_method(f"{PROCEDURE}-{way}", method=way, limit=limit) for way in ways]
    return make_record(code=PROCEDURE, methods=methods, valid_from=valid_from.isoformat())


async def test_what_came_before_the_change_keeps_the_old_limit_with_the_catalogue_away(
    doors: Any, at_the_door: RunningSystem
) -> None:
    catalogue = await doors(Role.CATALOGUE)
    counter = await doors(Role.COUNTER, Role.OPERATOR, agencies=[AGENCY])
    today = business_date(present())
    yesterday = datetime.combine(today - timedelta(days=1), time(9), VIETNAM_TIME)

    await _publish(catalogue, 1, make_version(OLD_LIMIT, date(2020, 1, 1)))
    await _knows(counter, 1)
    signed = {"signed_at": yesterday.isoformat()}
    by_post = FILING | {"channel": "postal", "hand_over": signed}
    filed_before = await counter.post("/v1/dossiers", by_post)
    await _publish(catalogue, 2, make_version(NEW_LIMIT, today))
    await _knows(counter, 2)

    async with _stopped(at_the_door, "procedures", "procedures-worker"):
        assert (await catalogue.http.get(f"/v1/procedures/{PROCEDURE}")).status_code == 503
        accepted = [
            await _accept(counter, dossier)
            for dossier in (
                filed_before,
                await counter.post("/v1/dossiers", by_post),
                await counter.post("/v1/dossiers", FILING),
            )
        ]
        brought = await _bring(counter, yesterday)

    promised = [*accepted, brought]
    assert [dossier["version"] for dossier in promised] == [1, 1, 2, 1]
    assert [dossier["limit"] for dossier in promised] == [
        *(OLD_LIMIT, OLD_LIMIT, NEW_LIMIT, OLD_LIMIT)
    ]
    for dossier in promised:
        await counter.until(
            f"/v1/clocks/{dossier['code']}",
            lambda clock, due_at=dossier["due_at"]: clock["due_at"] == due_at,
        )
    before, _, after, _ = promised
    assert before["due_at"] < after["due_at"]


async def _publish(catalogue: Any, number: int, record: dict[str, Any]) -> None:
    await catalogue.post("/v1/procedures", record)
    await catalogue.post(f"/v1/procedures/{PROCEDURE}/versions/{number}/publication")


async def _knows(counter: Any, number: int) -> None:
    """Wait until intake takes a filing by the version: it hears of it by an event."""

    async def takes() -> bool:
        answer = await counter.http.post("/v1/dossiers", json=FILING)
        return bool(answer.is_success and answer.json()["version"] == number)

    await until(takes, seconds=30, what=f"intake knows version {number}")


async def _accept(counter: Any, dossier: dict[str, Any]) -> dict[str, Any]:
    accepted: dict[str, Any] = await counter.post(f"/v1/dossiers/{dossier['code']}/acceptance")
    return accepted


async def _bring(counter: Any, filed_at: datetime) -> dict[str, Any]:
    """Bring yesterday's dossier of another system in by the history import."""
    code = f"{AGENCY}-{filed_at:%y%m%d}-0500"
    line = FILING | {
        "code": code,
        "filed_at": filed_at.isoformat(),
        "life": [{"action": "accept", "at": filed_at.isoformat()}],
    }
    told = await counter.http.post(
        "/v1/imports/dossiers",
        content=orjson.dumps(line),
        headers={"content-type": "application/x-ndjson"},
    )
    assert told.json()["imported"] == 1, told.text
    dossier: dict[str, Any] = await counter.get(f"/v1/dossiers/{code}")
    return dossier


@asynccontextmanager
async def _stopped(running: RunningSystem, *names: str) -> AsyncIterator[None]:
    for name in names:
        await running.stop(name)
    try:
        yield
    finally:
        for name in names:
            await running.start(name)
