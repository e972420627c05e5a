"""Routes of honest estimates, for everybody, and of limits that could be cut."""

from decimal import Decimal
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.sla import rules
from services.sla.api.reports.asked import Reporter, dossier_after, following, scope
from services.sla.estimates import histograms, times
from services.sla.estimates.histograms import Period
from services.sla.estimates.kept import KEPT_SECONDS, Kept
from services.sla.schemas import reports
from services.sla.schemas.estimates import (
    EstimateView,
    LimitCutsView,
    SlowLifeView,
    estimate_view,
    limit_cut_view,
    slow_life_view,
)
from shared.clock import Now
from shared.database import Databases
from shared.events import LimitUnit
from shared.paging import Cursor, Limit, Page
from shared.times import Day
from shared.working_time import business_date

router = APIRouter(tags=["estimates"])
Procedure = Annotated[str, Query(max_length=64, description="Mã thủ tục / procedure code.")]
Agency = Annotated[
    str | None, Query(max_length=64, description="Cơ quan và các cơ quan dưới nó / subtree.")
]


async def _kept(request: Request) -> Kept:
    """The answers that this process keeps."""
    state = request.app.state
    if not hasattr(state, "kept_estimates"):
        state.kept_estimates = Kept()
    return cast(Kept, state.kept_estimates)


async def _period(
    principal: Reporter,
    first: Annotated[Day, Query(alias="from", description="Ngày đầu kỳ / first day.")],
    last: Annotated[Day, Query(alias="to", description="Ngày cuối kỳ / last day.")],
    agency: Agency = None,
) -> Period:
    """Whose lives count, and when they ended."""
    return Period(first, last, scope(principal, first, last, agency))


Within = Annotated[Period, Depends(_period)]


@router.get(
    "/v1/estimates",
    operation_id="estimate_procedure_time",
    summary="Thời gian giải quyết thực tế của thủ tục / how long a procedure really takes",
    response_model=EstimateView,
)
async def estimate_procedure_time(
    *,
    database: Databases,
    now: Now,
    kept: Annotated[Kept, Depends(_kept)],
    procedure: Procedure,
    agency: Agency = None,
) -> Response:
    """Median and ninth decile of net working time over the last year, beside the limit."""
    on = business_date(now)

    async def make() -> bytes:
        async with database.statements() as connection:
            found = await times.estimate(connection, procedure, agency, on)
        return estimate_view(found).model_dump_json().encode()

    body = await kept.get((procedure, agency or "", on.isoformat()), now, make)
    headers = {"Cache-Control": f"public, max-age={KEPT_SECONDS}"}
    return Response(body, headers=headers, media_type="application/json")


@router.get(
    "/v1/limit-cuts",
    operation_id="list_limit_cuts",
    summary="Thời hạn có thể cắt giảm / limits that could be shorter and still be kept",
)
async def list_limit_cuts(
    within: Within,
    database: Databases,
    agency: Agency = None,
    by_agency: Annotated[bool, Query(description="Từng cơ quan / each agency apart.")] = False,
) -> LimitCutsView:
    """By net working time of the results of a period; a procedure's limits are counted apart."""
    async with database.statements() as connection:
        found = await histograms.candidates(connection, within, by_agency=by_agency)
    return LimitCutsView(
        period=reports.Period(first=within.first, last=within.last),
        agency=agency,
        on_time_percent=rules.value("limit_cut_on_time_percent", within.last),
        lives_min=rules.value("limit_cut_lives_min", within.last),
        rows=[limit_cut_view(one) for one in found],
    )


@router.get(
    "/v1/limit-cuts/{procedure}/dossiers",
    operation_id="list_limit_cut_dossiers",
    summary="Hồ sơ sẽ trễ nếu cắt giảm / dossiers that the shorter limit would have made late",
)
async def list_limit_cut_dossiers(
    *,
    procedure: Annotated[str, Path(max_length=64)],
    limit_value: Annotated[Decimal, Query(gt=0, max_digits=9, decimal_places=4)],
    limit_unit: LimitUnit,
    days: Annotated[int, Query(ge=1, le=1000, description="Thời hạn mới, ngày làm việc.")],
    within: Within,
    database: Databases,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[SlowLifeView]:
    """The evidence against a cut, one by one."""
    asked = procedure, limit_value, limit_unit.value
    past = dossier_after(after)
    async with database.statements() as connection:
        rows = await histograms.would_be_late(
            connection, within, asked, days, after=past, limit_rows=limit + 1
        )
    items = [slow_life_view(row) for row in rows[:limit]]
    return Page(items=items, next=following(rows, limit))
