"""Route of fields."""

from fastapi import APIRouter, Request, Response

from services.procedures import fields
from services.procedures.api.answers import NOT_MODIFIED, answer
from services.procedures.schemas import FieldView
from shared.database import Reading
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/fields", tags=["fields"])


@router.get(
    "",
    operation_id="list_fields",
    summary="Các lĩnh vực thủ tục / fields of procedures",
    response_model=Page[FieldView],
    responses=NOT_MODIFIED,
)
async def list_fields(
    request: Request, session: Reading, after: Cursor = None, limit: Limit = 50
) -> Response:
    """Fields in the order of their bare letters."""
    found, following = await fields.list_fields(session, after=after, limit=limit)
    items = [FieldView.model_validate(field) for field in found]
    return answer(request, Page[FieldView](items=items, next=following))
