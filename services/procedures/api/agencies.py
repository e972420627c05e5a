"""Routes of agencies."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.procedures import agencies
from services.procedures.api.answers import NOT_MODIFIED, answer
from services.procedures.codes import AgencyCode
from services.procedures.schemas import AgencyDescription, AgencyView
from shared.database import Reading, Transaction
from shared.errors import Forbidden
from shared.events import AgencyLevel
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/agencies", tags=["agencies"])


@router.get(
    "",
    operation_id="list_agencies",
    summary="Cây cơ quan / the tree of agencies",
    response_model=Page[AgencyView],
    responses=NOT_MODIFIED,
)
async def list_agencies(
    *,
    request: Request,
    session: Reading,
    parent: Annotated[AgencyCode | None, Query(description="Cơ quan cấp trên trực tiếp.")] = None,
    level: AgencyLevel | None = None,
    on: Annotated[date | None, Query(description="Chỉ cơ quan tồn tại vào ngày này.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Agencies by code, past ones too unless a day is given."""
    found, following = await agencies.list_agencies(
        session, parent=parent, level=level, on=on, after=after, limit=limit
    )
    items = [AgencyView.model_validate(agency) for agency in found]
    return answer(request, Page[AgencyView](items=items, next=following))


@router.get(
    "/{code}",
    operation_id="get_agency",
    summary="Xem một cơ quan / one agency",
    response_model=AgencyView,
    responses=NOT_MODIFIED,
)
async def get_agency(request: Request, code: AgencyCode, session: Reading) -> Response:
    """An agency, also one that has ended; its successors say where to go."""
    return answer(request, AgencyView.model_validate(await agencies.get_agency(session, code)))


@router.put(
    "/{code}",
    operation_id="put_agency",
    summary="Lập hoặc sửa cơ quan / set up or change an agency",
    response_model=AgencyView,
    dependencies=[requires(Role.CATALOGUE)],
)
async def put_agency(
    code: AgencyCode,
    description: AgencyDescription,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
) -> Response:
    """Make the agency what the body says; only within the officer's own part of the tree."""
    if not principal.covers(code):
        raise Forbidden(f"Cơ quan {code} không thuộc phạm vi của bạn.", code="agency_out_of_scope")

    async def change() -> AgencyView:
        return AgencyView.model_validate(await agencies.change(session, code, description))

    return await once(session, change)
