"""Routes of procedures and their versions."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.procedures import procedure_queries, procedures
from services.procedures.api.answers import NOT_MODIFIED, answer
from services.procedures.api.visitors import SeesDrafts, Today
from services.procedures.codes import VERSION_MAX, ProcedureCode, Version
from services.procedures.models import ProcedureVersion
from services.procedures.records import ProcedureRecord
from services.procedures.schemas import (
    ProcedureSummary,
    ProcedureView,
    VersionSummary,
    Withdrawal,
)
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import NotFound
from shared.events import AgencyLevel, Method
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/procedures", tags=["procedures"])
CATALOGUE = [requires(Role.CATALOGUE)]

Plain = r"^[^\x00]*$"
Words = Annotated[
    str | None,
    Query(
        max_length=200,
        pattern=Plain,
        description="Từ cần tìm, có dấu hoặc không / words, with or without marks.",
    ),
]


@router.get(
    "",
    operation_id="list_procedures",
    summary="Tìm thủ tục đang có hiệu lực / find procedures in force",
    response_model=Page[ProcedureSummary],
    responses=NOT_MODIFIED,
)
async def list_procedures(
    *,
    request: Request,
    session: Reading,
    today: Today,
    q: Words = None,
    field: Annotated[str | None, Query(max_length=1000, pattern=Plain)] = None,
    level: AgencyLevel | None = None,
    method: Method | None = None,
    internal: Annotated[
        bool, Query(description="Thủ tục nội bộ thay cho thủ tục công / internal ones instead.")
    ] = False,
    on: Annotated[date | None, Query(description="Ngày hiệu lực; mặc định hôm nay.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Published versions in force on a day, best match first."""
    search = procedure_queries.Search(
        on=on or today, text=q or None, field=field, level=level, method=method, internal=internal
    )
    found, following = await procedure_queries.list_in_force(
        session, search, after=after, limit=limit
    )
    items = [ProcedureSummary.model_validate(version) for version in found]
    return answer(request, Page[ProcedureSummary](items=items, next=following))


@router.get(
    "/{code}",
    operation_id="get_procedure",
    summary="Xem một thủ tục / one procedure",
    response_model=ProcedureView,
    responses=NOT_MODIFIED,
)
async def get_procedure(
    *,
    request: Request,
    code: ProcedureCode,
    session: Reading,
    today: Today,
    sees_drafts: SeesDrafts,
    version: Annotated[
        int | None, Query(ge=1, le=VERSION_MAX, description="Số phiên bản; không dùng cùng `on`.")
    ] = None,
    on: Annotated[date | None, Query(description="Ngày hiệu lực; mặc định hôm nay.")] = None,
) -> Response:
    """The version in force today, on a day, or the one of a number."""
    if version is None:
        found = await procedure_queries.get_in_force(session, code, on or today)
    else:
        found = await procedures.get_version(session, code, version)
        if found.published_at is None and not sees_drafts:
            raise NotFound(f"Không có phiên bản {version} của thủ tục {code}.")
    return answer(request, _view(found, today))


@router.get(
    "/{code}/versions",
    operation_id="list_procedure_versions",
    summary="Các phiên bản của thủ tục / a procedure's versions",
    response_model=Page[VersionSummary],
    responses=NOT_MODIFIED,
)
async def list_procedure_versions(
    request: Request, code: ProcedureCode, session: Reading, today: Today, sees_drafts: SeesDrafts
) -> Response:
    """Every version, newest first; drafts only for catalogue officers."""
    found = await procedure_queries.list_versions(session, code, drafts=sees_drafts)
    items = [_summary(version, today) for version in found]
    return answer(request, Page[VersionSummary](items=items, next=None))


@router.post(
    "",
    operation_id="draft_procedure",
    summary="Soạn phiên bản mới / draft a version",
    status_code=201,
    response_model=ProcedureView,
    dependencies=CATALOGUE,
)
async def draft_procedure(
    *,
    record: ProcedureRecord,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
    today: Today,
) -> Response:
    """Save the content as the procedure's next version, to be published later."""

    async def draft() -> ProcedureView:
        return _view(await procedures.draft(session, record, by=principal.subject, at=now), today)

    return await once(session, draft, status=201, headers=_location)


@router.post(
    "/{code}/versions/{number}/publication",
    operation_id="publish_procedure",
    summary="Công bố phiên bản / publish a version",
    response_model=ProcedureView,
    dependencies=CATALOGUE,
)
async def publish_procedure(
    *,
    code: ProcedureCode,
    number: Version,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
    today: Today,
) -> Response:
    """Put a draft in force from its first day; the open-ended version before it ends then."""

    async def publish() -> ProcedureView:
        version = await procedures.publish(session, code, number, by=principal.subject, at=now)
        return _view(version, today)

    return await once(session, publish)


@router.post(
    "/{code}/versions/{number}/withdrawal",
    operation_id="withdraw_procedure",
    summary="Cho phiên bản hết hiệu lực / end a version",
    response_model=ProcedureView,
    dependencies=CATALOGUE,
)
async def withdraw_procedure(
    *,
    code: ProcedureCode,
    number: Version,
    withdrawal: Withdrawal,
    session: Transaction,
    once: OncePerKey,
    today: Today,
) -> Response:
    """No dossier received after the day may use the version; accepted ones keep it."""

    async def withdraw() -> ProcedureView:
        version = await procedures.withdraw(session, code, number, valid_to=withdrawal.valid_to)
        return _view(version, today)

    return await once(session, withdraw)


def _view(version: ProcedureVersion, today: date) -> ProcedureView:
    record = ProcedureRecord.model_validate(version.document)
    return ProcedureView(
        code=version.code,
        version=version.version,
        state=version.state_on(today),
        internal=version.internal,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        drafted_at=version.drafted_at,
        published_at=version.published_at,
        cases=record.cases,
        record=record,
    )


def _summary(version: ProcedureVersion, today: date) -> VersionSummary:
    known = ProcedureSummary.model_validate(version).model_dump()
    return VersionSummary(
        **known,
        state=version.state_on(today),
        drafted_at=version.drafted_at,
        published_at=version.published_at,
    )


def _location(view: ProcedureView) -> dict[str, str]:
    return {"Location": f"/v1/procedures/{view.code}?version={view.version}"}
