"""Routes of the post's money and of complaints about it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.intake.desk import AtDesk
from services.intake.postal import complaints, money
from services.intake.schemas.postal import CarrierCode
from services.intake.schemas.postal_money import (
    AnswerIn,
    ComplaintIn,
    ComplaintView,
    Difference,
    RemittanceDetail,
    RemittanceIn,
)
from services.intake.schemas.words import AgencyCode
from shared import paging
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/postal", tags=["postal"])

TELLER = requires(Role.COUNTER, Role.POSTAL)
COMPLAINER = requires(Role.COUNTER, Role.POSTAL, Role.PORTAL)
OFFICER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.POSTAL)

Below = Annotated[AgencyCode | None, Query(description="Cơ quan và các đơn vị dưới nó.")]


@router.post(
    "/remittances",
    operation_id="remit_postal_money",
    summary="Ghi nhận bưu điện nộp tiền thu hộ",
    status_code=201,
    dependencies=[TELLER],
    response_model=RemittanceDetail,
)
async def remit_postal_money(
    given: RemittanceIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Keep a carrier's list and match it with the orders."""
    return await once(
        session,
        lambda: money.remit(session, desk, given),
        status=201,
        headers=lambda made: {"Location": f"/v1/postal/remittances/{made.id}"},
    )


@router.get(
    "/remittances/{remittance}",
    operation_id="get_postal_remittance",
    summary="Xem một lần nộp tiền",
    dependencies=[OFFICER],
)
async def get_postal_remittance(
    remittance: UUID, session: Reading, desk: AtDesk
) -> RemittanceDetail:
    """A remittance against the orders as they are now."""
    return await money.show(session, desk, remittance)


@router.get(
    "/differences",
    operation_id="list_postal_differences",
    summary="Đối soát tiền thu hộ: chênh lệch",
    dependencies=[OFFICER],
)
async def list_postal_differences(
    *,
    session: Reading,
    desk: AtDesk,
    agency: Below = None,
    carrier: CarrierCode | None = None,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Page[Difference]:
    """Orders whose money was collected and not remitted, or remitted in another amount."""
    return await money.differences(
        session, desk, agency=agency, carrier_code=carrier, after=after, limit=limit
    )


@router.post(
    "/orders/{order}/complaints",
    operation_id="raise_postal_complaint",
    summary="Khiếu nại về phiếu gửi",
    status_code=201,
    dependencies=[COMPLAINER],
    response_model=ComplaintView,
)
async def raise_postal_complaint(
    order: UUID, given: ComplaintIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Complain within the window; the carrier's answer has its own days."""
    return await once(
        session, lambda: complaints.raise_complaint(session, desk, order, given), status=201
    )


@router.post(
    "/complaints/{complaint}/answer",
    operation_id="answer_postal_complaint",
    summary="Trả lời khiếu nại",
    dependencies=[TELLER],
    response_model=ComplaintView,
)
async def answer_postal_complaint(
    complaint: UUID, given: AnswerIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Write the carrier's one answer down."""
    return await once(session, lambda: complaints.answer(session, desk, complaint, given))


@router.get(
    "/complaints",
    operation_id="list_postal_complaints",
    summary="Danh sách khiếu nại bưu chính",
    dependencies=[OFFICER],
)
async def list_postal_complaints(
    *,
    session: Reading,
    desk: AtDesk,
    agency: Below = None,
    unanswered: bool = False,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Page[ComplaintView]:
    """Complaints of the caller's agencies, newest first."""
    return await complaints.find(
        session, desk, agency=agency, unanswered=unanswered, after=after, limit=limit
    )
