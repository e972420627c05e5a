"""Routes that tell what a calendar that is only being considered would move."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.sla.previews import reading
from services.sla.schemas.previews import CalendarPreviewView, MoveView, move_view, preview_view
from shared.clock import Now
from shared.database import Databases
from shared.identity import Principal, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/calendar-previews", tags=["calendar-previews"])
Reviewer = Annotated[Principal, requires(Role.CATALOGUE, Role.LEADER, Role.REPORTER, Role.OPERATOR)]
Agency = Annotated[
    str | None,
    Query(max_length=40, pattern=r"^[A-Z0-9.]+$", description="Cơ quan và các đơn vị dưới nó."),
]


@router.get(
    "/{preview}",
    operation_id="get_calendar_preview_result",
    summary="Tác động của lịch đang cân nhắc / what a considered calendar would move",
)
async def get_calendar_preview_result(
    preview: UUID, principal: Reviewer, database: Databases, now: Now
) -> CalendarPreviewView:
    """Open clocks whose due would move, by agency; counted when first asked, then kept."""
    return preview_view(preview, await reading.answer(database, preview, principal, now))


@router.get(
    "/{preview}/dossiers",
    operation_id="list_calendar_preview_dossiers",
    summary="Hồ sơ có ngày hẹn trả thay đổi / dossiers that would move",
)
async def list_calendar_preview_dossiers(
    *,
    preview: UUID,
    principal: Reviewer,
    database: Databases,
    agency: Agency = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[MoveView]:
    """Each dossier that would move now: its present due and the other one, oldest first."""
    moves, following = await reading.list_moves(
        database, preview, principal, agency=agency, after=after, limit=limit
    )
    return Page(items=[move_view(row) for row in moves], next=following)
