"""Routes that file dossiers and show them."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.intake import details, filing, search
from services.intake.api.hot import FilingRoute
from services.intake.desk import AtDesk
from services.intake.dossiers import etag
from services.intake.schemas.filing import Filing
from services.intake.schemas.finding import Wanted
from services.intake.schemas.views import DossierDetail, DossierView, History, ListedDossier
from services.intake.schemas.words import AgencyCode, ProcedureCode
from services.intake.search import Filters
from shared import paging
from shared.database import Reading, Transaction
from shared.events import Channel
from shared.idempotency import OncePerKey
from shared.paging import Cursor, Limit, Page
from shared.times import LocalDateTime

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])

StatusCode = Annotated[int, Query(ge=1, le=10, description="Mã trạng thái quốc gia 1–10.")]
CodePrefix = Annotated[str, Query(pattern=r"^[A-Z0-9.\-]{3,40}$", description="Đầu mã hồ sơ.")]


async def file_dossier(given: Filing, desk: AtDesk, once: OncePerKey) -> Response:
    """Take a dossier in at any channel and give it its code; it then waits for acceptance."""
    return await filing.file(desk, once, given)


router.add_api_route(
    "",
    file_dossier,
    methods=["POST"],
    operation_id="file_dossier",
    summary="Nộp hồ sơ / file a dossier",
    status_code=201,
    response_model=DossierView,
    route_class_override=FilingRoute,
)


@router.get(
    "",
    operation_id="list_dossiers",
    summary="Danh sách hồ sơ / list dossiers",
    response_model=Page[ListedDossier],
)
async def list_dossiers(
    *,
    session: Reading,
    desk: AtDesk,
    agency: Annotated[
        AgencyCode | None, Query(description="Cơ quan và các đơn vị dưới nó.")
    ] = None,
    status: StatusCode | None = None,
    procedure: ProcedureCode | None = None,
    channel: Channel | None = None,
    due_before: Annotated[
        LocalDateTime | None, Query(description="Hẹn trả trước lúc này; xếp theo ngày hẹn.")
    ] = None,
    code: CodePrefix | None = None,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Response:
    """Dossiers that the caller may see, newest first; a citizen sees their own."""
    filters = Filters(agency, status, procedure, channel, due_before, code_prefix=code)
    return _json(await search.find(session, desk, filters, after=after, limit=limit))


@router.post(
    ":find",
    operation_id="find_dossiers",
    summary="Tìm hồ sơ theo người / find by person",
    response_model=Page[ListedDossier],
)
async def find_dossiers(wanted: Wanted, session: Reading, desk: AtDesk) -> Response:
    """The same list by a person's name or number, which no address and no log is to hold."""
    filters = Filters(**wanted.model_dump(exclude={"code", "after", "limit"}))
    filters = replace(filters, code_prefix=wanted.code)
    found = await search.find(session, desk, filters, after=wanted.after, limit=wanted.limit)
    return _json(found)


@router.get("/{dossier}", operation_id="get_dossier", summary="Xem hồ sơ / get a dossier")
async def get_dossier(
    dossier: str,
    response: Response,
    session: Transaction,
    desk: AtDesk,
    unmask: Annotated[
        bool, Query(description="Xem dữ liệu cá nhân không che; mỗi lần xem đều được ghi lại.")
    ] = False,
) -> DossierDetail:
    """A dossier by its code or id, with its people and papers."""
    shown = await details.show(session, desk, dossier, unmask=unmask)
    response.headers["ETag"] = etag(shown.sequence)
    response.headers["Cache-Control"] = "no-store"
    return shown


@router.get(
    "/{dossier}/history",
    operation_id="get_dossier_history",
    summary="Quá trình xử lý hồ sơ / a dossier's history",
)
async def get_dossier_history(dossier: str, session: Reading, desk: AtDesk) -> History:
    """Everything that happened to a dossier: who, what, when, on which ground."""
    return await details.history(session, desk, dossier)


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")
