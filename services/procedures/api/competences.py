"""Routes of competence: who receives, decides and supports a procedure."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.procedures import competences
from services.procedures.api.answers import answer, etag_of, refuse_stale
from services.procedures.api.visitors import Today
from services.procedures.codes import AgencyCode, ProcedureCode
from services.procedures.competences import Lines
from services.procedures.models import CompetenceRole
from services.procedures.schemas import (
    AgencyProcedure,
    CompetenceLineView,
    CompetenceList,
    CompetencesView,
    ProcedureSummary,
)
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(prefix="/v1", tags=["competences"])


@router.get(
    "/competences",
    operation_id="list_competences",
    summary="Phân công thẩm quyền / lists of competence",
    response_model=Page[CompetenceLineView],
)
async def list_competences(
    *,
    session: Reading,
    procedure: ProcedureCode | None = None,
    agency: Annotated[AgencyCode | None, Query(description="Dòng nêu đúng cơ quan này.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """The lines as they were entered, past ones too; procedures without any go by level."""
    found, following = await competences.list_lines(
        session, procedure=procedure, agency=agency, after=after, limit=limit
    )
    items = [CompetenceLineView.model_validate(line) for line in found]
    return answer(Page[CompetenceLineView](items=items, next=following))


@router.get(
    "/competences/{procedure}",
    operation_id="get_competences",
    summary="Phân công thẩm quyền của một thủ tục / a procedure's list",
    response_model=CompetencesView,
)
async def get_competences(procedure: ProcedureCode, session: Reading) -> Response:
    """The whole list of a procedure; empty when its levels decide."""
    return answer(_view(procedure, await competences.get_lines(session, procedure)))


@router.put(
    "/competences/{procedure}",
    operation_id="put_competences",
    summary="Đặt phân công thẩm quyền / set a procedure's list",
    response_model=CompetencesView,
    dependencies=[requires(Role.CATALOGUE)],
)
async def put_competences(
    *,
    request: Request,
    procedure: ProcedureCode,
    wanted: CompetenceList,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
) -> Response:
    """Replace the whole list; lines of agencies outside the officer's scope must stay as they are.

    With If-Match, only if the list is still as the officer saw it.
    """

    async def change() -> CompetencesView:
        await competences.hold(session, procedure)
        present = _view(procedure, await competences.get_lines(session, procedure))
        refuse_stale(request, present)
        lines = await competences.put(session, procedure, wanted.lines, covers=principal.covers)
        return _view(procedure, lines)

    return await once(session, change, headers=etag_of)


@router.get(
    "/agencies/{code}/procedures",
    operation_id="list_agency_procedures",
    summary="Thủ tục cơ quan tiếp nhận, giải quyết / procedures of an agency",
    response_model=Page[AgencyProcedure],
)
async def list_agency_procedures(
    *,
    code: AgencyCode,
    session: Reading,
    today: Today,
    role: CompetenceRole | None = None,
    procedure: ProcedureCode | None = None,
    internal: Annotated[bool, Query(description="Thủ tục nội bộ thay cho thủ tục công.")] = False,
    on: Annotated[Day | None, Query(description="Mặc định hôm nay.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Procedures in force that the agency receives, decides or supports on a day, by code."""
    wanted = competences.Wanted(on=on or today, role=role, procedure=procedure, internal=internal)
    found, following = await competences.list_procedures_of(
        session, code, wanted, after=after, limit=limit
    )
    items = [
        AgencyProcedure(**ProcedureSummary.model_validate(version).model_dump(), roles=roles)
        for version, roles in found
    ]
    return answer(Page[AgencyProcedure](items=items, next=following))


def _view(procedure: str, lines: Lines) -> CompetencesView:
    return CompetencesView(procedure=procedure, lines=list(lines))
