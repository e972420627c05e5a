"""Routes that show a procedure and its versions."""

from fastapi import APIRouter, Response

from services.procedures import procedure_queries
from services.procedures.api.answers import answer
from services.procedures.api.versions import (
    OnDay,
    VersionNumber,
    named_version,
    summary_of,
    view_of,
)
from services.procedures.api.visitors import SeesDrafts, Today
from services.procedures.codes import ProcedureCode
from services.procedures.schemas import ProcedureView, VersionSummary
from shared.database import Reading
from shared.paging import Page

router = APIRouter(prefix="/v1/procedures", tags=["procedures"])


@router.get(
    "/{code}",
    operation_id="get_procedure",
    summary="Xem một thủ tục / one procedure",
    response_model=ProcedureView,
)
async def get_procedure(
    *,
    code: ProcedureCode,
    session: Reading,
    today: Today,
    sees_drafts: SeesDrafts,
    version: VersionNumber = None,
    on: OnDay = None,
) -> Response:
    """The version in force today, on a day, or the one of a number."""
    found = await named_version(session, code, version, on or today, drafts=sees_drafts)
    return answer(view_of(found, today))


@router.get(
    "/{code}/versions",
    operation_id="list_procedure_versions",
    summary="Các phiên bản của thủ tục / a procedure's versions",
    response_model=Page[VersionSummary],
)
async def list_procedure_versions(
    code: ProcedureCode, session: Reading, today: Today, sees_drafts: SeesDrafts
) -> Response:
    """Every version, newest first; drafts only for catalogue officers."""
    found = await procedure_queries.list_versions(session, code, drafts=sees_drafts)
    items = [summary_of(version, today) for version in found]
    return answer(Page[VersionSummary](items=items, next=None))
