"""Routes of agencies."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import agencies, identifiers
from services.procedures.api.answers import answer, etag_of, refuse_stale
from services.procedures.api.visitors import Today
from services.procedures.codes import AgencyCode
from services.procedures.models import Agency, AgencyKind
from services.procedures.schemas import AgencyDescription, AgencyDetail, AgencyView, Heirs
from shared.database import Reading, Transaction
from shared.errors import Forbidden
from shared.events import AgencyLevel
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(prefix="/v1/agencies", tags=["agencies"])


@router.get(
    "",
    operation_id="list_agencies",
    summary="Cây cơ quan / the tree of agencies",
    response_model=Page[AgencyView],
)
async def list_agencies(
    *,
    session: Reading,
    parent: Annotated[AgencyCode | None, Query(description="Cơ quan cấp trên trực tiếp.")] = None,
    level: AgencyLevel | None = None,
    kind: AgencyKind | None = None,
    identifier: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9A-Za-z._/-]{1,40}$",
            description="Mã định danh dạng mới, dạng cũ hoặc mã khác / in whatever form.",
        ),
    ] = None,
    acts_for: Annotated[
        AgencyCode | None, Query(description="Nơi tiếp nhận thay cho cơ quan này.")
    ] = None,
    on: Annotated[Day | None, Query(description="Chỉ cơ quan tồn tại vào ngày này.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Agencies by code, past ones too unless a day is given."""
    wanted = agencies.Filter(
        parent=parent, level=level, kind=kind, identifier=identifier, acts_for=acts_for, on=on
    )
    found, following = await agencies.list_agencies(session, wanted, after=after, limit=limit)
    items = [AgencyView.model_validate(agency) for agency in found]
    return answer(Page[AgencyView](items=items, next=following))


@router.get(
    "/{code}",
    operation_id="get_agency",
    summary="Xem một cơ quan / one agency",
    response_model=AgencyDetail,
)
async def get_agency(code: AgencyCode, session: Reading) -> Response:
    """An agency, also one that has ended, with those before and after it."""
    return answer(await _detail(session, await agencies.get_agency(session, code)))


@router.get(
    "/{code}/successors",
    operation_id="list_successors",
    summary="Cơ quan nào thay vào ngày này / who stands in its place on a day",
    response_model=Heirs,
)
async def list_successors(
    *,
    code: AgencyCode,
    session: Reading,
    today: Today,
    on: Annotated[Day | None, Query(description="Mặc định hôm nay.")] = None,
) -> Response:
    """Those that exist on the day, through all mergers since; an agency that was split has several.

    None when it was not there yet, or ended without a successor.
    """
    day = on or today
    heirs = await agencies.existing_successors(session, code, day)
    return answer(Heirs(agency=code, on=day, items=heirs))


@router.put(
    "/{code}",
    operation_id="put_agency",
    summary="Lập hoặc sửa cơ quan / set up or change an agency",
    response_model=AgencyDetail,
    dependencies=[requires(Role.CATALOGUE)],
)
async def put_agency(
    *,
    request: Request,
    code: AgencyCode,
    description: AgencyDescription,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
) -> Response:
    """Make the agency what the body says; only within the officer's own part of the tree.

    With If-Match, only if it is still as the officer saw it.
    """
    if not principal.covers(code):
        raise Forbidden(f"Cơ quan {code} không thuộc phạm vi của bạn.", code="agency_out_of_scope")

    async def change() -> AgencyDetail:
        present = await agencies.find_locked(session, code)
        refuse_stale(request, await _detail(session, present) if present is not None else None)
        return await _detail(session, await agencies.change(session, code, description))

    return await once(session, change, headers=etag_of)


async def _detail(session: AsyncSession, agency: Agency) -> AgencyDetail:
    known = AgencyView.model_validate(agency).model_dump()
    return AgencyDetail(
        **known,
        predecessors=await agencies.predecessors(session, agency.code),
        old_form=agency.old_identifier or identifiers.find_old(agency.code),
    )
