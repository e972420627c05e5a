"""By when a dossier must be sent on to the competent agency (D118/2025 18(2)); pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from shared.working_time import VIETNAM_TIME, Limit, LimitUnit, WorkingTime


@dataclass(frozen=True, slots=True)
class Forwarding:
    """How fast is fast enough."""

    cutoff: time
    """What was received later is sent at the start of the next working day."""
    opening_minutes: int
    """How long the start of a day lasts."""
    paper_working_days: Decimal


def forward_by(
    working_time: WorkingTime, received_at: datetime, rule: Forwarding, *, on_paper: bool
) -> datetime:
    """Tell until when sending it on is in time; papers have days, files the same day."""
    if on_paper:
        return working_time.due(received_at, Limit(rule.paper_working_days, LimitUnit.WORKING_DAY))
    local = received_at.astimezone(VIETNAM_TIME)
    shifts = working_time.calendar.shifts_on(local.date())
    if shifts and local.time() < min(rule.cutoff, shifts[-1].end):
        return datetime.combine(local.date(), shifts[-1].end, VIETNAM_TIME)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(), VIETNAM_TIME)
    return working_time.add(tomorrow, rule.opening_minutes)
