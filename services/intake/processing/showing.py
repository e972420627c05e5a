"""How far a dossier is in its process: what is prescribed, done and open."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.models import Assignment, Step
from services.intake.processing import assignments, following
from services.intake.schemas.processing import DoneStep, HeldStep, StepsView
from shared.events import LimitUnit, PublishedLimit


async def steps(session: AsyncSession, desk: Desk, reference: str) -> StepsView:
    """Show the steps of a dossier that the caller may see."""
    dossier = await dossiers.get(session, desk, reference)
    process = await following.process_of(session, desk, dossier)
    done = await session.scalars(
        select(Step).where(Step.dossier_id == dossier.id).order_by(Step.number)
    )
    held = await assignments.open_steps(session, dossier)
    return StepsView(
        code=dossier.code,
        process=process.number if process else None,
        prescribed=sorted(process.steps, key=lambda step: step.order) if process else [],
        done=[_done(step) for step in done],
        open=[held_view(one) for one in held],
    )


def held_view(one: Assignment) -> HeldStep:
    """An open step as it is shown."""
    return HeldStep.model_validate(one, from_attributes=True)


def _done(step: Step) -> DoneStep:
    limit = None
    if step.limit_value is not None and step.limit_unit is not None:
        limit = PublishedLimit(value=step.limit_value, unit=LimitUnit(step.limit_unit))
    return DoneStep(
        number=step.number,
        step=step.process_step,
        name=step.name,
        agency=step.agency,
        unit=step.unit,
        officer=step.officer,
        next_unit=step.next_unit,
        next_officer=step.next_officer,
        limit=limit,
        given_at=step.given_at,
        confirmed_at=step.confirmed_at,
        due_at=step.due_at,
        completed_at=step.completed_at,
        back_to=step.back_to,
        ground=step.ground,
    )
