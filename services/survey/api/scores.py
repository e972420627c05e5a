"""Routes of the survey's results."""

from calendar import monthrange
from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.survey.api.settings import settings_of
from services.survey.schemas.scores import ScoreLine, ScoresView
from services.survey.scores import lines
from services.survey.scores.asking import Asked, GroupBy
from services.survey.suspicions import deciding
from shared.database import Reading
from shared.errors import PROBLEM_RESPONSES
from shared.identity import Caller, Role, requires
from shared.paging import PAGE_SIZE_DEFAULT, Cursor, Limit
from shared.times import Day

router = APIRouter(prefix="/v1/surveys", tags=["surveys"], responses=PROBLEM_RESPONSES)

AgencyCode = Annotated[
    str | None,
    Query(max_length=64, pattern=r"^[A-Z0-9.]+$", description="Cơ quan và mọi cơ quan dưới nó."),
]


@router.get(
    "/scores",
    operation_id="list_scores",
    summary="Kết quả đánh giá / survey results",
    dependencies=[requires(Role.REPORTER, Role.LEADER)],
)
async def list_scores(
    *,
    request: Request,
    principal: Caller,
    session: Reading,
    from_: Annotated[Day, Query(alias="from", description="Tính cả tháng chứa ngày này.")],
    to: Annotated[Day, Query(description="Tính cả tháng chứa ngày này.")],
    agency: AgencyCode = None,
    group_by: GroupBy = GroupBy.AGENCY,
    after: Cursor = None,
    limit: Limit = PAGE_SIZE_DEFAULT,
) -> ScoresView:
    """By the month in which people answered; groups with too few slips are not shown."""
    asked = Asked(principal, agency, from_.replace(day=1), to.replace(day=1), group_by)
    asked.guard()
    slips_min = settings_of(request).slips_shown_min
    found, following = await lines.list_lines(
        session, asked, slips_min=slips_min, after=after, limit=limit
    )
    total = await lines.get_total(session, asked, slips_min=slips_min)
    return ScoresView(
        agency=agency,
        from_=asked.first_month,
        to=to.replace(day=monthrange(to.year, to.month)[1]),
        group_by=group_by,
        slips_shown_min=slips_min,
        suspect=await deciding.pending_slips(session, asked),
        items=[ScoreLine.model_validate(line) for line in found],
        total=ScoreLine.model_validate(total),
        next=following,
    )
