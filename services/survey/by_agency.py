"""Pages of rows that belong to agencies, in the order of agency and id."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import Kiosk, Remark, Suspicion
from shared import paging

Row = TypeVar("Row", Kiosk, Remark, Suspicion)


async def page(
    session: AsyncSession, kind: type[Row], query: Select[Row], after: str | None, limit: int
) -> tuple[Sequence[Row], str | None]:
    """One page of a query over the kind, and its next cursor; raises Unprocessable."""
    key = (kind.agency, kind.id)
    if after is not None:
        query = query.where(tuple_(*key) > _past(after))
    found = (await session.scalars(query.order_by(*key).limit(limit + 1))).all()
    rows = found[:limit]
    if len(found) <= limit:
        return rows, None
    return rows, paging.encode(rows[-1].agency, str(rows[-1].id))


def _past(cursor: str) -> tuple[str, UUID]:
    agency, identity = paging.decode_texts(cursor, 2)
    try:
        return agency, UUID(identity)
    except ValueError as broken:
        raise paging.unreadable() from broken
