"""Builds the first world through the door, as people and officers would."""

from contextlib import AsyncExitStack

from deploy.door import Door
from shared.clock import present
from shared.identity import Role
from shared.times import to_vietnam
from tests.journeys.foreign import catalogue, followers, lateness, lives, neighbours, post, voices
from tests.journeys.foreign.world import World

OFFICERS = (Role.COUNTER, Role.SPECIALIST, Role.LEADER)


async def build(world: World) -> None:
    """Fill the world; each part leaves what it made in `known` and its secrets in `marks`."""
    now = to_vietnam(present())
    today = now.date()
    await catalogue.add(world, today)
    await lives.add(world)
    async with AsyncExitStack() as stack:
        door = Door(*OFFICERS, agencies=[neighbours.NEIGHBOUR], subject="can-bo-ben-canh")
        await neighbours.add(world, await stack.enter_async_context(door), now)
    await post.add(world, now)
    await lateness.add(world, now)
    await voices.add(world, today)
    await followers.add(world)
