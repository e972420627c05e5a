"""Routes of results as files to print."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.survey.api.results import READER, AgencyCode, InPeriod
from services.survey.api.settings import settings_of
from services.survey.scores import indices, slips
from services.survey.scores.forms import agency as one_agency
from services.survey.scores.forms import per_slip, province
from services.survey.scores.forms.words import FEW
from shared.database import Reading
from shared.errors import PROBLEM_RESPONSES, NotFound
from shared.identity import Caller
from shared.sheets import Row, Sheet, csv_chunks, one_page, xlsx_chunks

router = APIRouter(
    prefix="/v1/surveys/forms",
    tags=["surveys"],
    responses=PROBLEM_RESPONSES,
    dependencies=[READER],
)


class Shape(StrEnum):
    """The kind of file."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Shape.CSV: "text/csv; charset=utf-8",
    Shape.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}}
}
OneAgency = Annotated[str, Query(max_length=64, pattern=r"^[A-Z0-9.]+$")]
As = Annotated[Shape, Query(alias="as")]


@router.get(
    "/01",
    operation_id="export_slips",
    summary="Mẫu 01: theo từng phiếu / slip by slip",
    response_class=Response,
    responses=FILES,
)
async def export_slips(
    *,
    request: Request,
    agency: OneAgency,
    period: InPeriod,
    principal: Caller,
    session: Reading,
    shape: As = Shape.XLSX,
) -> StreamingResponse:
    """Of one agency; tells neither dossier nor person, and nothing below five slips."""
    found = await slips.of_agency(
        session, principal, agency, period, slips_min=settings_of(request).slips_shown_min
    )
    body = per_slip.rows(found) or [(FEW,)]
    return _file(shape, "mau-01", per_slip.layout(agency, period, found), body)


@router.get(
    "/02",
    operation_id="export_agency",
    summary="Mẫu 02: một cơ quan / one agency",
    response_class=Response,
    responses=FILES,
)
async def export_agency(
    *,
    request: Request,
    agency: OneAgency,
    period: InPeriod,
    principal: Caller,
    session: Reading,
    shape: As = Shape.XLSX,
) -> StreamingResponse:
    """Its class goes by the appraised total."""
    slips_min = settings_of(request).slips_shown_min
    found = await indices.of_agencies(session, principal, agency, period, slips_min=slips_min)
    one = next((one for one in found if one.agency == agency), None)
    if one is None:
        raise NotFound("Cơ quan chưa có số liệu trong kỳ này.", code="no_results")
    return _file(shape, "mau-02", one_agency.layout(one, period), one_agency.rows(one))


@router.get(
    "/03",
    operation_id="export_agencies",
    summary="Mẫu 03: tổng hợp các cơ quan / all agencies",
    response_class=Response,
    responses=FILES,
)
async def export_agencies(
    *,
    request: Request,
    period: InPeriod,
    principal: Caller,
    session: Reading,
    agency: AgencyCode = None,
    shape: As = Shape.XLSX,
) -> StreamingResponse:
    """With ranks; who is equal shares the better one."""
    slips_min = settings_of(request).slips_shown_min
    found = await indices.of_agencies(session, principal, agency, period, slips_min=slips_min)
    return _file(shape, "mau-03", province.layout(agency, period), province.rows(found))


def _file(shape: Shape, name: str, sheet: Sheet, body: Sequence[Row]) -> StreamingResponse:
    chunks = {Shape.CSV: csv_chunks, Shape.XLSX: xlsx_chunks}[shape]
    return StreamingResponse(
        chunks(sheet, one_page(body)),
        media_type=MEDIA_TYPES[shape],
        headers={"Content-Disposition": f'attachment; filename="{name}.{shape}"'},
    )
