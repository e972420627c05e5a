"""The time in which the petitioner is waited for does not count."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import Petition
from services.survey.petitions.desk import Desk
from services.survey.petitions.limits import Stage


async def end(session: AsyncSession, desk: Desk, petition: Petition) -> None:
    """Put the waiting time behind the day to answer; nothing happens when nobody is waited for."""
    if petition.waiting_since is None or petition.resolve_by is None:
        return
    working_time = await desk.working_time(session, petition.agency)
    limit = desk.limit(Stage.RESOLVE, petition.received_on)
    moved = working_time.extend_over(petition.resolve_by, petition.waiting_since, desk.now, limit)
    petition.resolve_by = petition.due_at = moved
    petition.waiting_since, petition.overdue_told = None, False
