"""Routes of what people wrote freely."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.survey import remarks
from services.survey.schemas.remarks import Decision, RemarkStatus, RemarkView
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.personal_data import Vault

router = APIRouter(prefix="/v1/surveys/remarks", tags=["surveys"], responses=PROBLEM_RESPONSES)

AgencyCode = Annotated[str | None, Query(max_length=64, pattern=r"^[A-Z0-9.]+$")]


def _vault(request: Request) -> Vault:
    return cast(Vault, request.app.state.vault)


@router.get(
    "",
    operation_id="list_remarks",
    summary="Ý kiến đã được duyệt / remarks that may be shown",
    dependencies=[requires(Role.REPORTER, Role.LEADER)],
)
async def list_remarks(
    *,
    request: Request,
    principal: Caller,
    session: Reading,
    agency: AgencyCode = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[RemarkView]:
    """Moderated ones only."""
    shown = RemarkStatus.SHOWN
    found, following = await remarks.list_of(
        session, _vault(request), principal, shown, agency=agency, after=after, limit=limit
    )
    return Page(items=found, next=following)


@router.get(
    "/queue",
    operation_id="list_remark_queue",
    summary="Ý kiến chờ duyệt / remarks to decide on",
    dependencies=[requires(Role.LEADER)],
)
async def list_remark_queue(
    *,
    request: Request,
    principal: Caller,
    session: Reading,
    agency: AgencyCode = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[RemarkView]:
    """In no order of time: it tells nothing about when something was written."""
    pending = RemarkStatus.PENDING
    found, following = await remarks.list_of(
        session, _vault(request), principal, pending, agency=agency, after=after, limit=limit
    )
    return Page(items=found, next=following)


@router.post(
    "/{remark}/decision",
    operation_id="decide_remark",
    summary="Duyệt hoặc ẩn ý kiến / show or hide a remark",
    response_model=RemarkView,
    dependencies=[requires(Role.LEADER)],
)
async def decide_remark(
    *,
    remark: UUID,
    decision: Decision,
    request: Request,
    principal: Caller,
    session: Transaction,
    now: Now,
    once: OncePerKey,
) -> Response:
    """Hidden words are forgotten for good."""
    vault = _vault(request)
    return await once(
        session,
        lambda: remarks.decide(session, vault, principal, remark, decision=decision, now=now),
    )
