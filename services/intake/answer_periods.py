"""How long an agency may take to ask for papers, and a person to answer (D61 19(4))."""

from datetime import datetime
from decimal import Decimal

from services.intake.models import Dossier
from services.intake.promise import Terms, due
from services.intake.settings import SupplementSettings
from shared.events import Channel, LimitUnit, Method, PublishedLimit
from shared.working_time import WorkingTime


def is_late(
    settings: SupplementSettings, working_time: WorkingTime, dossier: Dossier, now: datetime
) -> bool:
    """Tell whether papers are asked for too late: days after acceptance, hours after a filing.

    A filing at the counter is looked at while the person stands there, so nothing counts yet.
    """
    if dossier.accepted_at is not None:
        since = dossier.counts_from or dossier.accepted_at
        allowed = _limit(settings.ask_working_days, LimitUnit.WORKING_DAY)
    elif Channel(dossier.channel).method is Method.ONLINE:
        since = working_time.counts_from(dossier.filed_at, online=True)
        allowed = _limit(settings.ask_working_hours_online, LimitUnit.HOUR)
    else:
        return False
    until = due(working_time, Terms(allowed, same_day=False), since)
    return until is not None and now > until


def answer_by(
    settings: SupplementSettings, working_time: WorkingTime, now: datetime
) -> datetime | None:
    """Tell by when the person has to answer; raises Conflict out of the calendar."""
    allowed = _limit(settings.answer_working_days, LimitUnit.WORKING_DAY)
    return due(working_time, Terms(allowed, same_day=False), now)


def _limit(value: Decimal, unit: LimitUnit) -> PublishedLimit:
    return PublishedLimit(value=value, unit=unit)
