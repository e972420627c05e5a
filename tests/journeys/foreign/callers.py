"""Those who are far away: in another subtree, another citizen, or nobody at all."""

from contextlib import AsyncExitStack

import httpx

from deploy.door import Door, address
from shared.identity import Role
from tests.journeys.foreign.world import FOREIGN_AGENCY, OTHER_PERSON

OFFICERS = (Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.REPORTER, Role.OPERATOR)
AGENTS = (Role.POSTAL, Role.PORTAL)


async def enter(stack: AsyncExitStack) -> dict[str, httpx.AsyncClient]:
    """The foreign clients by name."""
    clients = {}
    for role in (*OFFICERS, *AGENTS):
        door = Door(role, agencies=[FOREIGN_AGENCY], subject=f"nguoi-la-{role}")
        clients[f"{role} of another agency"] = (await stack.enter_async_context(door)).http
    citizen = Door(Role.CITIZEN, agencies=[], subject=OTHER_PERSON)
    clients["another citizen"] = (await stack.enter_async_context(citizen)).http
    nobody = httpx.AsyncClient(base_url=address(), timeout=60)
    clients["nobody"] = await stack.enter_async_context(nobody)
    return clients
