"""Tells once of every petition whose time is over."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import Petition
from services.survey.petitions.lifecycle import OPEN
from shared import outbox
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.events import PetitionOverdue

AT_ONCE_MAX: Final = 200
REST_SECONDS: Final = 60.0


async def tell_overdue(session: AsyncSession, now: datetime) -> int:
    """Tell of a bounded number of petitions, the longest overdue first; how many."""
    found = await session.scalars(
        select(Petition)
        .where(Petition.due_at < now, ~Petition.overdue_told, Petition.status.in_(OPEN))
        .order_by(Petition.due_at)
        .limit(AT_ONCE_MAX)
        .with_for_update(skip_locked=True)
    )
    told = 0
    for petition in found:
        if petition.due_at is not None:
            petition.overdue_told = True
            overdue = PetitionOverdue(due_at=petition.due_at, overdue_at=now)
            await outbox.record(session, "survey", petition, overdue)
            told += 1
    return told


async def _sweep(database: Database) -> None:
    told = AT_ONCE_MAX
    while told == AT_ONCE_MAX:
        async with database.transaction() as session:
            told = await tell_overdue(session, present())


TELL_OVERDUE: Final = Periodic("tell-overdue-petitions", REST_SECONDS, _sweep)
"""For the survey's worker."""
