"""When a life is due: what it was judged by at its end, and until then what its clock says."""

from datetime import date, datetime, time
from typing import Final

from sqlalchemy import ColumnElement, Date, cast, func, select

from services.sla.models import Clock, Life
from shared.working_time import VIETNAM_TIME

_OF_THE_CLOCK: Final = (
    select(cast(func.timezone("Asia/Ho_Chi_Minh", Clock.due_at), Date))
    .where(Clock.dossier == Life.dossier, Life.ended_on.is_(None))
    .correlate(Life)
    .scalar_subquery()
)
DUE_ON: Final[ColumnElement[date | None]] = func.coalesce(Life.due_on, _OF_THE_CLOCK)
"""The business day on which a life is or was due; none without a due date, or while it waits."""


def clock_due_before(day: date) -> ColumnElement[bool]:
    """Whether the clock's due lies before a business day: for lives that are open."""
    midnight = datetime.combine(day, time(), VIETNAM_TIME)
    return (
        select(Clock.dossier)
        .where(Clock.dossier == Life.dossier, Clock.due_at < midnight)
        .correlate(Life)
        .exists()
    )
