"""Routes of working calendars."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.procedures import calendars
from services.procedures.api.answers import answer
from services.procedures.calendars import CalendarContent
from services.procedures.codes import VERSION_MAX, CalendarCode, Version
from services.procedures.imports.views import DifferenceView
from services.procedures.models import CalendarVersion
from services.procedures.schemas import CalendarDifferencesView, CalendarSummary, CalendarView
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import Unprocessable
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.working_time import Calendar

router = APIRouter(prefix="/v1/calendars", tags=["calendars"])


@router.get(
    "",
    operation_id="list_calendars",
    summary="Các lịch làm việc / working calendars",
    response_model=Page[CalendarSummary],
)
async def list_calendars(session: Reading, after: Cursor = None, limit: Limit = 50) -> Response:
    """Every calendar in its newest version."""
    found, following = await calendars.list_newest(session, after=after, limit=limit)
    items = [_summary(version) for version in found]
    return answer(Page[CalendarSummary](items=items, next=following))


@router.get(
    "/{code}",
    operation_id="get_calendar",
    summary="Xem lịch làm việc mới nhất / a calendar's newest version",
    response_model=CalendarView,
)
async def get_calendar(code: CalendarCode, session: Reading) -> Response:
    """The newest version, whole."""
    return answer(CalendarView.model_validate(await calendars.get_newest(session, code)))


@router.get(
    "/{code}/versions/{number}",
    operation_id="get_calendar_version",
    summary="Xem một phiên bản lịch / one version of a calendar",
    response_model=CalendarView,
)
async def get_calendar_version(code: CalendarCode, number: Version, session: Reading) -> Response:
    """One published version, which never changes."""
    version = await calendars.get_version(session, code, number)
    return answer(CalendarView.model_validate(version))


@router.get(
    "/{code}/differences",
    operation_id="compare_calendar_versions",
    summary="So sánh hai phiên bản lịch / compare two versions of a calendar",
    response_model=CalendarDifferencesView,
)
async def compare_calendar_versions(
    *,
    code: CalendarCode,
    session: Reading,
    before: Annotated[int, Query(alias="from", ge=1, le=VERSION_MAX)],
    after: Annotated[int, Query(alias="to", ge=1, le=VERSION_MAX)],
) -> Response:
    """Each day and rule that differs, added, removed or changed."""
    versions = [await calendars.get_version(session, code, number) for number in (before, after)]
    found = calendars.differences(*(Calendar.model_validate(one.definition) for one in versions))
    differing = [DifferenceView.model_validate(one) for one in found]
    return answer(
        CalendarDifferencesView(code=code, before=before, after=after, differences=differing),
    )


@router.post(
    "/{code}/versions",
    operation_id="publish_calendar",
    summary="Công bố phiên bản lịch / publish a version",
    status_code=201,
    response_model=CalendarView,
    dependencies=[requires(Role.CATALOGUE)],
)
async def publish_calendar(
    *,
    code: CalendarCode,
    content: CalendarContent,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """Publish the next version, and with it the next one of every calendar derived from it."""
    refuse_other(code, content)

    async def publish() -> CalendarView:
        version = await calendars.publish(session, content, by=principal.subject, at=now)
        return CalendarView.model_validate(version)

    return await once(session, publish, status=201, headers=_location)


def refuse_other(code: str, content: CalendarContent) -> None:
    """Refuse a body about another calendar than the address; raises Unprocessable."""
    if content.code != code:
        raise Unprocessable(
            f"Nội dung nêu lịch {content.code}, đường dẫn nêu {code}.", code="code_differs"
        )


def _summary(version: CalendarVersion) -> CalendarSummary:
    calendar = Calendar.model_validate(version.definition)
    return CalendarSummary(
        code=version.code,
        version=version.version,
        base=version.base,
        first_on=calendar.first_on,
        last_on=calendar.last_on,
        provisional_from=calendar.provisional_from,
        published_at=version.published_at,
    )


def _location(view: CalendarView) -> dict[str, str]:
    return {"Location": f"/v1/calendars/{view.code}/versions/{view.version}"}
