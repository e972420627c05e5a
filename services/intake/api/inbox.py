"""Routes of the inbox: what lies with whom, and opinions that are waited for."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.intake import asked_opinions, inbox
from services.intake.api.transitions import WORKER
from services.intake.desk import AtDesk
from services.intake.inbox import Asked, Only, Whose
from services.intake.schemas.processing import AskedOpinion, InboxItem
from services.intake.schemas.words import AgencyCode, ProcedureCode, Short
from shared import paging
from shared.database import Reading
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/inbox", tags=["processing"], dependencies=[WORKER])

InAgency = Annotated[AgencyCode | None, Query(description="Cơ quan và các đơn vị dưới nó.")]


@router.get(
    "",
    operation_id="list_inbox",
    summary="Việc của tôi, của đơn vị / inbox",
    response_model=Page[InboxItem],
)
async def list_inbox(
    *,
    session: Reading,
    desk: AtDesk,
    whose: Whose = Whose.MINE,
    only: Only | None = None,
    agency: InAgency = None,
    unit: Short | None = None,
    procedure: ProcedureCode | None = None,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Response:
    """Open steps, the oldest first; late ones and those due today by their date."""
    asked = Asked(whose, only, agency, unit, procedure)
    found = await inbox.find(session, desk, asked, after=after, limit=limit)
    return Response(found, media_type="application/json")


@router.get(
    "/opinions", operation_id="list_asked_opinions", summary="Ý kiến đang chờ cơ quan tôi trả lời"
)
async def list_asked_opinions(
    *,
    session: Reading,
    desk: AtDesk,
    agency: InAgency = None,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Page[AskedOpinion]:
    """Questions that the caller's agencies have not answered, the most urgent first."""
    return await asked_opinions.find(session, desk, agency, after=after, limit=limit)
