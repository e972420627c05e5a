"""Routes of electronic processes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import procedure_queries, processes, standings
from services.procedures.api.answers import answer, etag_of, refuse_stale
from services.procedures.api.visitors import SeesDrafts, Today
from services.procedures.codes import VERSION_MAX, AgencyCode, ProcedureCode
from services.procedures.models import Process, Standing
from services.procedures.processes.choice import Circumstances
from services.procedures.processes.views import Carrying, ProcessSummary, ProcessView
from services.procedures.records import PartId
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.events import Method
from shared.idempotency import OncePerKey
from shared.identity import Caller, Principal, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(prefix="/v1/processes", tags=["processes"])
of_procedures = APIRouter(prefix="/v1/procedures", tags=["processes"])
CATALOGUE = [requires(Role.CATALOGUE)]


@router.get(
    "",
    operation_id="list_processes",
    summary="Các quy trình / processes",
    response_model=Page[ProcessSummary],
)
async def list_processes(
    *,
    session: Reading,
    sees_drafts: SeesDrafts,
    procedure: ProcedureCode | None = None,
    agency: Annotated[AgencyCode | None, Query(description="Cơ quan mà quy trình gắn với.")] = None,
    state: Standing | None = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Processes by procedure, retired ones too unless a state is given; drafts for officers."""
    found, following = await processes.list_processes(
        session,
        procedure=procedure,
        agency=agency,
        standing=state,
        drafts=sees_drafts,
        after=after,
        limit=limit,
    )
    items = [ProcessSummary.of(process) for process in found]
    return answer(Page[ProcessSummary](items=items, next=following))


@router.get(
    "/{identity}",
    operation_id="get_process",
    summary="Xem một quy trình / one process",
    response_model=ProcessView,
)
async def get_process(identity: UUID, session: Reading, sees_drafts: SeesDrafts) -> Response:
    """A process whole, with its steps."""
    process = await standings.get(session, Process, identity, drafts=sees_drafts)
    return answer(ProcessView.of(process))


@of_procedures.get(
    "/{code}/process",
    operation_id="get_applying_process",
    summary="Quy trình áp dụng cho một hồ sơ / the process that a dossier follows",
    response_model=ProcessView,
)
async def get_applying_process(
    *,
    code: ProcedureCode,
    session: Reading,
    today: Today,
    version: Annotated[
        int | None, Query(ge=1, le=VERSION_MAX, description="Số phiên bản; không dùng cùng `on`.")
    ] = None,
    on: Annotated[Day | None, Query(description="Ngày hiệu lực; mặc định hôm nay.")] = None,
    case: PartId | None = None,
    method: Method | None = None,
    agency: AgencyCode | None = None,
) -> Response:
    """The agency's own process, else of one above it, else of its level, else everybody's."""
    if version is None:
        version = (await procedure_queries.get_in_force(session, code, on or today)).version
    process = await processes.find_applying(
        session, Circumstances(code, version, case=case, method=method, agency=agency)
    )
    return answer(ProcessView.of(process))


@router.post(
    "",
    operation_id="draft_process",
    summary="Soạn quy trình / draft a process",
    status_code=201,
    response_model=ProcessView,
    dependencies=CATALOGUE,
)
async def draft_process(
    *,
    record: processes.ProcessRecord,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """Save a process whose times add up to the limit, to be published later."""
    standings.refuse_out_of_scope(principal, record.agency)

    async def draft() -> ProcessView:
        process = await processes.draft(session, record, by=principal.subject, at=now)
        return ProcessView.of(process)

    return await once(session, draft, status=201, headers=_location)


@router.put(
    "/{identity}",
    operation_id="put_process",
    summary="Sửa bản dự thảo quy trình / change a draft",
    response_model=ProcessView,
    dependencies=CATALOGUE,
)
async def put_process(
    *,
    request: Request,
    identity: UUID,
    record: processes.ProcessRecord,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
) -> Response:
    """Make the draft what the body says, whole."""
    standings.refuse_out_of_scope(principal, record.agency)

    async def change() -> ProcessView:
        process = await _mine(request, session, identity, principal)
        return ProcessView.of(await processes.change(session, process, record))

    return await once(session, change, headers=etag_of)


@router.delete(
    "/{identity}",
    operation_id="delete_process",
    summary="Bỏ bản dự thảo quy trình / throw a draft away",
    response_model=ProcessView,
    dependencies=CATALOGUE,
)
async def delete_process(
    *, request: Request, identity: UUID, session: Transaction, once: OncePerKey, principal: Caller
) -> Response:
    """Throw the draft away and show it for the last time."""

    async def remove() -> ProcessView:
        process = await _mine(request, session, identity, principal)
        await processes.remove(session, process)
        return ProcessView.of(process)

    return await once(session, remove)


@router.post(
    "/{identity}/publication",
    operation_id="publish_process",
    summary="Công bố quy trình / publish a process",
    response_model=ProcessView,
    dependencies=CATALOGUE,
)
async def publish_process(
    *,
    request: Request,
    identity: UUID,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """Put a draft in use; the one in use for the same binding retires at the same moment."""

    async def publish() -> ProcessView:
        process = await _mine(request, session, identity, principal)
        await processes.publish(session, process, by=principal.subject, at=now)
        return ProcessView.of(process)

    return await once(session, publish, headers=etag_of)


@router.post(
    "/{identity}/retirement",
    operation_id="retire_process",
    summary="Ngừng dùng quy trình / retire a process",
    response_model=ProcessView,
    dependencies=CATALOGUE,
)
async def retire_process(
    *,
    request: Request,
    identity: UUID,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """No dossier accepted from now on follows it; those under way finish by it."""

    async def retire() -> ProcessView:
        process = await _mine(request, session, identity, principal)
        await processes.retire(session, process, by=principal.subject, at=now)
        return ProcessView.of(process)

    return await once(session, retire, headers=etag_of)


@router.post(
    "/{identity}/copies",
    operation_id="copy_process",
    summary="Chép quy trình sang phiên bản khác / carry a process over",
    status_code=201,
    response_model=ProcessView,
    dependencies=CATALOGUE,
)
async def copy_process(
    *,
    request: Request,
    identity: UUID,
    to: Carrying,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """Draft the same steps for another version, whose limit they must add up to as well."""

    async def copy() -> ProcessView:
        process = await _mine(request, session, identity, principal)
        made = await processes.copy(
            session, process, version=to.version, number=to.number, by=principal.subject, at=now
        )
        return ProcessView.of(made)

    return await once(session, copy, status=201, headers=_location)


async def _mine(
    request: Request, session: AsyncSession, identity: UUID, principal: Principal
) -> Process:
    """The process, locked, if it lies in the officer's scope and is what If-Match says."""
    process = await standings.lock(session, Process, identity)
    standings.refuse_out_of_scope(principal, process.agency)
    refuse_stale(request, ProcessView.of(process))
    return process


def _location(view: ProcessView) -> dict[str, str]:
    return {"Location": f"/v1/processes/{view.id}", **etag_of(view)}
