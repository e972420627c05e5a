"""Open steps of a dossier: given, held, taken away; each giving is a fact."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Work
from services.intake.models import Assignment, Dossier, Involvement, Step
from services.intake.promise import Terms, due, due_after_pause
from shared.events import (
    DossierStepAssigned,
    PauseEnd,
    ProcessPublished,
    PublishedStep,
    StepKind,
)
from shared.working_time import WorkingTime

FREE = ""
"""The name of the one open step of a dossier that follows no process."""


async def open_steps(session: AsyncSession, dossier: Dossier) -> list[Assignment]:
    """Every open step of a dossier, in the order of their names."""
    found = await session.scalars(
        select(Assignment).where(Assignment.dossier_id == dossier.id).order_by(Assignment.step)
    )
    return list(found)


async def give(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    step: PublishedStep,
    *,
    officer: str | None = None,
    giver: Assignment | None = None,
    confirmed: bool = False,
) -> Assignment:
    """Open a step of the process for whoever is to do it; it counts from now, or as before."""
    assignment = Assignment(
        dossier_id=dossier.id,
        step=step.id,
        name=step.name,
        agency=agency_of(dossier, step),
        unit=step.unit or step.role.label,
        officer=officer,
        from_unit=giver.unit if giver else None,
        from_officer=giver.officer if giver else None,
        given_at=desk.now,
        confirmed_at=desk.now if confirmed else None,
        due_at=await _planned_end(session, desk, dossier, step),
    )
    session.add(assignment)
    await involve(session, dossier, assignment.agency)
    await tell(session, desk, dossier, assignment, step)
    return assignment


async def tell(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    assignment: Assignment,
    step: PublishedStep | None,
    *,
    ground: str | None = None,
) -> None:
    """Record who a step lies with now."""
    who = {"unit": assignment.unit, "officer": assignment.officer}
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.ASSIGN,
        event=DossierStepAssigned(
            step=assignment.step,
            step_name=assignment.name or "",
            agency=assignment.agency,
            **who,
            from_unit=assignment.from_unit,
            from_officer=assignment.from_officer,
            limit=step.limit if step else None,
            due_at=assignment.due_at,
            confirmed=assignment.confirmed_at is not None,
            assigned_at=desk.now,
        ),
        ground=ground,
        details={"step": assignment.step, "name": assignment.name, **who},
    )


async def involve(session: AsyncSession, dossier: Dossier, agency: str) -> None:
    """Let an agency take part in the dossier, and so see it."""
    if agency in {dossier.competent_agency, dossier.receiving_agency, dossier.support_agency}:
        return
    # Flushing first: a dossier of this transaction must be there before who takes part in it.
    await session.flush()
    await session.execute(
        insert(Involvement).values(dossier_id=dossier.id, agency=agency).on_conflict_do_nothing()
    )


async def end(session: AsyncSession, dossier: Dossier) -> None:
    """Take every open step away: what is over lies with nobody."""
    await session.execute(delete(Assignment).where(Assignment.dossier_id == dossier.id))


async def move_planned_ends(
    session: AsyncSession,
    dossier: Dossier,
    process: ProcessPublished,
    working_time: WorkingTime,
    *,
    since: datetime,
    until: datetime,
) -> None:
    """Put off the planned ends of open steps by the working time that was waited."""
    limits = {step.id: step.limit for step in process.steps}
    for assignment in await open_steps(session, dossier):
        assignment.due_at = due_after_pause(
            working_time,
            Terms(limits.get(assignment.step), same_day=False),
            assignment.due_at,
            since=since,
            until=until,
            pause_end=PauseEnd.EXTEND,
        )


def hold(dossier: Dossier, held: Sequence[Assignment]) -> None:
    """Write on the dossier who holds it; of steps at the same time, who holds the first."""
    if not held:
        return
    lying = held[0]
    received = lying.confirmed_at is not None
    dossier.holding_unit = lying.unit if received else lying.from_unit
    dossier.holding_officer = lying.officer if received else lying.from_officer


def agency_of(dossier: Dossier, step: PublishedStep) -> str:
    """Where a step is done: as it says, else received and returned at the one-stop."""
    if step.agency is not None:
        return step.agency
    at_the_counter = step.kind in {StepKind.RECEIVE, StepKind.RETURN}
    return dossier.receiving_agency if at_the_counter else dossier.competent_agency


def named(held: Iterable[Assignment]) -> list[dict[str, str | None]]:
    """Open steps as a refusal names them."""
    return [{"step": one.step, "name": one.name, "unit": one.unit} for one in held]


async def _planned_end(
    session: AsyncSession, desk: Desk, dossier: Dossier, step: PublishedStep
) -> datetime | None:
    """When the step should be done by its limit; going back to a step resets nothing."""
    if step.limit is None:
        return None
    before: datetime | None = await session.scalar(
        select(Step.due_at)
        .where(Step.dossier_id == dossier.id, Step.process_step == step.id)
        .order_by(Step.number.desc())
        .limit(1)
    )
    if before is not None:
        return before
    catalogue, _ = await desk.catalogue(session)
    working_time = catalogue.calendar_of(agency_of(dossier, step))
    counts_from = max(desk.now, dossier.counts_from or desk.now)
    return due(working_time, Terms(step.limit, same_day=False), counts_from)
