"""Loads the first processes and linked groups; what is there already stays as it is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import linked_groups, processes
from services.procedures.models import LinkedGroup, Process

Read = Callable[[str], dict[str, Any]]


async def load(session: AsyncSession, read: Read, *, by: str, at: datetime) -> tuple[int, int]:
    """Bring in what is new: processes published, groups published where the seed says so.

    Returns how many of each; a number or code that was ever there is not brought in again.
    """
    return await _processes(session, read, by, at), await _groups(session, read, by, at)


async def _processes(session: AsyncSession, read: Read, by: str, at: datetime) -> int:
    rows = await session.execute(select(Process.procedure, Process.number))
    known = {(procedure, number) for procedure, number in rows}
    count = 0
    for content in read("processes")["processes"]:
        record = processes.ProcessRecord.model_validate_json(orjson.dumps(content))
        if (record.procedure, record.number) not in known:
            process = await processes.draft(session, record, by=by, at=at)
            await processes.publish(session, process, by=by, at=at)
            count += 1
    return count


async def _groups(session: AsyncSession, read: Read, by: str, at: datetime) -> int:
    known = set(await session.scalars(select(LinkedGroup.code)))
    count = 0
    for content in read("linked_groups")["linked_groups"]:
        publish = content.pop("publish")
        record = linked_groups.LinkedGroupRecord.model_validate_json(orjson.dumps(content))
        if record.code not in known:
            group = await linked_groups.draft(session, record, by=by, at=at)
            if publish:
                await linked_groups.publish(session, group, by=by, at=at)
            count += 1
    return count
