"""Routes of submitted reports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from services.sla.api.reports.asked import Reporter, scope
from services.sla.reports import Question, submitted
from services.sla.schemas.submitted import (
    DifferencesView,
    SubmissionBody,
    SubmittedItem,
    SubmittedView,
    difference_view,
    late_entry_view,
    submitted_item,
    submitted_view,
)
from shared.clock import Now
from shared.database import Databases, Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Principal, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/reports/submitted", tags=["reports"])
Submitter = Annotated[Principal, requires(Role.REPORTER, Role.LEADER)]


@router.post(
    "",
    operation_id="submit_report",
    summary="Chốt báo cáo đã nộp / freeze a report as it was handed in",
    status_code=201,
    response_model=SubmittedView,
)
async def submit_report(
    body: SubmissionBody, principal: Submitter, session: Transaction, now: Now, once: OncePerKey
) -> Response:
    """Rows and the place in the stream are kept; a period that is not over is refused."""
    first, last = body.period.first, body.period.last
    question = Question(
        first, last, scope(principal, first, last, body.agency), tuple(dict.fromkeys(body.group_by))
    )

    async def submit() -> SubmittedView:
        return submitted_view(await submitted.submit(session, question, principal, now))

    return await once(
        session,
        submit,
        status=201,
        headers=lambda view: {"Location": f"/v1/reports/submitted/{view.id}"},
    )


@router.get(
    "",
    operation_id="list_submitted_reports",
    summary="Báo cáo đã chốt / submitted reports, the newest first",
)
async def list_submitted_reports(
    principal: Reporter, session: Reading, after: Cursor = None, limit: Limit = 50
) -> Page[SubmittedItem]:
    """Those whose agencies are all within the caller's scope."""
    found, following = await submitted.list_reports(session, principal, after, limit)
    return Page(items=[submitted_item(one) for one in found], next=following)


@router.get(
    "/{report}",
    operation_id="get_submitted_report",
    summary="Một báo cáo đã chốt / a submitted report",
)
async def get_submitted_report(
    report: UUID, principal: Reporter, session: Reading
) -> SubmittedView:
    """As it was counted then."""
    return submitted_view(await submitted.get(session, report, principal))


@router.get(
    "/{report}/differences",
    operation_id="compare_submitted_report",
    summary="Chênh lệch so với báo cáo đã chốt / what a new run counts otherwise",
)
async def compare_submitted_report(
    *,
    report: UUID,
    principal: Reporter,
    session: Reading,
    database: Databases,
    now: Now,
    after: Cursor = None,
    limit: Limit = 50,
) -> DifferencesView:
    """Only what was told after its day can be the cause; each such entry is named."""
    frozen = await submitted.get(session, report, principal)
    async with database.statements() as connection:
        causes, following = await submitted.causes(connection, frozen, after, limit)
    return DifferencesView(
        report=submitted_item(frozen),
        counted_at=now,
        differences=[difference_view(one) for one in await submitted.differences(session, frozen)],
        causes=[late_entry_view(row) for row in causes],
        next=following,
    )
