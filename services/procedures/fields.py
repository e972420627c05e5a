"""Fields of procedures (lĩnh vực): a list to choose from."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import Field
from services.procedures.schemas import FieldView
from services.procedures.texts import without_marks
from shared import paging


async def add(session: AsyncSession, field: FieldView) -> bool:
    """Enter a field unless it is there; tells whether it is new."""
    columns = field.model_dump() | {"sort_key": without_marks(field.name)}
    statement = insert(Field).values(columns).on_conflict_do_nothing().returning(Field.name)
    return await session.scalar(statement) is not None


async def list_fields(
    session: AsyncSession, *, after: str | None, limit: int
) -> tuple[Sequence[Field], str | None]:
    """One page in the order of the bare letters; and its next cursor."""
    key = (Field.sort_key, Field.name)
    statement = select(Field).order_by(*key).limit(limit + 1)
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*paging.decode_texts(after, 2)))
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    following = paging.encode(page[-1].sort_key, page[-1].name) if len(found) > limit else None
    return page, following
