from typing import Any

import httpx
import pytest

from deploy.cli.delivery import differences_now
from deploy.local.testing import RunningSystem
from deploy.showcase.demo import demo
from shared.identity import Role
from tests.waiting import until

FILING = {
    "procedure": "2.000908",
    "agency": "H20.101",
    "channel": "counter",
    "applicant": {"name": "Nguyễn Văn Thử", "identity_number": "000187001234"},
}


async def test_every_channel_ends_returned_and_answered(at_the_door: RunningSystem) -> None:
    assert await demo()


async def test_intake_and_sla_agree_on_the_due_date_before_and_after_a_supplement(
    doors: Any,
) -> None:
    counter = await doors(Role.COUNTER, agencies=["H20.101"])
    dossier = await counter.post("/v1/dossiers", FILING)
    path = f"/v1/dossiers/{dossier['code']}"
    accepted = await counter.post(f"{path}/acceptance")

    clock = await counter.until(
        f"/v1/clocks/{dossier['code']}", lambda clock: clock["due_at"] == accepted["due_at"]
    )
    assert clock["due_at"] is not None

    await counter.post(f"{path}/supplement-requests", await _request(counter, dossier))
    completed = await counter.post(f"{path}/supplements")

    await counter.until(
        f"/v1/clocks/{dossier['code']}",
        lambda clock: clock["due_at"] == completed["due_at"] and clock["restarts"] == 1,
    )


async def test_the_report_counts_a_dossier_once(doors: Any) -> None:
    counter = await doors(Role.COUNTER, Role.REPORTER, agencies=["H20.102"])
    dossier = await counter.post("/v1/dossiers", FILING | {"agency": "H20.102"})
    accepted = await counter.post(f"/v1/dossiers/{dossier['code']}/acceptance")
    today = accepted["accepted_at"][:10]

    report = await counter.until(
        "/v1/reports/ii06a",
        lambda report: report["totals"]["received"] == 1,
        agency="H20.102",
        **{"from": today, "to": today},
    )

    assert report["totals"]["in_progress"] == 1
    assert report["totals"]["resolved"] == 0


async def test_a_foreign_officer_sees_nothing_of_it(doors: Any) -> None:
    counter = await doors(Role.COUNTER, agencies=["H20.101"])
    dossier = await counter.post("/v1/dossiers", FILING)
    foreign = await doors(Role.COUNTER, Role.LEADER, agencies=["H20.150"])

    for path in (f"/v1/dossiers/{dossier['code']}", f"/v1/dossiers/{dossier['id']}/history"):
        assert (await foreign.http.get(path)).status_code == 404


async def test_a_stopped_sla_holds_nobody_up_and_catches_up(
    doors: Any, at_the_door: RunningSystem
) -> None:
    counter = await doors(Role.COUNTER, agencies=["H20.103"])
    await at_the_door.stop("sla")
    await at_the_door.stop("sla-worker")
    try:
        dossier = await counter.post("/v1/dossiers", FILING | {"agency": "H20.103"})
        accepted = await counter.post(f"/v1/dossiers/{dossier['code']}/acceptance")
        away = await counter.http.get(f"/v1/clocks/{dossier['code']}")
    finally:
        await at_the_door.start("sla")
        await at_the_door.start("sla-worker")

    assert accepted["due_at"] is not None
    assert away.status_code == 503
    assert away.headers["retry-after"]
    await counter.until(
        f"/v1/clocks/{dossier['code']}", lambda clock: clock["due_at"] == accepted["due_at"]
    )


async def test_everything_told_was_applied_once(at_the_door: RunningSystem) -> None:
    async def nothing_differs() -> bool:
        return not await differences_now()

    await until(nothing_differs, seconds=30, what="reconcile finds no difference")


async def test_reaching_a_service_directly_gains_nothing(at_the_door: RunningSystem) -> None:
    direct = at_the_door.settings["GATEWAY_INTAKE_URL"]
    async with httpx.AsyncClient(base_url=direct) as http:
        assert (await http.get("/v1/dossiers")).status_code == 401


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/health/ready", "/metrics"])
async def test_the_door_shows_its_own_pages(at_the_door: RunningSystem, path: str) -> None:
    async with httpx.AsyncClient(base_url=at_the_door.gateway_url) as http:
        assert (await http.get(path)).status_code == 200


async def _request(counter: Any, dossier: dict[str, Any]) -> dict[str, Any]:
    procedure = await counter.get(f"/v1/procedures/{dossier['procedure']}")
    case = next(c for c in procedure["cases"] if c["id"] == dossier["case"])
    missing = next(part for part in case["components"] if not part["is_note"])
    return {"components": [{"id": missing["id"], "reason": "Thiếu bản chính."}]}
