"""What goes between the first world and its neighbour: opinions, transfers, linked lives."""

from datetime import datetime, timedelta
from typing import Any

from deploy.door import Door
from shared.times import to_text
from tests.journeys.foreign.world import AGENCY, PERSON, PROCEDURE, SAYS, World
from tests.waiting import until

NEIGHBOUR, LINKED = "H20.142", "2.000986"


async def add(world: World, neighbour: Door, now: datetime) -> None:
    """Each asks the other, each hands something on, and one life is shared by both."""
    soon = to_text(now + timedelta(minutes=30))
    path = f"/v1/dossiers/{world.known['dossier']}"
    asked = {"question": SAYS, "due_at": soon}
    await world.officer.post(f"{path}/opinions", asked | {"agency": NEIGHBOUR})
    theirs = await _accepted(neighbour, NEIGHBOUR, PROCEDURE)
    world.marks.add(theirs["code"], theirs["id"])
    their_path = f"/v1/dossiers/{theirs['code']}"
    await neighbour.post(f"{their_path}/opinions", asked | {"agency": AGENCY})
    handed_on = {"to_agency": AGENCY, "ground": SAYS}
    moved = await _filed(neighbour, NEIGHBOUR, PROCEDURE)
    world.secret("transferred dossier", moved["code"])
    await neighbour.post(f"/v1/dossiers/{moved['code']}/transfers", handed_on)
    await _link(world)


async def _filed(door: Door, agency: str, procedure: str) -> dict[str, Any]:
    filing = {"procedure": procedure, "agency": agency, "channel": "counter", "applicant": PERSON}
    dossier: dict[str, Any] = await door.post("/v1/dossiers", filing)
    return dossier


async def _accepted(door: Door, agency: str, procedure: str) -> dict[str, Any]:
    dossier = await _filed(door, agency, procedure)
    accepted: dict[str, Any] = await door.post(f"/v1/dossiers/{dossier['code']}/acceptance")
    return accepted


async def _link(world: World) -> None:
    parent = await _accepted(world.officer, AGENCY, LINKED)
    world.secret("linked dossier", parent["code"])
    path = f"/v1/dossiers/{parent['code']}/children"
    parts = [
        {"member": "khai-sinh"},
        {"member": "thuong-tru", "agency": NEIGHBOUR},
        {"member": "the-bhyt", "agency": NEIGHBOUR, "procedure": PROCEDURE},
    ]

    async def linked() -> bool:
        answer = await world.officer.http.post(path, json={"parts": parts})
        return answer.status_code == 201

    await until(linked, seconds=30, what="intake has heard of the linked group")
    for part in (await world.officer.get(path))["parts"]:
        if part["dossier"] is not None:
            world.marks.add(part["dossier"]["code"])
