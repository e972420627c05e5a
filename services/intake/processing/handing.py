"""Taking a step (nhận việc), confirming that it was received, and giving it to somebody."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Work
from services.intake.models import Assignment, Dossier
from services.intake.processing import assignments, following, holding, route
from services.intake.schemas.actions import AssignIn, ClaimIn, ConfirmIn
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.errors import Conflict, Forbidden
from shared.events import DossierHandoverConfirmed, PublishedStep


async def claim(session: AsyncSession, desk: Desk, reference: str, asked: ClaimIn) -> DossierView:
    """Take a step that lies with the unit; who takes it has received it."""
    dossier = await dossiers.locked(session, desk, reference, involved=True)
    held = await _open(session, desk, dossier)
    taken, step = await _meant(session, desk, dossier, held, asked.step)
    holding.refuse_strangers(desk, taken, step)
    holding.refuse_held_by_another(desk, taken)
    await _receive(session, desk, dossier, taken)
    if taken.officer is None:
        taken.officer = desk.principal.subject
        taken.unit = asked.unit or taken.unit
        await assignments.tell(session, desk, dossier, taken, step)
    assignments.hold(dossier, held)
    return dossier_view(dossier)


async def confirm(
    session: AsyncSession, desk: Desk, reference: str, asked: ConfirmIn
) -> DossierView:
    """Confirm that a step was received; from now on it lies with the receiver."""
    dossier = await dossiers.locked(session, desk, reference, involved=True)
    held = await _open(session, desk, dossier)
    received, step = await _meant(session, desk, dossier, held, asked.step)
    holding.refuse_strangers(desk, received, step)
    holding.refuse_held_by_another(desk, received)
    if received.confirmed_at is not None:
        raise Conflict("Đã xác nhận nhận bàn giao.", code="already_confirmed")
    await _receive(session, desk, dossier, received)
    assignments.hold(dossier, held)
    return dossier_view(dossier)


async def assign(session: AsyncSession, desk: Desk, reference: str, asked: AssignIn) -> DossierView:
    """Give a step to an officer, as the head of the unit does; it keeps its planned end."""
    dossier = await dossiers.locked(session, desk, reference, involved=True)
    held = await _open(session, desk, dossier)
    given, step = await _meant(session, desk, dossier, held, asked.step)
    if not desk.principal.covers(given.agency):
        raise Forbidden("Bước này do cơ quan khác làm.", code="step_agency", agency=given.agency)
    if given.confirmed_at is not None:
        given.from_unit, given.from_officer = given.unit, given.officer or desk.principal.subject
    given.officer, given.unit = asked.officer, asked.unit or given.unit
    given.given_at, given.confirmed_at = desk.now, None
    await assignments.tell(session, desk, dossier, given, step, ground=asked.ground)
    assignments.hold(dossier, held)
    return dossier_view(dossier)


async def _open(session: AsyncSession, desk: Desk, dossier: Dossier) -> list[Assignment]:
    """The open steps; an accepted dossier that came without one gets its free step now."""
    held = await assignments.open_steps(session, dossier)
    under_way = dossier.accepted_at is not None and dossier.ended_at is None
    if not held and under_way and dossier.process is None:
        held = [
            Assignment(
                dossier_id=dossier.id,
                step=assignments.FREE,
                agency=dossier.competent_agency,
                given_at=desk.now,
                confirmed_at=desk.now,
            )
        ]
        session.add_all(held)
    if not held:
        raise Conflict("Hồ sơ không có việc đang mở.", code="nothing_open")
    return held


async def _meant(
    session: AsyncSession, desk: Desk, dossier: Dossier, held: list[Assignment], step: str | None
) -> tuple[Assignment, PublishedStep | None]:
    meant = holding.mine(desk, held, step)
    process = await following.process_of(session, desk, dossier)
    return meant, route.step_of(process, meant.step) if process else None


async def _receive(
    session: AsyncSession, desk: Desk, dossier: Dossier, received: Assignment
) -> None:
    if received.confirmed_at is not None:
        return
    received.confirmed_at = desk.now
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.CONFIRM_HANDOVER,
        event=DossierHandoverConfirmed(
            step=received.step,
            agency=received.agency,
            unit=received.unit,
            officer=desk.principal.subject,
            from_unit=received.from_unit,
            from_officer=received.from_officer,
            given_at=received.given_at,
            confirmed_at=desk.now,
        ),
        details={"step": received.step, "from_unit": received.from_unit},
    )
