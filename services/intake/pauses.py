"""The end of a waiting time: what it does to the promised date, by the newest calendar."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.models import Dossier
from services.intake.processing import assignments, following
from services.intake.promise import Terms, due_after_pause
from services.intake.views import limit_of
from shared.events import PauseEnd


async def end(
    session: AsyncSession, desk: Desk, dossier: Dossier, pause_end: PauseEnd
) -> dict[str, Any]:
    """Let an accepted dossier's clock run again; tells the members that its fact carries.

    A dossier that was never accepted has no clock, and nothing to tell.
    """
    since = dossiers.end_pause(dossier)
    if dossier.accepted_at is None or since is None:
        return {}
    catalogue, _ = await desk.catalogue(session)
    working_time = catalogue.calendar_of(dossier.receiving_agency)
    due_before: datetime | None = dossier.due_at
    dossier.due_at = due_after_pause(
        working_time,
        Terms(limit_of(dossier), dossier.same_day),
        due_before,
        since=since,
        until=desk.now,
        pause_end=pause_end,
    )
    if (process := await following.process_of(session, desk, dossier)) is not None:
        await assignments.move_planned_ends(
            session, dossier, process, working_time, since=since, until=desk.now
        )
    dossier.calendar = working_time.calendar.code
    dossier.calendar_version = working_time.calendar.version
    return {
        "calendar": dossier.calendar,
        "calendar_version": dossier.calendar_version,
        "due_before": due_before,
        "due_at": dossier.due_at,
    }
