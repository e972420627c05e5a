"""Routes of the late list and of its causes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.sla.api.reports.asked import As, Asked, Reporter, Shape, dossier_after, following
from services.sla.api.reports.files import CONTENTS, answer_file
from services.sla.reports import late
from services.sla.reports.lists import LATE, late_rows
from services.sla.schemas.late import CausesView, LateView, causes_view, late_view
from shared.database import Databases
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/reports/late", tags=["reports"])


@router.get(
    "",
    operation_id="list_late_dossiers",
    summary="Danh sách hồ sơ quá hạn / the late list",
    response_model=Page[LateView],
    responses=CONTENTS,
)
async def list_late_dossiers(
    *,
    asked: Annotated[Asked, Depends()],
    principal: Reporter,
    database: Databases,
    cause: Annotated[str | None, Query(max_length=40)] = None,
    shape: As = Shape.JSON,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[LateView] | Response:
    """Ended late within the period, or overdue at its end, with causes."""
    question = asked.question(principal)
    if shape is not Shape.JSON:
        rows = late_rows(late.all_late(database, question, cause))
        return answer_file(shape, "ho-so-qua-han", LATE, rows)
    past = dossier_after(after)
    async with database.statements() as connection:
        found = await late.list_late(connection, question, cause, past, limit + 1)
    return Page(items=[late_view(row) for row in found[:limit]], next=following(found, limit))


@router.get(
    "/causes",
    operation_id="count_late_causes",
    summary="Nguyên nhân quá hạn / how many are late by each cause",
)
async def count_late_causes(
    asked: Annotated[Asked, Depends()], principal: Reporter, database: Databases
) -> CausesView:
    """What was entered for a dossier, else what its letter of apology says."""
    async with database.statements() as connection:
        return causes_view(await late.count_causes(connection, asked.question(principal)))
