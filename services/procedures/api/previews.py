"""Routes of calendars that are only being considered; sla answers what they would move."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.procedures import previews
from services.procedures.api.answers import answer
from services.procedures.api.calendars import refuse_other
from services.procedures.calendars import CalendarContent
from services.procedures.codes import CalendarCode
from services.procedures.models import CalendarPreview
from services.procedures.schemas import PreviewView
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires

router = APIRouter(prefix="/v1/calendars", tags=["calendars"])
CATALOGUE = [requires(Role.CATALOGUE)]


@router.post(
    "/{code}/previews",
    operation_id="preview_calendar",
    summary="Xem trước tác động của lịch mới / preview what a calendar would move",
    status_code=202,
    response_model=PreviewView,
    dependencies=CATALOGUE,
)
async def preview_calendar(
    *,
    code: CalendarCode,
    content: CalendarContent,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """Put the next version forward without publishing it; `result` says where to ask."""
    refuse_other(code, content)

    async def put_forward() -> PreviewView:
        return _view(await previews.preview(session, content, by=principal.subject, at=now))

    return await once(session, put_forward, status=202, headers=_location)


@router.get(
    "/{code}/previews/{preview}",
    operation_id="get_calendar_preview",
    summary="Xem lịch đang cân nhắc / a calendar that is being considered",
    response_model=PreviewView,
    dependencies=CATALOGUE,
)
async def get_calendar_preview(code: CalendarCode, preview: UUID, session: Reading) -> Response:
    """What was put forward, while it is kept."""
    return answer(_view(await previews.get_preview(session, code, preview)))


def _view(asked: CalendarPreview) -> PreviewView:
    return PreviewView(
        id=asked.id,
        code=asked.code,
        calendars=asked.calendars,
        content=CalendarContent.model_validate(asked.content),
        asked_at=asked.asked_at,
        asked_by=asked.asked_by,
        result=f"/v1/calendar-previews/{asked.id}",
    )


def _location(view: PreviewView) -> dict[str, str]:
    return {"Location": view.result}
