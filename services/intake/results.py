"""The end of a dossier: a result reached, recalled, handed over, or a dossier taken back."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.files import results as electronic
from services.intake.lifecycle import Action
from services.intake.linked import children, progress
from services.intake.models import Dossier, Handover
from services.intake.payments import demands
from services.intake.processing import assignments, following, steps
from services.intake.schemas.actions import Recall, Resolution, ReturnIn, Withdrawal
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view, sealed_for
from shared.errors import Unprocessable
from shared.events import (
    DossierResolved,
    DossierResultRecalled,
    DossierReturned,
    DossierWithdrawn,
    Outcome,
    WayOfReturn,
)

RECIPIENT = "recipient"


async def resolve(
    session: AsyncSession, desk: Desk, reference: str, reached: Resolution
) -> DossierView:
    """Reach a result; here the clock ends, whenever it is collected (status 9)."""
    if reached.outcome is Outcome.REFUSED and reached.ground is None:
        raise Unprocessable("Từ chối phải nêu lý do cụ thể.", code="ground_needed")
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.RESOLVE)
    await following.refuse_skipping(session, desk, dossier, reached.outcome)
    await progress.refuse_while_open(session, dossier, reached.outcome)
    dossier.resolved_at = dossier.ended_at = desk.now
    dossier.outcome = str(reached.outcome)
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.RESOLVE,
        after=after,
        event=DossierResolved(outcome=reached.outcome, resolved_at=desk.now),
        ground=reached.ground,
        details={"outcome": str(reached.outcome)},
    )
    await progress.after_result(session, desk, dossier)
    return dossier_view(dossier)


async def recall(session: AsyncSession, desk: Desk, reference: str, asked: Recall) -> DossierView:
    """Take a wrong result back before it is handed over (D61 21)."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.RECALL_RESULT)
    await progress.refuse_after_parent(session, dossier)
    await electronic.withdraw(session, desk, dossier)
    dossier.resolved_at = dossier.ended_at = dossier.outcome = None
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.RECALL_RESULT,
        after=after,
        event=DossierResultRecalled(ground=asked.ground, recalled_at=desk.now),
        ground=asked.ground,
    )
    await following.reopen(session, desk, dossier)
    return dossier_view(dossier)


async def hand_over(
    session: AsyncSession, desk: Desk, reference: str, given: ReturnIn
) -> DossierView:
    """Hand the result over; another person brings a power of attorney (D61 6(2)(b))."""
    if given.recipient is not None and given.proxy_paper is None:
        raise Unprocessable(
            "Người nhận thay phải có giấy ủy quyền (proxy_paper).", code="proxy_paper_needed"
        )
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.RETURN_RESULT)
    way = given.way_of_return or WayOfReturn(dossier.way_of_return)
    await electronic.refuse_without_result(session, desk, dossier, way)
    await steps.finish_return(session, desk, dossier)
    dossier.returned_at = desk.now
    session.add(_handover(desk, dossier, given, way))
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.RETURN_RESULT,
        after=after,
        event=DossierReturned(way_of_return=way, returned_at=desk.now),
        details={"way_of_return": str(way), "by_proxy": given.recipient is not None},
    )
    # One result is returned at one place: what the parts came to goes with it.
    for code in await progress.codes_of(session, dossier, resolved=True):
        await hand_over(session, children.acting(desk, desk.principal.subject), code, given)
    return dossier_view(dossier)


async def withdraw(
    session: AsyncSession, desk: Desk, reference: str, asked: Withdrawal
) -> DossierView:
    """Give the dossier back to the person who asks for it."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.WITHDRAW)
    dossiers.end_pause(dossier)
    dossier.ended_at = desk.now
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.WITHDRAW,
        after=after,
        event=DossierWithdrawn(
            after_acceptance=dossier.accepted_at is not None, withdrawn_at=desk.now
        ),
        ground=asked.ground,
    )
    await demands.end(session, desk, dossier)
    await assignments.end(session, dossier)
    for code in await progress.codes_of(session, dossier, resolved=False):
        await withdraw(session, children.acting(desk, desk.principal.subject), code, asked)
    return dossier_view(dossier)


def _handover(desk: Desk, dossier: Dossier, given: ReturnIn, way: WayOfReturn) -> Handover:
    recipient = given.recipient.model_dump() if given.recipient else {}
    shown = given.identity_document
    if shown is not None:
        recipient |= {"document": shown.kind, "document_number": shown.number}
    recipient |= {"proxy_paper": given.proxy_paper}
    return Handover(
        dossier_id=dossier.id,
        way_of_return=str(way),
        recipient=desk.vault.seal(recipient, of=sealed_for(dossier.id, RECIPIENT)),
        key_id=desk.vault.current,
        identity_shown=given.identity_shown or shown is not None,
        receipt_shown=given.receipt_shown,
        by_proxy=given.recipient is not None,
        handed_over_by=desk.principal.subject,
        returned_at=desk.now,
    )
