"""Routes of the synchronisation with the national portal, for officers."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.intake.desk import AtDesk
from services.intake.national import overview
from services.intake.schemas.national import SyncPage, SyncSummary, SyncView, Unsynchronised
from services.intake.schemas.words import AgencyCode
from shared import paging
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.paging import Cursor, Limit

OFFICER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER)
Below = Annotated[AgencyCode | None, Query(description="Cơ quan giải quyết và các đơn vị dưới nó.")]

router = APIRouter(tags=["national-sync"], dependencies=[OFFICER])


@router.get(
    "/v1/national-sync",
    operation_id="list_unsynchronised",
    summary="Hồ sơ chưa đồng bộ lên Cổng DVC quốc gia",
)
async def list_unsynchronised(
    *,
    session: Reading,
    desk: AtDesk,
    agency: Below = None,
    state: Unsynchronised | None = None,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> SyncPage:
    """What the portal lacks and why, the longest waiting first."""
    return await overview.find(session, desk, agency=agency, state=state, after=after, limit=limit)


@router.get(
    "/v1/national-sync/summary",
    operation_id="count_unsynchronised",
    summary="Tổng hợp hồ sơ chưa đồng bộ",
)
async def count_unsynchronised(session: Reading, desk: AtDesk, agency: Below = None) -> SyncSummary:
    """How many dossiers the portal lacks, and since when."""
    return await overview.summary(session, desk, agency=agency)


@router.get(
    "/v1/dossiers/{dossier}/national-sync",
    operation_id="get_national_sync",
    summary="Trạng thái đồng bộ của một hồ sơ",
)
async def get_national_sync(dossier: str, session: Reading, desk: AtDesk) -> SyncView:
    """What the portal has acknowledged of a dossier, and what came of the last try."""
    return await overview.show(session, desk, dossier)


@router.post(
    "/v1/dossiers/{dossier}/national-sync/retry",
    operation_id="retry_national_sync",
    summary="Gửi lại ngay một hồ sơ",
    response_model=SyncView,
)
async def retry_national_sync(
    dossier: str, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Send a dossier anew and at once; 409 while no portal is configured."""
    return await once(session, lambda: overview.retry(session, desk, dossier))
