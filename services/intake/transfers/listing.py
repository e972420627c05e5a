"""Transfers of a dossier, and those that an agency has not received yet."""

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, dossiers, pages
from services.intake.desk import Desk
from services.intake.models import Dossier, Transfer, TransferKind
from services.intake.schemas.transfers import TransferStage, TransferView
from shared.paging import Page


async def of_dossier(session: AsyncSession, desk: Desk, reference: str) -> list[TransferView]:
    """Tell every transfer of a dossier, first one first."""
    dossier = await dossiers.get(session, desk, reference)
    rows = await session.scalars(
        select(Transfer).where(Transfer.dossier_id == dossier.id).order_by(Transfer.number)
    )
    return [_view(row, dossier.code) for row in rows]


async def awaited(
    session: AsyncSession, desk: Desk, *, agency: str | None, after: str | None, limit: int
) -> Page[TransferView]:
    """Walk what the caller's agencies have to receive, longest on its way first."""
    query = (
        select(Transfer, Dossier.code)
        .join(Dossier, Dossier.id == Transfer.dossier_id)
        .where(Transfer.received_at.is_(None), Dossier.ended_at.is_(None))
    )
    if not desk.principal.everywhere:
        query = query.where(access.at_or_below(Transfer.to_agency, desk.principal.agencies))
    if agency is not None:
        query = query.where(access.at_or_below(Transfer.to_agency, [agency]))
    if after is not None:
        key = tuple_(Transfer.transferred_at, Transfer.dossier_id)
        query = query.where(key > tuple_(*pages.place(after)))
    query = query.order_by(Transfer.transferred_at, Transfer.dossier_id).limit(limit + 1)
    found = (await session.execute(query)).all()
    last = found[limit - 1][0] if len(found) > limit else None
    return Page(
        items=[_view(row, code) for row, code in found[:limit]],
        next=pages.mark(last.transferred_at, last.dossier_id) if last else None,
    )


def _view(row: Transfer, code: str) -> TransferView:
    return TransferView(
        code=code,
        number=row.number,
        kind=TransferKind(row.kind),
        stage=TransferStage.AWAITED if row.received_at is None else TransferStage.RECEIVED,
        from_agency=row.from_agency,
        to_agency=row.to_agency,
        ground=row.ground,
        on_paper=row.on_paper,
        transferred_at=row.transferred_at,
        forward_by=row.forward_by,
        late=row.transferred_at > row.forward_by,
        received_at=row.received_at,
    )
