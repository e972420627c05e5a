"""Routes of a dossier's money, and the one that the national payment platform calls."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.intake.api.transitions import CASHIER, LEADER, OFFICER, PERSON, Transit
from services.intake.desk import AtDesk, Resources
from services.intake.payments import demands, receipts, refunds, showing
from services.intake.payments.platform import confirming, starting
from services.intake.schemas.payments import CancelIn, DossierMoney, FeeDemandIn, RefundIn
from services.intake.schemas.platform import (
    BillView,
    Confirmation,
    PlatformPaymentIn,
    PlatformPaymentView,
)
from services.intake.schemas.receipts import ReceiptCancelIn, ReceiptDetail
from services.intake.schemas.views import DossierView
from services.intake.schemas.words import DemandNumber, Short
from shared.clock import Now
from shared.database import Databases, Reading, Transaction
from shared.idempotency import OncePerKey

router = APIRouter(prefix="/v1/dossiers/{dossier}", tags=["payments"])
platform = APIRouter(prefix="/v1/platform-confirmations", tags=["payments"])

Number = Annotated[DemandNumber, Path(description="Số thứ tự của khoản phải nộp.")]
Reference = Annotated[Short, Path(description="Mã tham chiếu (MaThamChieu).")]


@router.get("/payments", operation_id="get_payments", summary="Phí, lệ phí, nghĩa vụ tài chính")
async def get_payments(dossier: str, session: Reading, desk: AtDesk) -> DossierMoney:
    """Demands with their state, payments, receipts, refunds and published fees."""
    return await showing.show(session, desk, dossier)


@router.post(
    "/fee-demands",
    operation_id="demand_fees",
    summary="Thông báo phí, lệ phí",
    dependencies=[OFFICER],
    response_model=DossierView,
)
async def demand_fees(transit: Transit, said: FeeDemandIn) -> Response:
    """Ask for fees and charges; the dossier does not wait for them."""
    return await transit.make(demands.demand_fees, said)


@router.post(
    "/fee-demands/{number}/cancellation",
    operation_id="cancel_fee_demand",
    summary="Hủy khoản phải nộp",
    dependencies=[OFFICER],
    response_model=DossierView,
)
async def cancel_fee_demand(transit: Transit, number: Number, said: CancelIn) -> Response:
    """Call off what nothing was paid for yet."""
    return await transit.make(
        lambda session, desk, dossier, asked: demands.cancel(session, desk, dossier, number, asked),
        said,
    )


@router.post(
    "/refunds",
    operation_id="refund_payment",
    summary="Duyệt hoàn tiền",
    dependencies=[LEADER],
    response_model=DossierView,
)
async def refund_payment(transit: Transit, said: RefundIn) -> Response:
    """Give money back; whoever sends this approves it."""
    return await transit.make(refunds.refund, said)


@router.get("/receipts/{receipt}", operation_id="get_fee_receipt", summary="Xem biên lai")
async def get_fee_receipt(
    dossier: str, receipt: UUID, session: Reading, desk: AtDesk
) -> ReceiptDetail:
    """A receipt with what stands on it, masked."""
    return await receipts.show(session, desk, dossier, receipt)


@router.post(
    "/receipts/{receipt}/cancellation",
    operation_id="cancel_fee_receipt",
    summary="Hủy, thay thế biên lai",
    dependencies=[CASHIER],
    response_model=ReceiptDetail,
)
async def cancel_fee_receipt(
    *,
    dossier: str,
    receipt: UUID,
    said: ReceiptCancelIn,
    session: Transaction,
    desk: AtDesk,
    once: OncePerKey,
) -> Response:
    """Cancel a receipt; a replacement is answered in its place."""
    return await once(session, lambda: receipts.cancel(session, desk, dossier, receipt, said))


@router.post(
    "/platform-payments",
    operation_id="start_platform_payment",
    summary="Nộp trực tuyến",
    dependencies=[PERSON],
)
async def start_platform_payment(
    dossier: str, said: PlatformPaymentIn, desk: AtDesk, once: OncePerKey
) -> PlatformPaymentView:
    """Give the page of the national platform on which the demand can be paid."""
    return await starting.start(desk, dossier, said, once)


@router.get(
    "/platform-payments/{reference}/bill",
    operation_id="get_platform_bill",
    summary="Biên lai điện tử của nền tảng thanh toán",
)
async def get_platform_bill(dossier: str, reference: Reference, desk: AtDesk) -> BillView:
    """Where the platform keeps its bill of a payment."""
    return await starting.bill(desk, dossier, reference)


@platform.post(
    "",
    operation_id="confirm_platform_payment",
    summary="Nền tảng thanh toán xác nhận",
)
async def confirm_platform_payment(
    told: Confirmation, request: Request, database: Databases, now: Now
) -> dict[str, str]:
    """Take in a confirmation, proven by its hash; told again, it changes nothing."""
    resources: Resources = request.app.state.intake
    return await confirming.confirm(resources, database, told, now)
