"""Routes of transfers between agencies (phi địa giới, chuyển thẩm quyền)."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.intake.api.transitions import Transit
from services.intake.desk import AtDesk
from services.intake.dossiers import etag
from services.intake.schemas.transfers import TransferIn, TransferReceipt, TransferView
from services.intake.schemas.views import DossierView
from services.intake.schemas.words import AgencyCode
from services.intake.transfers import listing, transferring
from shared import paging
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.paging import Cursor, Limit, Page

NUMBER_MAX = 32_767
Number = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
OFFICER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER)
COUNTER = requires(Role.COUNTER, Role.LEADER)

router = APIRouter(tags=["transfers"])


@router.post(
    "/v1/dossiers/{dossier}/transfers",
    operation_id="transfer_dossier",
    summary="Chuyển hồ sơ đến cơ quan có thẩm quyền",
    dependencies=[COUNTER],
    response_model=DossierView,
)
async def transfer_dossier(transit: Transit, asked: TransferIn) -> Response:
    """Send a dossier on: received for another agency, or not this one's to decide."""
    return await transit.make(transferring.send, asked)


@router.post(
    "/v1/dossiers/{dossier}/transfers/{number}/receipt",
    operation_id="receive_transfer",
    summary="Nhận hồ sơ chuyển đến",
    dependencies=[COUNTER],
    response_model=DossierView,
)
async def receive_transfer(
    *,
    dossier: str,
    number: Number,
    session: Transaction,
    desk: AtDesk,
    once: OncePerKey,
    said: TransferReceipt | None = None,
) -> Response:
    """Receive; the limit of a boundary-free dossier begins and its date is promised."""
    asked = said or TransferReceipt()
    return await once(
        session,
        lambda: transferring.receive(session, desk, dossier, number, asked),
        headers=lambda view: {"ETag": etag(view.sequence)},
    )


@router.get(
    "/v1/dossiers/{dossier}/transfers",
    operation_id="list_dossier_transfers",
    summary="Các lần chuyển của hồ sơ",
)
async def list_dossier_transfers(
    dossier: str, session: Reading, desk: AtDesk
) -> list[TransferView]:
    """Where a dossier was sent, and when it arrived."""
    return await listing.of_dossier(session, desk, dossier)


@router.get(
    "/v1/transfers",
    operation_id="list_awaited_transfers",
    summary="Hồ sơ chuyển đến, chờ nhận",
    dependencies=[OFFICER],
)
async def list_awaited_transfers(
    session: Reading,
    desk: AtDesk,
    agency: AgencyCode | None = None,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Page[TransferView]:
    """What is on its way to the caller's agencies, longest first."""
    return await listing.awaited(session, desk, agency=agency, after=after, limit=limit)
