"""The route of the report II.06a."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import func, select

from services.sla import reports
from services.sla.models import METADATA
from services.sla.reports import Group, Question
from services.sla.schemas import reports as views
from services.sla.schemas.reports import ReportView
from shared.clock import Now
from shared.database import Reading
from shared.errors import NotFound, Unprocessable
from shared.events import AgencyLevel, Channel
from shared.identity import EVERYWHERE, Principal, Role, requires

PERIOD_DAYS_MAX = 3660
router = APIRouter(prefix="/v1/reports", tags=["reports"])
Reporter = Annotated[Principal, requires(Role.REPORTER, Role.LEADER)]


@dataclass
class Asked:
    """The query of a report."""

    first: Annotated[date, Query(alias="from", description="Ngày đầu kỳ / first day.")]
    last: Annotated[date, Query(alias="to", description="Ngày cuối kỳ / last day.")]
    agency: Annotated[
        str | None, Query(max_length=64, description="Cơ quan và các cơ quan dưới nó / subtree.")
    ] = None
    group_by: Annotated[
        str, Query(max_length=64, description="field, level, agency, procedure, channel.")
    ] = Group.FIELD
    level: AgencyLevel | None = None
    channel: Channel | None = None
    procedure: Annotated[str | None, Query(max_length=64)] = None
    field: Annotated[str | None, Query(max_length=200)] = None


@router.get(
    "/ii06a",
    operation_id="report_ii06a",
    summary="Biểu II.06a: tình hình, kết quả giải quyết / report II.06a",
    # A row shows the words that it was grouped by, and no others.
    response_model_exclude_unset=True,
)
async def report_ii06a(
    asked: Annotated[Asked, Depends()], principal: Reporter, session: Reading, now: Now
) -> ReportView:
    """Columns 3 to 13 of the form for any period, subtree and grouping."""
    question = question_of(asked, principal)
    rows = await reports.count(session, question)
    reached = METADATA.tables["reached"]
    totals = views.totals_view(rows)
    return ReportView(
        period=views.Period(first=question.first, last=question.last),
        agency=list(question.agencies or (EVERYWHERE,)),
        as_of=now,
        position=await session.scalar(select(func.max(reached.c.position))),
        rows=[views.row_view(row) for row in rows],
        totals=totals,
        rates=views.rates_view(totals),
    )


def question_of(asked: Asked, principal: Principal) -> Question:
    """Make the question; raises NotFound for a foreign agency, Unprocessable for a bad period."""
    days = (asked.last - asked.first).days
    if not 0 <= days < PERIOD_DAYS_MAX:
        raise Unprocessable("Kỳ báo cáo không hợp lệ hoặc quá dài.", code="period_invalid")
    if asked.agency is not None and not principal.covers(asked.agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    own = None if principal.everywhere else principal.agencies
    return Question(
        first=asked.first,
        last=asked.last,
        agencies=own if asked.agency is None else (asked.agency,),
        group_by=_groups(asked.group_by),
        level=asked.level,
        channel=asked.channel,
        procedure=asked.procedure,
        field=asked.field,
    )


def _groups(words: str) -> tuple[Group, ...]:
    try:
        return tuple(dict.fromkeys(Group(word) for word in words.split(",") if word))
    except ValueError as unknown:
        raise Unprocessable(
            f"group_by chỉ nhận: {', '.join(Group)}.", code="group_unknown"
        ) from unknown
