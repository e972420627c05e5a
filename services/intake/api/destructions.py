"""Routes of legal holds and of certificates of destruction."""

from fastapi import APIRouter, Response

from services.intake.desk import AtDesk
from services.intake.files import holding
from services.intake.schemas.files import DestructionView, HoldIn, HoldView
from shared import paging
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.paging import Cursor, Limit, Page

LEADER = requires(Role.LEADER)

router = APIRouter(tags=["files"], dependencies=[LEADER])


@router.put(
    "/v1/dossiers/{dossier}/legal-hold",
    operation_id="hold_files",
    summary="Giữ lại tệp của hồ sơ",
    response_model=HoldView,
)
async def hold_files(
    dossier: str, said: HoldIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Keep a dossier's files from being destroyed, such as for a complaint or a trial."""
    return await once(session, lambda: holding.hold(session, desk, dossier, said))


@router.delete(
    "/v1/dossiers/{dossier}/legal-hold",
    operation_id="release_files",
    summary="Thôi giữ tệp của hồ sơ",
    response_model=HoldView,
)
async def release_files(
    dossier: str, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """End a hold; the files go when their years are over."""
    return await once(session, lambda: holding.release(session, desk, dossier))


@router.get("/v1/destructions", operation_id="list_destructions", summary="Biên bản tiêu hủy tệp")
async def list_destructions(
    session: Reading, desk: AtDesk, after: Cursor = None, limit: Limit = paging.PAGE_SIZE_DEFAULT
) -> Page[DestructionView]:
    """What was destroyed, when, after how many years: by digest, newest first."""
    return await holding.destructions(session, desk, after=after, limit=limit)
