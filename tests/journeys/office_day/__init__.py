"""A day at one agency, told through the door: what the document's examples are taken from."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from deploy.local.testing import RunningSystem
from tests.journeys.office_day import (
    agencies,
    catalogue,
    counter,
    desks,
    files,
    home,
    indices,
    lateness,
    linked,
    money,
    partners,
    petitions,
    portal,
    post,
    processes,
    slips,
)
from tests.journeys.office_day.office import Office, enter

Story = Callable[[Office], Awaitable[None]]

STORIES: tuple[Story, ...] = (
    *(*catalogue.STORIES, *processes.STORIES, *agencies.STORIES),
    *(*counter.STORIES, *files.STORIES, *money.STORIES, *desks.STORIES, *linked.STORIES),
    *(*home.STORIES, *post.STORIES, *partners.STORIES),
    *(*lateness.STORIES, *indices.STORIES, *slips.STORIES),
    *(*petitions.STORIES, *portal.STORIES),
)
"""In this order: what was published in the morning is used in the afternoon."""


async def tell(system: RunningSystem) -> None:
    """Let the whole day pass."""
    async with AsyncExitStack() as stack:
        office = await enter(stack, system)
        for story in STORIES:
            await story(office)
