"""Routes of the published slips."""

from fastapi import APIRouter

from services.survey import instruments
from services.survey.instruments import Instrument
from shared.errors import PROBLEM_RESPONSES
from shared.identity import Caller
from shared.paging import Page

router = APIRouter(prefix="/v1/surveys", tags=["surveys"], responses=PROBLEM_RESPONSES)


@router.get(
    "/instruments",
    operation_id="list_instruments",
    summary="Mẫu phiếu đánh giá đã công bố / published slips",
)
async def list_instruments(_: Caller) -> Page[Instrument]:
    """Every published version, whole."""
    return Page(items=list(instruments.published()), next=None)
