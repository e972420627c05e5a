"""Loads who is competent for what and the targets of plans; what is there already stays."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import competences, targets
from services.procedures.models import Competence, TargetVersion
from services.procedures.schemas import CompetenceList, TargetDescription

Read = Callable[[str], dict[str, Any]]


async def load(session: AsyncSession, read: Read) -> tuple[int, int]:
    """Bring in what is new: lists of competence, and versions of targets; how many of each."""
    return await _competences(session, read), await _targets(session, read)


async def _competences(session: AsyncSession, read: Read) -> int:
    known = set(await session.scalars(select(Competence.procedure)))
    fresh = [seed for seed in read("competences")["competences"] if seed["procedure"] not in known]
    for seed in fresh:
        wanted = CompetenceList.model_validate({"lines": seed["lines"]})
        await competences.put(session, seed["procedure"], wanted.lines, covers=_everywhere)
    return len(fresh)


async def _targets(session: AsyncSession, read: Read) -> int:
    stored = await session.execute(select(TargetVersion.code, TargetVersion.effective_from))
    known = {(code, day) for code, day in stored}
    count = 0
    for seed in read("targets")["targets"]:
        code, day = seed.pop("code"), date.fromisoformat(seed.pop("effective_from"))
        if (code, day) not in known:
            description = TargetDescription.model_validate(seed)
            await targets.put(session, code, day, description, covers=_everywhere)
            count += 1
    return count


def _everywhere(_: str | None) -> bool:
    return True
