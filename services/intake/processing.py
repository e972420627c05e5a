"""Working on a dossier: finished steps with their hand-over, stops and resumptions."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers, pauses
from services.intake.desk import Desk
from services.intake.lifecycle import Action
from services.intake.models import Pause, Step
from services.intake.schemas.actions import Resumption, StepIn, Stop
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.events import DossierResumed, DossierStepCompleted, DossierStopped, PauseEnd

GROUND_OF_RESUMPTION = "Hết lý do tạm dừng"


async def complete_step(
    session: AsyncSession, desk: Desk, reference: str, done: StepIn
) -> DossierView:
    """Finish a unit's step and hand the dossier over (phiếu kiểm soát, form 06)."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.COMPLETE_STEP)
    dossier.steps += 1
    dossier.holding_unit = done.next_unit or done.unit
    dossier.holding_officer = done.next_officer if done.next_unit else done.officer
    told = done.model_dump()
    session.add(Step(dossier_id=dossier.id, number=dossier.steps, completed_at=desk.now, **told))
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.COMPLETE_STEP,
        after=after,
        event=DossierStepCompleted(step=dossier.steps, completed_at=desk.now, **told),
        details={"step": dossier.steps, **told},
    )
    return dossier_view(dossier)


async def stop(session: AsyncSession, desk: Desk, reference: str, asked: Stop) -> DossierView:
    """Stop for good (form 05; D118/2025 21), or suspend until it is resumed."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.STOP, for_good=asked.ended)
    if asked.ended:
        dossiers.end_pause(dossier)
        dossier.ended_at = desk.now
    else:
        dossiers.pause(dossier, Pause.SUSPENSION, desk.now)
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.STOP,
        after=after,
        event=DossierStopped(ground=asked.ground, ended=asked.ended, stopped_at=desk.now),
        ground=asked.ground,
        details={"ended": asked.ended},
    )
    return dossier_view(dossier)


async def resume(
    session: AsyncSession, desk: Desk, reference: str, asked: Resumption
) -> DossierView:
    """Go on with a suspended dossier; the time it lay still is added to its date."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.RESUME)
    moved = await pauses.end(session, desk, dossier, PauseEnd.EXTEND)
    ground = asked.ground or GROUND_OF_RESUMPTION
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.RESUME,
        after=after,
        event=DossierResumed(ground=ground, resumed_at=desk.now, **moved),
        ground=ground,
    )
    return dossier_view(dossier)
