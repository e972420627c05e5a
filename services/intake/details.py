"""One dossier with its people, papers and requests, and the log of its life."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, dossiers, unmasking
from services.intake.desk import Desk
from services.intake.models import (
    Dossier,
    Paper,
    Party,
    PartyRole,
    SupplementItem,
    SupplementRequest,
    Transition,
)
from services.intake.schemas.views import (
    DossierDetail,
    History,
    MissingPaperView,
    PaperView,
    SupplementRequestView,
)
from services.intake.views import dossier_view, person_view, transition_view
from shared.errors import Forbidden


async def show(session: AsyncSession, desk: Desk, reference: str, *, unmask: bool) -> DossierDetail:
    """Show a dossier; people's numbers in clear only where it is worked on, and logged."""
    dossier = await dossiers.get(session, desk, reference)
    if unmask:
        log_unmasking(session, desk, dossier)
    parties = await session.scalars(select(Party).where(Party.dossier_id == dossier.id))
    people = {party.role: person_view(party, desk.vault, unmask=unmask) for party in parties.all()}
    return DossierDetail(
        **dict(dossier_view(dossier)),
        applicant=people[PartyRole.OWNER],
        submitter=people.get(PartyRole.SUBMITTER),
        authoriser=people.get(PartyRole.AUTHORISER),
        papers=await _papers(session, dossier),
        supplements=await _supplements(session, dossier),
        note=dossier.note,
    )


async def history(session: AsyncSession, desk: Desk, reference: str) -> History:
    """Tell everything that happened to a dossier, oldest first."""
    dossier = await dossiers.get(session, desk, reference)
    lines = await session.scalars(
        select(Transition)
        .where(Transition.dossier_id == dossier.id)
        .order_by(Transition.number, Transition.entry)
    )
    return History(code=dossier.code, items=[transition_view(line) for line in lines])


def log_unmasking(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Write down that personal data is seen in clear; raises Forbidden for who may not."""
    if not access.may_unmask(desk.principal, dossier):
        raise Forbidden("Bạn không được xem dữ liệu cá nhân chưa che.", code="unmask_refused")
    unmasking.write_down(session, desk, dossier)


async def _papers(session: AsyncSession, dossier: Dossier) -> list[PaperView]:
    rows = await session.scalars(
        select(Paper)
        .where(Paper.dossier_id == dossier.id)
        .order_by(Paper.supplement, Paper.component)
    )
    return [PaperView.model_validate(row, from_attributes=True) for row in rows]


async def _supplements(session: AsyncSession, dossier: Dossier) -> list[SupplementRequestView]:
    if not dossier.supplement_requests:
        return []
    requests = await session.scalars(
        select(SupplementRequest)
        .where(SupplementRequest.dossier_id == dossier.id)
        .order_by(SupplementRequest.number)
    )
    items = await session.scalars(
        select(SupplementItem)
        .where(SupplementItem.dossier_id == dossier.id)
        .order_by(SupplementItem.component)
    )
    asked: dict[int, list[MissingPaperView]] = {}
    for item in items:
        missing = MissingPaperView(id=item.component, reason=item.reason)
        asked.setdefault(item.number, []).append(missing)
    return [
        SupplementRequestView(
            number=request.number,
            requested_at=request.requested_at,
            components=asked.get(request.number, []),
            override_ground=request.override_ground,
            late=request.late,
            answer_by=request.answer_by,
            contact_officer=request.contact_officer,
            closed_at=request.closed_at,
            supplemented_at=request.supplemented_at,
            due_before=request.due_before,
            due_after=request.due_after,
        )
        for request in requests
    ]
