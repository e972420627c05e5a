"""Routes of what the catalogue counts about itself, each figure with what stands behind it."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.procedures.api.answers import answer
from services.procedures.api.visitors import Today
from services.procedures.codes import AgencyCode
from services.procedures.formulas import MEANINGS, Formula
from services.procedures.schemas.statistics import (
    AgencyFigureView,
    AgencyItem,
    AgencyStatistics,
    FigureItem,
    LimitCutItem,
    LimitCutStatistics,
    OnlineLevelHistory,
    OnlineLevels,
    ProcedureStatistics,
    TargetHeld,
)
from services.procedures.statistics import agencies, limit_cuts, online_levels, procedures
from services.procedures.statistics.figures import Figure
from services.procedures.statistics.shares import percent
from services.procedures.statistics.telling import cut_item, cut_total, figure_view
from shared.database import Reading
from shared.errors import NotFound
from shared.events import AgencyLevel
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(prefix="/v1/statistics", tags=["statistics"])

On = Annotated[Day | None, Query(description="Ngày tính; mặc định hôm nay.")]
Counted = Annotated[bool | None, Query(description="Chỉ phần thuộc tử số, hoặc chỉ phần còn lại.")]


async def _wanted_procedures(
    today: Today,
    on: On = None,
    agency: Annotated[
        AgencyCode | None, Query(description="Chỉ thủ tục thuộc thẩm quyền cơ quan này.")
    ] = None,
    field: Annotated[str | None, Query(max_length=1000)] = None,
    level: AgencyLevel | None = None,
) -> procedures.Wanted:
    return procedures.Wanted(on=on or today, agency=agency, field=field, level=level)


async def _wanted_agencies(
    today: Today,
    on: On = None,
    agency: Annotated[
        AgencyCode | None, Query(description="Chỉ cơ quan này và các cơ quan bên dưới.")
    ] = None,
    level: AgencyLevel | None = None,
) -> agencies.Wanted:
    return agencies.Wanted(on=on or today, agency=agency, level=level)


Procedures = Annotated[procedures.Wanted, Depends(_wanted_procedures)]
Agencies = Annotated[agencies.Wanted, Depends(_wanted_agencies)]


@router.get(
    "/procedures",
    operation_id="get_procedure_statistics",
    summary="Số liệu về thủ tục đang có hiệu lực / figures of procedures in force",
    response_model=ProcedureStatistics,
)
async def get_procedure_statistics(session: Reading, wanted: Procedures) -> Response:
    """Each figure with numerator, denominator, formula and source."""
    in_force, counts = await procedures.count(session, wanted)
    figures = [figure_view(figure, *share) for figure, share in counts.items()]
    return answer(ProcedureStatistics(on=wanted.on, in_force=in_force, figures=figures))


@router.get(
    "/procedures/{figure}/items",
    operation_id="list_procedure_statistics_items",
    summary="Các thủ tục đằng sau một số liệu / procedures behind a figure",
    response_model=Page[FigureItem],
)
async def list_procedure_statistics_items(
    *,
    session: Reading,
    figure: Figure,
    wanted: Procedures,
    counted: Counted = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The figure's denominator by code, each saying whether it is in the numerator."""
    found, following = await procedures.list_items(
        session, figure, wanted, counted=counted, after=after, limit=limit
    )
    items = [FigureItem.model_validate(row, from_attributes=True) for row in found]
    return answer(Page[FigureItem](items=items, next=following))


@router.get(
    "/online-levels",
    operation_id="get_online_level_history",
    summary="Số thủ tục theo mức độ trực tuyến, theo ngày / by online level, day by day",
    response_model=OnlineLevelHistory,
)
async def get_online_level_history(
    session: Reading,
    today: Today,
    first: Annotated[
        date | None, Query(alias="from", description="Mặc định một năm trước.")
    ] = None,
    last: Annotated[Day | None, Query(alias="to", description="Mặc định hôm nay.")] = None,
) -> Response:
    """The numbers of the first day, then of each day on which one changed."""
    last = last or today
    first = first or last - timedelta(days=365)
    told = await online_levels.history(session, first, last)
    items = [OnlineLevels(since=day, **counts) for day, counts in told]
    return answer(OnlineLevelHistory(items=items))


@router.get(
    "/agencies",
    operation_id="get_agency_statistics",
    summary="Số liệu về cơ quan, đơn vị / figures of agencies",
    response_model=AgencyStatistics,
)
async def get_agency_statistics(session: Reading, wanted: Agencies) -> Response:
    """Modern one-stops and agencies with ISO documents, held against the targets of the day."""
    figures = []
    for formula in agencies.COUNTED_KINDS:
        share = await agencies.count(session, formula, wanted)
        held = await agencies.held_against(session, formula, wanted, share)
        figures.append(_agency_figure(formula, share, held))
    return answer(AgencyStatistics(on=wanted.on, figures=figures))


@router.get(
    "/agencies/{figure}/items",
    operation_id="list_agency_statistics_items",
    summary="Các cơ quan đằng sau một số liệu / agencies behind a figure",
    response_model=Page[AgencyItem],
)
async def list_agency_statistics_items(
    *,
    session: Reading,
    figure: Formula,
    wanted: Agencies,
    counted: Counted = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The figure's denominator by code, each saying whether it is in the numerator."""
    if figure not in agencies.COUNTED_KINDS:
        raise NotFound(f"Danh mục không tính số liệu {figure}.")
    found, following = await agencies.list_items(
        session, figure, wanted, counted=counted, after=after, limit=limit
    )
    items = [AgencyItem.model_validate(row) for row in found]
    return answer(Page[AgencyItem](items=items, next=following))


@router.get(
    "/limit-cuts",
    operation_id="get_limit_cut_statistics",
    summary="Cắt giảm thời hạn giải quyết / how much limits are cut",
    response_model=LimitCutStatistics,
)
async def get_limit_cut_statistics(session: Reading, wanted: Procedures) -> Response:
    """Committed limits against statutory ones; working time, days and months stay apart."""
    totals, cut, number = await limit_cuts.totals(session, wanted)
    share = figure_view(Figure.LIMIT_CUT, cut, number)
    told = [cut_total(kind, total) for kind, total in totals.items()]
    return answer(LimitCutStatistics(on=wanted.on, procedures=share, totals=told))


@router.get(
    "/limit-cuts/items",
    operation_id="list_limit_cut_items",
    summary="Các thủ tục được cắt giảm / procedures with a cut",
    response_model=Page[LimitCutItem],
)
async def list_limit_cut_items(
    *,
    session: Reading,
    wanted: Procedures,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """By code, each with all its rows that know their limit."""
    found, following = await limit_cuts.list_items(session, wanted, after=after, limit=limit)
    items = [cut_item(row, cuts) for row, cuts in found]
    return answer(Page[LimitCutItem](items=items, next=following))


def _agency_figure(
    formula: Formula, share: tuple[int, int], held: list[agencies.Held]
) -> AgencyFigureView:
    meaning = MEANINGS[formula]
    numerator, denominator = share
    return AgencyFigureView(
        figure=formula,
        title=meaning.title,
        numerator=numerator,
        denominator=denominator,
        ratio=percent(numerator, denominator),
        formula=f"{meaning.numerator} / {meaning.denominator}",
        source=agencies.SOURCE,
        targets=[
            TargetHeld(
                target=each.target.code,
                title=each.target.title,
                threshold=each.target.threshold,
                needed=each.needed,
                reached=each.reached,
            )
            for each in held
        ],
    )
