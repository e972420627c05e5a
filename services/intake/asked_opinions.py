"""Questions that wait for an agency's answer, the most urgent first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, opinions
from services.intake.desk import Desk
from services.intake.models import Dossier, Opinion
from services.intake.schemas.processing import AskedOpinion
from shared import paging
from shared.paging import Page


async def find(
    session: AsyncSession, desk: Desk, agency: str | None, *, after: str | None, limit: int
) -> Page[AskedOpinion]:
    """One page of what the caller's agencies were asked and have not answered."""
    query = (
        select(Opinion, Dossier.code)
        .join(Dossier, Dossier.id == Opinion.dossier_id)
        .where(Opinion.given_at.is_(None), Dossier.ended_at.is_(None))
        .order_by(Opinion.due_at, Opinion.dossier_id, Opinion.number)
        .limit(limit + 1)
    )
    if not desk.principal.everywhere:
        query = query.where(access.at_or_below(Opinion.agency, desk.principal.agencies))
    if agency is not None:
        query = query.where(access.at_or_below(Opinion.agency, [agency]))
    if after is not None:
        key = tuple_(Opinion.due_at, Opinion.dossier_id, Opinion.number)
        query = query.where(key > _place(after))
    found = (await session.execute(query)).all()
    last = found[limit - 1][0] if len(found) > limit else None
    return Page(
        items=[
            AskedOpinion(dossier=code, opinion=opinions.view(row, desk.now))
            for row, code in found[:limit]
        ],
        next=paging.encode(last.due_at.isoformat(), str(last.dossier_id), str(last.number))
        if last
        else None,
    )


def _place(after: str) -> tuple[datetime, UUID, int]:
    moment, dossier, number = paging.decode_texts(after, 3)
    try:
        place = datetime.fromisoformat(moment), UUID(dossier), int(number)
    except ValueError as broken:
        raise paging.unreadable() from broken
    if place[0].tzinfo is None:
        raise paging.unreadable()
    return place
