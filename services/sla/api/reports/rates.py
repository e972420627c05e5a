"""Routes of rates: on time, ranking of agencies, comparison of periods, channels."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import reports
from services.sla.api.reports.asked import Asked, AskedInGroups, Reporter, groups_of
from services.sla.reports import Group, Question, channels, periods, ranking, rates
from services.sla.reports.periods import Period
from services.sla.schemas import rates as views
from services.sla.schemas import reports as report_views
from services.sla.schemas.rates import ChannelsView, ComparisonView, RankingView, RatesView
from shared.database import Reading
from shared.errors import Unprocessable
from shared.identity import Principal, Role, requires

router = APIRouter(prefix="/v1/reports", tags=["reports"])
Head = Annotated[Principal, requires(Role.LEADER)]


@router.get(
    "/on-time",
    operation_id="report_on_time",
    summary="Tỷ lệ đúng hạn, trước hạn / on-time rates by group",
)
async def report_on_time(
    asked: Annotated[AskedInGroups, Depends()], principal: Reporter, session: Reading
) -> RatesView:
    """Numerator and denominator of each; the denominator is what was resolved."""
    question = asked.grouped(principal)
    return views.rates_view(_period(question), await rates.by_group(session, question))


@router.get(
    "/officers",
    operation_id="report_officers",
    summary="Tỷ lệ đúng hạn theo cán bộ / on-time rates by officer, for heads only",
)
async def report_officers(
    asked: Annotated[Asked, Depends()], principal: Head, session: Reading
) -> RatesView:
    """By whoever did the last step of what was resolved within the period."""
    question = asked.question(principal)
    return views.rates_view(_period(question), await rates.by_officer(session, question))


@router.get(
    "/ranking",
    operation_id="rank_agencies",
    summary="Xếp hạng cơ quan / agencies ranked by their on-time rate",
)
async def rank_agencies(
    asked: Annotated[Asked, Depends()], principal: Reporter, session: Reading
) -> RankingView:
    """Equal rates share the better place; `level` compares like with like."""
    question = asked.question(principal, Group.AGENCY)
    period = Period(question.first, question.last)
    earlier = periods.before(period)
    now = await rates.by_group(session, question)
    then = await rates.by_group(session, question.over(*earlier))
    scale = ranking.scale_on(question.last)
    ranked = ranking.rank(now, then, scale)
    return RankingView(
        period=_period(question),
        before=report_views.Period(first=earlier.first, last=earlier.last),
        scale=scale,
        rows=[views.rank_row(one) for one in ranked],
    )


@router.get(
    "/comparison",
    operation_id="compare_periods",
    summary="So sánh với kỳ trước và cùng kỳ năm trước / comparison with earlier periods",
)
async def compare_periods(
    asked: Annotated[Asked, Depends()], principal: Reporter, session: Reading
) -> ComparisonView:
    """Whole months are compared with as many whole months before."""
    question = asked.question(principal)
    period = Period(question.first, question.last)
    now = await _counted(session, question)
    before = await _counted(session, question.over(*periods.before(period)))
    year_before = await _counted(session, question.over(*periods.year_before(period)))
    return ComparisonView(
        now=now,
        before=before,
        year_before=year_before,
        since_before=views.change(now.rates, before.rates),
        since_year_before=views.change(now.rates, year_before.rates),
    )


@router.get(
    "/channels",
    operation_id="report_channels",
    summary="Theo kênh tiếp nhận và trả kết quả / by channel in and out",
)
async def report_channels(
    *,
    asked: Annotated[Asked, Depends()],
    principal: Reporter,
    session: Reading,
    group_by: Annotated[
        str, Query(max_length=64, description="field, level, agency, procedure; trống: tất cả.")
    ] = "",
) -> ChannelsView:
    """Online in part and in full, at the counter, at home, by post in and out, boundary-free."""
    groups = groups_of(group_by)
    if Group.CHANNEL in groups or asked.channel is not None:
        raise Unprocessable("Báo cáo này đã chia theo kênh.", code="group_unknown")
    question = asked.question(principal, *groups)
    found = await channels.by_channel(session, question)
    total: Counter[str] = sum(map(Counter, found.values()), Counter())
    names = [group.value for group in groups]
    return ChannelsView(
        period=_period(question),
        rows=[
            views.channels_row(dict(zip(names, key, strict=True)), numbers)
            for key, numbers in found.items()
        ],
        total=views.channels_row({}, total),
    )


async def _counted(session: AsyncSession, question: Question) -> views.CountedPeriod:
    totals = report_views.totals_view(await reports.count(session, question))
    return views.CountedPeriod(
        period=_period(question), totals=totals, rates=report_views.rates_view(totals)
    )


def _period(question: Question) -> report_views.Period:
    return report_views.Period(first=question.first, last=question.last)
