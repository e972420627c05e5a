"""Stopping a dossier, for good or for a while, and going on with it."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers, pauses
from services.intake.desk import Desk
from services.intake.lifecycle import Action
from services.intake.linked import progress
from services.intake.models import Pause
from services.intake.payments import demands
from services.intake.printed import issuing
from services.intake.processing import assignments
from services.intake.schemas.actions import Resumption, Stop
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.events import DossierResumed, DossierStopped, PauseEnd

GROUND_OF_RESUMPTION = "Hết lý do tạm dừng"


async def stop(session: AsyncSession, desk: Desk, reference: str, asked: Stop) -> DossierView:
    """Stop for good (form 05; D118/2025 21), or suspend until it is resumed."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.STOP, for_good=asked.ended)
    stage = ", ".join(filter(None, (dossier.status.label, dossier.holding_unit)))
    if asked.ended:
        await progress.refuse_stop(session, dossier)
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
    if asked.ended:
        await demands.end(session, desk, dossier)
        await assignments.end(session, dossier)
        await issuing.stop(session, desk, dossier, ground=asked.ground, stage=stage)
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
