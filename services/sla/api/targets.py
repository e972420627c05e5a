"""The route of results of targets."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.sla.api.reports.asked import scope
from services.sla.schemas.targets import TargetResultView, result_view
from services.sla.targets import results
from services.sla.targets.results import Asked
from shared.clock import Now
from shared.database import Reading
from shared.identity import Principal, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(prefix="/v1/targets", tags=["targets"])
Reporter = Annotated[Principal, requires(Role.REPORTER, Role.LEADER)]


@router.get(
    "/results",
    operation_id="list_target_results",
    summary="Kết quả thực hiện chỉ tiêu / targets held against what was counted",
)
async def list_target_results(
    *,
    agency: Annotated[str, Query(max_length=64, description="Cơ quan và các cơ quan dưới nó.")],
    first: Annotated[Day, Query(alias="from", description="Ngày đầu kỳ / first day.")],
    last: Annotated[Day, Query(alias="to", description="Ngày cuối kỳ / last day.")],
    principal: Reporter,
    session: Reading,
    now: Now,
    target: Annotated[str | None, Query(max_length=40, description="Mã chỉ tiêu.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[TargetResultView]:
    """Each target on the days that its period and the one asked for share."""
    scope(principal, first, last, agency)
    page, following = await results.list_results(
        session, Asked(agency, first, last, target), now=now, after=after, limit=limit
    )
    return Page(items=[result_view(result) for result in page], next=following)
