"""Who follows the first world's events by webhook."""

from tests.journeys.foreign.marks import WORD
from tests.journeys.foreign.world import AGENCY, World


async def add(world: World) -> None:
    """A subscription with one delivery in its log, told to an address that nobody answers at."""
    wanted = {
        "url": "https://quyrunda.invalid/",
        "description": f"Máy chủ của {WORD}",
        "agencies": [AGENCY],
    }
    webhook = await world.officer.post("/v1/webhooks", wanted)
    world.secret("webhook", webhook["id"])
    world.marks.add(webhook["secret"])
    await world.officer.post(f"/v1/webhooks/{webhook['id']}/pings")
