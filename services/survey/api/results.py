"""Routes of results that the law names: satisfaction, SIPAS, and the nine indices."""

from calendar import monthrange
from dataclasses import replace
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response

from services.survey.api.settings import settings_of
from services.survey.schemas.indices import AgencyIndicesView, EntryIn, EntryView, IndicesView
from services.survey.schemas.satisfaction import SatisfactionLine, SatisfactionView, SipasView
from services.survey.scores import entries, indices, satisfaction, sipas_index
from services.survey.scores.asking import Asked, GroupBy
from services.survey.scores.periods import Period
from shared import paging
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import PAGE_SIZE_DEFAULT, Cursor, Limit
from shared.times import Day

T = TypeVar("T", SatisfactionLine, AgencyIndicesView)

router = APIRouter(prefix="/v1/surveys", tags=["surveys"], responses=PROBLEM_RESPONSES)

READER = requires(Role.REPORTER, Role.LEADER)
AgencyCode = Annotated[
    str | None,
    Query(max_length=64, pattern=r"^[A-Z0-9.]+$", description="Cơ quan và mọi cơ quan dưới nó."),
]


async def _whole(
    principal: Caller,
    from_: Annotated[Day, Query(alias="from", description="Tính cả tháng chứa ngày này.")],
    to: Annotated[Day, Query(description="Tính cả tháng chứa ngày này.")],
    agency: AgencyCode = None,
) -> Asked:
    asked = Asked(principal, agency, from_.replace(day=1), to.replace(day=1), GroupBy.AGENCY)
    asked.guard()
    return asked


Whole = Annotated[Asked, Depends(_whole)]


async def _asked(whole: Whole, group_by: GroupBy = GroupBy.AGENCY) -> Asked:
    return replace(whole, group_by=group_by)


async def _period(
    year: Annotated[int, Query(ge=2018, le=2100)],
    quarter: Annotated[int | None, Query(ge=1, le=4, description="Bỏ trống: cả năm.")] = None,
) -> Period:
    return Period(year, quarter)


InMonths = Annotated[Asked, Depends(_asked)]
InPeriod = Annotated[Period, Depends(_period)]


@router.get(
    "/satisfaction",
    operation_id="list_satisfaction",
    summary="Mức độ hài lòng, so sánh và xếp hạng / satisfaction, compared and ranked",
    dependencies=[READER],
)
async def list_satisfaction(
    *,
    request: Request,
    asked: InMonths,
    session: Reading,
    after: Cursor = None,
    limit: Limit = PAGE_SIZE_DEFAULT,
) -> SatisfactionView:
    """By lateness (`timeliness`), channel, month …; with the period before and the year before."""
    slips_min = settings_of(request).slips_shown_min
    lines = await satisfaction.list_lines(session, asked, answers_min=slips_min)
    views = [SatisfactionLine.model_validate(line) for line in lines]
    page, following = _page(views, [line.group for line in lines], after, limit)
    to = asked.last_month
    return SatisfactionView(
        agency=asked.agency,
        from_=asked.first_month,
        to=to.replace(day=monthrange(to.year, to.month)[1]),
        group_by=asked.group_by,
        slips_shown_min=slips_min,
        items=page,
        next=following,
    )


@router.get(
    "/sipas",
    operation_id="get_sipas",
    summary="Chỉ số hài lòng SIPAS / satisfaction index",
    dependencies=[READER],
)
async def get_sipas(request: Request, asked: Whole, session: Reading) -> SipasView:
    """Share of answers that mean satisfied: by criterion, by factor, and as a whole."""
    slips_min = settings_of(request).slips_shown_min
    found = await sipas_index.of_months(session, asked, answers_min=slips_min)
    return SipasView.model_validate(found)


@router.get(
    "/indices",
    operation_id="list_agency_indices",
    summary="Chín chỉ số theo cơ quan / the nine indices by agency",
    dependencies=[READER],
)
async def list_agency_indices(
    *,
    request: Request,
    principal: Caller,
    period: InPeriod,
    session: Reading,
    agency: AgencyCode = None,
    after: Cursor = None,
    limit: Limit = PAGE_SIZE_DEFAULT,
) -> IndicesView:
    """Of a quarter or a year, by agency; an index without data is left out of the sum."""
    slips_min = settings_of(request).slips_shown_min
    found = await indices.of_agencies(session, principal, agency, period, slips_min=slips_min)
    views = [AgencyIndicesView.model_validate(one) for one in found]
    page, following = _page(views, [one.agency for one in found], after, limit)
    return IndicesView(
        year=period.year,
        quarter=period.quarter,
        slips_shown_min=slips_min,
        items=page,
        next=following,
    )


@router.post(
    "/indices/entries",
    operation_id="enter_index",
    summary="Tự chấm hoặc thẩm định một chỉ số / enter an index's points",
    status_code=201,
    response_model=EntryView,
    dependencies=[READER],
)
async def enter_index(
    given: EntryIn, principal: Caller, session: Transaction, now: Now, once: OncePerKey
) -> Response:
    """For a quarter; appraising is for whoever stands above the agency."""
    return await once(session, lambda: entries.enter(session, principal, given, now), status=201)


def _page(
    views: list[T], keys: list[str], after: str | None, limit: int
) -> tuple[list[T], str | None]:
    """One page of lines that were ranked, and so gathered, all together."""
    past = "" if after is None else paging.decode_texts(after, 1)[0]
    rest = [(key, view) for key, view in zip(keys, views, strict=True) if key > past]
    more = len(rest) > limit
    return [view for _, view in rest[:limit]], paging.encode(rest[limit - 1][0]) if more else None
