"""Finds linked groups: by id, by code, by a procedure in them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import standings
from services.procedures.linked_groups.record import LinkedGroupRecord
from services.procedures.models import LinkedGroup, Standing
from shared import paging


def content_of(group: LinkedGroup) -> LinkedGroupRecord:
    """What the group says, as it was written down."""
    return LinkedGroupRecord.model_validate(group.document)


async def list_groups(
    session: AsyncSession,
    *,
    procedure: str | None,
    standing: Standing | None,
    drafts: bool,
    after: str | None,
    limit: int,
) -> tuple[Sequence[LinkedGroup], str | None]:
    """One page by code, then in the order of drafting; and its next cursor."""
    key = (LinkedGroup.code, LinkedGroup.id)
    wanted = standings.with_standing(LinkedGroup, standing, drafts=drafts)
    statement = select(LinkedGroup).where(*wanted)
    if procedure is not None:
        statement = statement.where(LinkedGroup.procedures.contains([procedure]))
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*_position(after)))
    found = (await session.scalars(statement.order_by(*key).limit(limit + 1))).all()
    page = found[:limit]
    following = paging.encode(page[-1].code, str(page[-1].id)) if len(found) > limit else None
    return page, following


def _position(after: str) -> tuple[str, UUID]:
    code, identity = paging.decode_texts(after, 2)
    return code, standings.identity_of(identity)
