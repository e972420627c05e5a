"""What became of petitions in a period, and the points of index 8 (TT01/2018 Art 13)."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import scope
from services.survey.models import Petition
from services.survey.petitions.lifecycle import Status
from services.survey.schemas.petitions import LEVEL_SATISFIED, PetitionFigures
from shared.errors import Unprocessable
from shared.events import PetitionKind
from shared.identity import Principal
from shared.working_time import VIETNAM_TIME

DAYS_MAX = 3660
ALL, MOST = Fraction(1), Fraction(9, 10)


async def count(
    session: AsyncSession, principal: Principal, agency: str | None, first: date, last: date
) -> PetitionFigures:
    """Count a period, both days in it; raises NotFound for a foreign agency, Unprocessable."""
    if not 0 <= (last - first).days < DAYS_MAX:
        raise Unprocessable("Kỳ báo cáo không hợp lệ hoặc quá dài.", code="period_invalid")
    statement = select(*_counts(first, last)).where(
        scope.subtree(principal, Petition.agency, agency)
    )
    counted = [int(found) for found in (await session.execute(statement)).one()]
    received, resolved, on_time, refused, dragged, complaints, judged, satisfied = counted
    return PetitionFigures(
        received=received,
        resolved=resolved,
        resolved_on_time=on_time,
        refused=refused,
        dragging=dragged,
        on_time_percent=percent(on_time, resolved),
        complaints=complaints,
        rated=judged,
        satisfied=satisfied,
        satisfied_percent=percent(satisfied, judged),
        index8=index8(resolved, on_time, dragged),
    )


async def index8_by_agency(
    session: AsyncSession, principal: Principal, agency: str | None, first: date, last: date
) -> dict[str, int]:
    """Points of index 8 of each agency that had petitions; raises NotFound for a foreign one."""
    statement = (
        select(Petition.agency, *_counts(first, last))
        .where(scope.subtree(principal, Petition.agency, agency))
        .group_by(Petition.agency)
    )
    found = {}
    for code, received, resolved, on_time, _, dragged, *_rest in await session.execute(statement):
        if received or resolved or dragged:
            found[code] = index8(resolved, on_time, dragged)
    return found


def _counts(first: date, last: date) -> list[ColumnElement[int]]:
    within = Petition.received_on.between(first, last)
    answered = Petition.resolved_on.between(first, last)
    beyond = datetime.combine(last + timedelta(days=1), time(), VIETNAM_TIME)
    # Late at the period's end, whatever became of it since.
    dragging = and_(
        Petition.received_on <= last,
        Petition.resolve_by < beyond,
        or_(Petition.resolved_on.is_(None), Petition.resolved_on > last),
        Petition.status.not_in((Status.WITHDRAWN, Status.REFUSED)),
        Petition.waiting_since.is_(None),
    )
    conduct = and_(
        within,
        Petition.kind == PetitionKind.CONDUCT,
        Petition.proved.is_not(False),
        Petition.status.not_in((Status.WITHDRAWN, Status.REFUSED)),
    )
    rated = and_(answered, Petition.level.is_not(None))
    return [
        func.count().filter(condition)
        for condition in (
            within,
            answered,
            and_(answered, Petition.late.is_(False)),
            and_(within, Petition.status == Status.REFUSED),
            dragging,
            conduct,
            rated,
            and_(rated, Petition.level >= LEVEL_SATISFIED),
        )
    ]


def index8(resolved: int, on_time: int, dragging: int) -> int:
    """Points for handling petitions: none or all on time 2, nine of ten 1, else or dragging 0."""
    if dragging:
        return 0
    share = Fraction(on_time, resolved) if resolved else ALL
    return 2 if share == ALL else int(share >= MOST)


def percent(part: int, whole: int) -> float | None:
    """A share in percent with two decimals; None of nothing."""
    return round(100 * part / whole, 2) if whole else None
