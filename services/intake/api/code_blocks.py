"""Routes of codes lent to counters that work without the network."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.intake.code_blocks import leasing, offline
from services.intake.desk import AtDesk
from services.intake.schemas.code_blocks import BlockView, LeaseIn, OfflineFiling
from services.intake.schemas.views import DossierView
from services.intake.schemas.words import AgencyCode
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.times import Day

BLOCKS_SHOWN_MAX = 20

COUNTER = requires(Role.COUNTER, Role.POSTAL, Role.LEADER)

router = APIRouter(prefix="/v1/code-blocks", tags=["code-blocks"], dependencies=[COUNTER])


@router.post(
    "",
    operation_id="lease_codes",
    summary="Mượn dải mã hồ sơ",
    status_code=201,
    response_model=BlockView,
)
async def lease_codes(
    asked: LeaseIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Lend consecutive codes of an agency's day."""
    return await once(session, lambda: leasing.lease(session, desk, asked), status=201)


@router.get("", operation_id="list_code_blocks", summary="Các dải mã của một cơ quan")
async def list_code_blocks(
    agency: AgencyCode,
    session: Reading,
    desk: AtDesk,
    day: Day | None = None,
    limit: Annotated[int, Query(ge=1, le=BLOCKS_SHOWN_MAX)] = BLOCKS_SHOWN_MAX,
) -> list[BlockView]:
    """The newest blocks, with what became of each code."""
    return await leasing.known(session, desk, agency, day, limit)


@router.get("/{block}", operation_id="get_code_block", summary="Xem dải mã")
async def get_code_block(block: UUID, session: Reading, desk: AtDesk) -> BlockView:
    """What became of each code of a block."""
    return await leasing.show(session, desk, block)


@router.post(
    "/{block}/return",
    operation_id="return_code_block",
    summary="Trả lại dải mã",
    response_model=BlockView,
)
async def return_code_block(
    block: UUID, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Give a block back; what was not used is void."""
    return await once(session, lambda: leasing.give_back(session, desk, block))


@router.post(
    "/{block}/dossiers",
    operation_id="file_offline_dossier",
    summary="Nộp hồ sơ đã nhận ngoại tuyến",
    status_code=201,
    response_model=DossierView,
)
async def file_offline_dossier(
    block: UUID, given: OfflineFiling, desk: AtDesk, once: OncePerKey
) -> Response:
    """File what was received without the network, as of the moment of receipt."""
    return await offline.file(desk, once, block, given)
