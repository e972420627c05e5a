"""Legal holds, which keep files from being destroyed, and the certificates of what was."""

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, dossiers, pages
from services.intake.desk import Desk
from services.intake.models import Destruction, Dossier, LegalHold
from services.intake.schemas.files import DestructionView, HoldIn, HoldView
from shared.errors import NotFound
from shared.paging import Page


async def hold(session: AsyncSession, desk: Desk, reference: str, said: HoldIn) -> HoldView:
    """Keep a dossier's files whatever their age, on a ground; said again, the new ground counts."""
    dossier = await dossiers.locked(session, desk, reference)
    row = await session.get(LegalHold, dossier.id)
    if row is None:
        row = LegalHold(dossier_id=dossier.id)
        session.add(row)
    row.ground, row.set_by, row.set_at = said.ground, desk.actor, desk.now
    row.released_by = row.released_at = None
    return _view(dossier, row)


async def release(session: AsyncSession, desk: Desk, reference: str) -> HoldView:
    """End a hold; who held and who let go stays written. Raises NotFound where there is none."""
    dossier = await dossiers.locked(session, desk, reference)
    row = await session.get(LegalHold, dossier.id)
    if row is None or row.released_at is not None:
        raise NotFound("Hồ sơ này không bị giữ lại.", code="hold_unknown")
    row.released_by, row.released_at = desk.actor, desk.now
    return _view(dossier, row)


async def destructions(
    session: AsyncSession, desk: Desk, *, after: str | None, limit: int
) -> Page[DestructionView]:
    """Walk the certificates of the caller's agencies, newest first."""
    query = select(Destruction)
    if not desk.principal.everywhere:
        query = query.where(access.at_or_below(Destruction.agency, desk.principal.agencies))
    key = (Destruction.destroyed_at, Destruction.dossier_id)
    if after is not None:
        query = query.where(tuple_(*key) < tuple_(*pages.place(after)))
    query = query.order_by(*(column.desc() for column in key)).limit(limit + 1)
    found = (await session.scalars(query)).all()
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        items=[DestructionView.model_validate(row, from_attributes=True) for row in found[:limit]],
        next=pages.mark(last.destroyed_at, last.dossier_id) if last else None,
    )


def _view(dossier: Dossier, row: LegalHold) -> HoldView:
    return HoldView(
        code=dossier.code,
        ground=row.ground,
        set_by=row.set_by,
        set_at=row.set_at,
        released_by=row.released_by,
        released_at=row.released_at,
    )
