"""When a raw life is due, at first and after a wait."""

from datetime import datetime

from shared.events import DossierAccepted
from shared.working_time import Limit, WorkingTime
from shared.working_time import LimitUnit as Unit


def first_due(accepted: DossierAccepted, times: WorkingTime, start: datetime) -> datetime | None:
    """Tell when the whole limit ends that counts from `start`; None where nothing limits it."""
    if accepted.same_day:
        return times.due_same_day(start)
    limit = _limit(accepted)
    return None if limit is None else times.due(start, limit)


def next_due(
    accepted: DossierAccepted,
    times: WorkingTime,
    due: datetime | None,
    since: datetime,
    until: datetime,
    *,
    anew: bool,
) -> datetime | None:
    """Tell the due after a wait, counted on from the old one or anew."""
    if anew:
        return first_due(accepted, times, until)
    limit = _limit(accepted)
    if due is None or limit is None:
        waited = times.between(since, until)
        return times.add(due, waited) if due is not None and waited else due
    return times.extend_over(due, since, until, limit)


def later_due(
    accepted: DossierAccepted, times: WorkingTime, due: datetime, amount: int
) -> datetime:
    """Tell the due after an extension: minutes of working time, or days of a limit in days."""
    limit = _limit(accepted)
    if limit is None or limit.unit.is_working_time:
        return times.add(due, amount)
    return times.extend(due, 0, limit, waited_days=amount)


def _limit(accepted: DossierAccepted) -> Limit | None:
    if accepted.limit is None:
        return None
    return Limit(accepted.limit.value, Unit(accepted.limit.unit))
