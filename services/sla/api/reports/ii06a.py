"""Routes of the report II.06a and of the dossiers behind its numbers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import reports
from services.sla.api.reports.asked import (
    As,
    Asked,
    AskedInGroups,
    Receiver,
    Reporter,
    Shape,
    dossier_after,
    following,
)
from services.sla.api.reports.files import CONTENTS, answer_file
from services.sla.models import METADATA
from services.sla.reports import Group, Question, form, words
from services.sla.reports.cells import PARTS, Cell
from services.sla.reports.columns import columns
from services.sla.reports.lists import MEMBERS, member_rows
from services.sla.reports.members import Members, page, pages
from services.sla.schemas import reports as views
from services.sla.schemas.late import MemberView, member_view
from services.sla.schemas.reports import ReportView
from shared.clock import Now
from shared.database import Databases, Reading
from shared.errors import Unprocessable
from shared.identity import EVERYWHERE
from shared.paging import Cursor, Limit, Page
from shared.sheets import one_page

router = APIRouter(prefix="/v1/reports/ii06a", tags=["reports"])
CellAsked = Annotated[Cell, Query(description="Ô của biểu / the cell of the form.")]


@router.get(
    "",
    operation_id="report_ii06a",
    summary="Biểu II.06a: tình hình, kết quả giải quyết / report II.06a",
    response_model=ReportView,
    responses=CONTENTS,
)
async def report_ii06a(
    *,
    asked: Annotated[AskedInGroups, Depends()],
    principal: Reporter,
    session: Reading,
    now: Now,
    shape: As = Shape.JSON,
    receiver: Receiver = "",
) -> ReportView | Response:
    """Columns 3 to 13 of the form for any period, subtree and grouping; files bear its layout."""
    question = asked.grouped(principal)
    if shape is not Shape.JSON:
        return await _file(session, question, asked.group_by, shape, receiver)
    rows = await reports.count(session, question)
    reached = METADATA.tables["reached"]
    totals = views.totals_view(rows)
    return ReportView(
        period=views.Period(first=question.first, last=question.last),
        agency=list(question.agencies or (EVERYWHERE,)),
        as_of=now,
        position=await session.scalar(select(func.max(reached.c.position))),
        rows=[views.row_view(row) for row in rows],
        totals=totals,
        rates=views.rates_view(totals),
    )


@router.get(
    "/dossiers",
    operation_id="list_report_dossiers",
    summary="Hồ sơ đứng sau một ô của biểu / the dossiers behind a cell",
    response_model=Page[MemberView],
    responses=CONTENTS,
)
async def list_report_dossiers(
    *,
    asked: Annotated[Asked, Depends()],
    cell: CellAsked,
    principal: Reporter,
    database: Databases,
    shape: As = Shape.JSON,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[MemberView] | Response:
    """In the order of filing; their counts come to the cell."""
    question = asked.question(principal)
    if shape is not Shape.JSON:
        found = pages(database, lambda past, size: Members(question, PARTS[cell], past, size))
        return answer_file(shape, f"ii06a-{cell}", MEMBERS, member_rows(found))
    past = dossier_after(after)
    async with database.statements() as connection:
        rows = await page(connection, Members(question, PARTS[cell], past, limit + 1))
    return Page(items=[member_view(row) for row in rows[:limit]], next=following(rows, limit))


async def _file(
    session: AsyncSession, question: Question, group_by: str, shape: Shape, receiver: str
) -> Response:
    """The form: blocks by level, and within them the one group that was asked for."""
    groups = [group for group in question.group_by if group is not Group.LEVEL]
    if len(groups) != 1:
        raise Unprocessable(
            f"Biểu in ra chỉ có một cột phân tổ, không phải “{group_by}”.", code="group_not_one"
        )
    [group] = groups
    counted = await reports.count(session, question.grouped_by(Group.LEVEL, group))
    rows = [columns(row) | {"level": row["level"], group: row[group]} for row in counted]
    names = await words.names(session, group, {row[group] for row in counted})
    units = await words.names(session, Group.AGENCY, question.agencies or ())
    layout = form.layout(question.first, question.last, group, ", ".join(units.values()), receiver)
    return answer_file(shape, "ii06a", layout, one_page(form.body(rows, group, names)))
