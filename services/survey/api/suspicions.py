"""Routes of slips that are counted apart."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.survey.schemas.suspicions import SuspicionStatus, SuspicionView, Verdict
from services.survey.suspicions import deciding
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/surveys/suspicions", tags=["surveys"], responses=PROBLEM_RESPONSES)

CONTROL = requires(Role.LEADER, Role.CATALOGUE)
AgencyCode = Annotated[str | None, Query(max_length=64, pattern=r"^[A-Z0-9.]+$")]


@router.get(
    "",
    operation_id="list_suspicions",
    summary="Phiếu nghi ngờ gửi hàng loạt / slips that look stuffed",
    dependencies=[CONTROL],
)
async def list_suspicions(
    *,
    principal: Caller,
    session: Reading,
    status: SuspicionStatus = SuspicionStatus.PENDING,
    agency: AgencyCode = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[SuspicionView]:
    """By agency and month: how many and why, never what they say."""
    found, following = await deciding.list_of(
        session, principal, status, agency=agency, after=after, limit=limit
    )
    return Page(items=found, next=following)


@router.post(
    "/{suspicion}/decision",
    operation_id="decide_suspicion",
    summary="Công nhận hoặc loại bỏ / count them or leave them out",
    response_model=SuspicionView,
    dependencies=[CONTROL],
)
async def decide_suspicion(
    *,
    suspicion: UUID,
    verdict: Verdict,
    principal: Caller,
    session: Transaction,
    now: Now,
    once: OncePerKey,
) -> Response:
    """For whoever stands above the agency; once."""
    return await once(session, lambda: deciding.decide(session, principal, suspicion, verdict, now))
