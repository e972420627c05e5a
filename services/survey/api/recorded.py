"""Routes of slips that officers type in, and of the ways by which slips came."""

from calendar import monthrange
from typing import cast

from fastapi import APIRouter, Request

from services.survey import invitations
from services.survey.api import slips
from services.survey.api.results import Whole
from services.survey.api.settings import settings_of
from services.survey.schemas.collected import CollectedView, RecordedSlip
from services.survey.schemas.invitations import SlipTaken
from services.survey.scores import ways
from services.survey.sources import Sources
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.identity import Caller, Role, requires
from shared.paging import PAGE_SIZE_DEFAULT, Cursor, Limit

router = APIRouter(prefix="/v1/surveys", tags=["surveys"], responses=PROBLEM_RESPONSES)


@router.post(
    "/slips:record",
    operation_id="record_slip",
    summary="Nhập phiếu giấy hoặc phiếu hỏi qua điện thoại / type in a slip",
    status_code=201,
    dependencies=[requires(Role.COUNTER, Role.LEADER, Role.REPORTER)],
)
async def record_slip(
    slip: RecordedSlip, request: Request, principal: Caller, session: Transaction, now: Now
) -> SlipTaken:
    """By the token printed on it, once; marked so, and who typed it is not kept with it."""
    # A typing officer is a sender as any other: many alike in a row wait for a decision.
    typed_by = await cast(Sources, request.app.state.sources).hashed(
        f"officer/{principal.subject}", now
    )
    await slips.admit(request, typed_by, now)
    await invitations.get_within(session, principal, slip.token)
    return await slips.take(
        request,
        session,
        slip.token,
        slip.choices,
        now=now,
        source=typed_by,
        collected=slip.collected,
    )


@router.get(
    "/collected",
    operation_id="list_collected",
    summary="Hình thức thu phiếu / by what ways slips came",
    dependencies=[requires(Role.REPORTER, Role.LEADER)],
)
async def list_collected(
    request: Request,
    asked: Whole,
    session: Reading,
    after: Cursor = None,
    limit: Limit = PAGE_SIZE_DEFAULT,
) -> CollectedView:
    """By agency; what officers typed in stands apart from what people sent themselves."""
    slips_min = settings_of(request).slips_shown_min
    found, following = await ways.list_lines(
        session, asked, slips_min=slips_min, after=after, limit=limit
    )
    last = asked.last_month
    return CollectedView(
        from_=asked.first_month,
        to=last.replace(day=monthrange(last.year, last.month)[1]),
        slips_shown_min=slips_min,
        items=found,
        next=following,
    )
