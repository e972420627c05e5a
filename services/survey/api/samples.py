"""Routes of samples."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse

from services.survey.models import Sample
from services.survey.samples import drawing, listing
from services.survey.schemas.samples import SampleIn, SampleView, UnitView
from shared.clock import Now
from shared.database import Databases, Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(
    prefix="/v1/samples",
    tags=["samples"],
    responses=PROBLEM_RESPONSES,
    dependencies=[requires(Role.REPORTER, Role.LEADER)],
)


async def _sample(sample: UUID, who: Caller, session: Reading) -> Sample:
    return await drawing.get(session, who, sample)


Drawn = Annotated[Sample, Depends(_sample)]


@router.post(
    "",
    operation_id="draw_sample",
    summary="Rút mẫu khảo sát / draw a sample",
    status_code=201,
    response_model=SampleView,
)
async def draw_sample(
    given: SampleIn, who: Caller, session: Transaction, now: Now, once: OncePerKey
) -> Response:
    """The same seed on the same dossiers draws the same sample."""
    return await once(session, lambda: drawing.draw(session, who, given, now), status=201)


@router.get("/{sample}", operation_id="get_sample", summary="Một mẫu khảo sát / one sample")
async def get_sample(sample: Drawn, session: Reading) -> SampleView:
    """Its strata with their weights."""
    return await drawing.view(session, sample)


@router.get(
    "/{sample}/dossiers",
    operation_id="list_sample_dossiers",
    summary="Hồ sơ trong mẫu / dossiers of the sample",
)
async def list_sample_dossiers(
    sample: Drawn, session: Reading, after: Cursor = None, limit: Limit = 100
) -> Page[UnitView]:
    """In the order of the drawing."""
    units, following = await listing.page(session, sample, after=after, limit=limit)
    return Page(items=units, next=following)


@router.get(
    "/{sample}/dossiers.csv",
    operation_id="export_sample_dossiers",
    summary="Hồ sơ trong mẫu, tệp CSV / dossiers of the sample as CSV",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
async def export_sample_dossiers(sample: Drawn, database: Databases) -> StreamingResponse:
    """All of them, streamed."""

    async def lines() -> AsyncIterator[str]:
        async with database.sessions() as session:
            async for part in listing.as_csv(session, sample):
                yield part

    return StreamingResponse(
        lines(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="mau-{sample.id}.csv"'},
    )
