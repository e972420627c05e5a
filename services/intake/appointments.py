"""The two appointments of land dossiers: before the payment, and after its proof (DT138 3(4)).

What the tax authority and the payer take in between stands outside both.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import pauses
from services.intake.desk import Desk
from services.intake.models import Appointments, Dossier
from services.intake.views import limit_of
from shared.events import LimitUnit, PauseEnd, PublishedLimit


def begin(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Promise by the first limit at acceptance, where the procedure has two; keep the second."""
    two = desk.settings.two_appointments.get(dossier.procedure)
    if two is None:
        return
    _count_by(dossier, two.first)
    session.add(
        Appointments(
            dossier_id=dossier.id,
            first_value=two.first.value,
            first_unit=str(two.first.unit),
            second_value=two.second.value,
            second_unit=str(two.second.unit),
        )
    )


async def end_first(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """The demand to pay ends the first appointment; its date is kept to be judged by."""
    both = await session.get(Appointments, dossier.id)
    if both is not None and both.first_ended_at is None:
        both.first_due_at, both.first_ended_at = dossier.due_at, desk.now


async def paid(session: AsyncSession, desk: Desk, dossier: Dossier) -> dict[str, Any]:
    """Let the clock run on after payment: by the second limit from now, else by what was waited."""
    both = await session.get(Appointments, dossier.id)
    if both is None or both.counts_from is not None:
        return await pauses.end(session, desk, dossier, PauseEnd.EXTEND)
    _count_by(dossier, PublishedLimit(value=both.second_value, unit=LimitUnit(both.second_unit)))
    moved = await pauses.end(session, desk, dossier, PauseEnd.RESTART)
    both.counts_from, both.due_at = desk.now, dossier.due_at
    return moved | {"limit": limit_of(dossier)}


async def show(session: AsyncSession, dossier: Dossier) -> Appointments | None:
    """The appointments of a dossier that has two."""
    return await session.get(Appointments, dossier.id)


def _count_by(dossier: Dossier, limit: PublishedLimit) -> None:
    dossier.limit_value, dossier.limit_unit = limit.value, str(limit.unit)
    dossier.same_day = False
