"""Routes of fields."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from services.procedures import fields
from services.procedures.api.answers import answer, etag_of, refuse_stale
from services.procedures.schemas import FieldDescription, FieldView
from services.procedures.schemas.fields import FIELD_CODE
from services.procedures.texts import Name
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/fields", tags=["fields"])

# A name may hold a slash.
FieldName = Annotated[Name, Path(description="Tên lĩnh vực / the field's name.")]


@router.get(
    "",
    operation_id="list_fields",
    summary="Các lĩnh vực thủ tục / fields of procedures",
    response_model=Page[FieldView],
)
async def list_fields(
    *,
    session: Reading,
    code: Annotated[
        str | None, Query(pattern=FIELD_CODE, description="Mã lĩnh vực / field code, `G15-TP05`.")
    ] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Fields in the order of their bare letters."""
    found, following = await fields.list_fields(session, code=code, after=after, limit=limit)
    items = [FieldView.model_validate(field) for field in found]
    return answer(Page[FieldView](items=items, next=following))


@router.get(
    "/{name:path}",
    operation_id="get_field",
    summary="Xem một lĩnh vực / one field",
    response_model=FieldView,
)
async def get_field(name: FieldName, session: Reading) -> Response:
    """A field by its name."""
    return answer(FieldView.model_validate(await fields.get_field(session, name)))


@router.put(
    "/{name:path}",
    operation_id="put_field",
    summary="Lập hoặc sửa lĩnh vực / set up or change a field",
    response_model=FieldView,
    dependencies=[requires(Role.CATALOGUE)],
)
async def put_field(
    *,
    request: Request,
    name: FieldName,
    description: FieldDescription,
    session: Transaction,
    once: OncePerKey,
) -> Response:
    """Make the field what the body says; its name stays, procedures refer to it."""

    async def change() -> FieldView:
        present = await fields.find_held(session, name)
        refuse_stale(request, FieldView.model_validate(present) if present is not None else None)
        return FieldView.model_validate(await fields.change(session, name, description))

    return await once(session, change, headers=etag_of)
