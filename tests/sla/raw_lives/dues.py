"""When a raw life is due, at first and after a wait."""

from datetime import datetime

from shared.events import DossierAccepted
from shared.working_time import Limit, WorkingTime
from shared.working_time import LimitUnit as Unit


def first_due(accepted: DossierAccepted, times: WorkingTime, *, imported: bool) -> datetime | None:
    """Tell the due of an acceptance; None where nothing limits it."""
    if imported and accepted.due_at is not None:
        return accepted.due_at
    if accepted.same_day:
        return times.due_same_day(accepted.counts_from)
    limit = _limit(accepted)
    return None if limit is None else times.due(accepted.counts_from, limit)


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
    limit = _limit(accepted)
    if anew and accepted.same_day:
        return times.due_same_day(until)
    if anew:
        return None if limit is None else times.due(until, limit)
    if due is None or limit is None:
        waited = times.between(since, until)
        return times.add(due, waited) if due is not None and waited else due
    return times.extend_over(due, since, until, limit)


def _limit(accepted: DossierAccepted) -> Limit | None:
    if accepted.limit is None:
        return None
    return Limit(accepted.limit.value, Unit(accepted.limit.unit))
