"""Fields of procedures (lĩnh vực): a list to choose from."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import Field
from services.procedures.schemas import FieldDescription, FieldView
from services.procedures.texts import without_marks
from shared import paging
from shared.errors import Conflict, NotFound


async def add(session: AsyncSession, field: FieldView) -> bool:
    """Enter a field unless it is there; tells whether it is new."""
    columns = field.model_dump() | {"sort_key": without_marks(field.name)}
    statement = insert(Field).values(columns).on_conflict_do_nothing().returning(Field.name)
    return await session.scalar(statement) is not None


async def get_field(session: AsyncSession, name: str) -> Field:
    """The field of that name; raises NotFound."""
    field = await session.get(Field, name)
    if field is None:
        raise NotFound(f"Không có lĩnh vực “{name}”.")
    return field


async def find_held(session: AsyncSession, name: str) -> Field | None:
    """The field, held until the transaction ends; None when there is none."""
    return await session.get(Field, name, with_for_update=True, populate_existing=True)


async def change(session: AsyncSession, name: str, description: FieldDescription) -> Field:
    """Make the field what the description says, entering it if it is new.

    Raises Conflict when another field bears the code.
    """
    await add(session, FieldView(name=name, **description.model_dump(exclude={"code"})))
    if description.code is not None:
        bearer = await session.scalar(select(Field.name).where(Field.code == description.code))
        if bearer not in {None, name}:
            raise _taken(description.code)
    field = await find_held(session, name) or await get_field(session, name)
    for column, value in description.model_dump().items():
        setattr(field, column, value)
    try:
        await session.flush()
    except IntegrityError as raced:
        raise _taken(description.code) from raced
    return field


async def list_fields(
    session: AsyncSession, *, code: str | None = None, after: str | None, limit: int
) -> tuple[Sequence[Field], str | None]:
    """One page in the order of the bare letters; and its next cursor."""
    key = (Field.sort_key, Field.name)
    statement = select(Field).order_by(*key).limit(limit + 1)
    if code is not None:
        statement = statement.where(Field.code == code)
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*paging.decode_texts(after, 2)))
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    following = paging.encode(page[-1].sort_key, page[-1].name) if len(found) > limit else None
    return page, following


def _taken(code: str | None) -> Conflict:
    return Conflict(f"Mã {code} đã thuộc lĩnh vực khác.", code="field_code_taken")
