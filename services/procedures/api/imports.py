"""Routes of catalogue files: sent in, read, compared, approved or rejected."""

from enum import StrEnum
from typing import Annotated, Final, cast
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.procedures.anomalies import AnomalyCode
from services.procedures.api.visitors import Today
from services.procedures.imports import decisions, queries, reports, uploads
from services.procedures.imports.views import (
    Approval,
    ImportSummary,
    ImportView,
    ItemSummary,
    ItemView,
    Rejection,
)
from services.procedures.models import ImportForm, ItemOutcome, ItemState
from services.procedures.settings import ProceduresSettings
from shared.clock import Now
from shared.database import Databases, Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(
    prefix="/v1/imports/procedures", tags=["imports"], dependencies=[requires(Role.CATALOGUE)]
)

NUMBER_MAX = 2**31 - 1


class ReportFormat(StrEnum):
    """As what a report is written."""

    MARKDOWN = "markdown"
    CSV = "csv"


FILE: Final = {"type": "string"}
RECORDS: Final[dict[str, str]] = {}
"""JSON is taken in every shape that such files are known to have."""


@router.post(
    "",
    operation_id="import_procedures",
    summary="Gửi tệp danh mục thủ tục / send a catalogue file",
    status_code=202,
    response_model=ImportView,
    responses={200: {"model": ImportView, "description": "Tệp này đã gửi / sent before."}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": RECORDS if form is ImportForm.JSON else FILE}
                for kind, form in uploads.FORMS.items()
            },
        }
    },
)
async def import_procedures(
    *,
    request: Request,
    response: Response,
    database: Databases,
    principal: Caller,
    now: Now,
    today: Today,
    valid_from: Annotated[
        Day | None, Query(description="Ngày có hiệu lực; mặc định hôm nay.")
    ] = None,
    file_name: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00-\x1f]+$")] = None,
    again: Annotated[
        bool, Query(description="Nhập lại một tệp đã gửi / the same once more.")
    ] = False,
) -> ImportView:
    """Take a file of records in any known shape; it is read in the background.

    Nothing of it is published before an officer approves it. The same file again gives the
    earlier import.
    """
    upload = uploads.Upload(
        form=uploads.form_of(request.headers.get("content-type", "")),
        valid_from=valid_from or today,
        file_name=file_name,
        by=principal.subject,
        at=now,
        again=again,
    )
    settings = cast(ProceduresSettings, request.app.state.settings)
    identity, fresh = await uploads.take(
        database, request.stream(), upload, bytes_max=settings.import_bytes_max
    )
    response.status_code = 202 if fresh else 200
    response.headers["Location"] = f"/v1/imports/procedures/{identity}"
    async with database.sessions() as session:
        return await queries.describe(session, identity)


@router.get(
    "",
    operation_id="list_procedure_imports",
    summary="Các lần nhập danh mục / catalogue imports",
)
async def list_procedure_imports(
    session: Reading, after: Cursor = None, limit: Limit = 50
) -> Page[ImportSummary]:
    """Imports, newest first."""
    found, following = await queries.list_imports(session, after=after, limit=limit)
    return Page(items=[ImportSummary.model_validate(one) for one in found], next=following)


@router.get(
    "/{identity}",
    operation_id="get_procedure_import",
    summary="Xem một lần nhập / one import",
)
async def get_procedure_import(identity: UUID, session: Reading) -> ImportView:
    """How far it is, what was found in it, and what became of it."""
    return await queries.describe(session, identity)


@router.get(
    "/{identity}/items",
    operation_id="list_procedure_import_items",
    summary="Các bản ghi của tệp / records of the file",
)
async def list_procedure_import_items(
    *,
    identity: UUID,
    session: Reading,
    state: ItemState | None = None,
    anomaly: AnomalyCode | None = None,
    outcome: ItemOutcome | None = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[ItemSummary]:
    """Records in the order of the file."""
    await decisions.get_import(session, identity)
    wanted = queries.Filter(state, anomaly, outcome)
    found, following = await queries.list_items(session, identity, wanted, after=after, limit=limit)
    return Page(items=[ItemSummary.model_validate(item) for item in found], next=following)


@router.get(
    "/{identity}/items/{number}",
    operation_id="get_procedure_import_item",
    summary="Xem một bản ghi / one record of the file",
)
async def get_procedure_import_item(
    identity: UUID, number: Annotated[int, Path(ge=1, le=NUMBER_MAX)], session: Reading
) -> ItemView:
    """A record with its anomalies and its differences from the published version."""
    return ItemView.model_validate(await queries.get_item(session, identity, number))


@router.get(
    "/{identity}/report",
    operation_id="get_procedure_import_report",
    summary="Báo cáo để in / report to print",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {}, "text/csv": {}}}},
)
async def get_procedure_import_report(
    identity: UUID,
    database: Databases,
    session: Reading,
    as_: Annotated[ReportFormat, Query(alias="format")] = ReportFormat.MARKDOWN,
) -> Response:
    """What is bad, by line, and what is odd, by kind; as a page or as a table."""
    await decisions.get_import(session, identity)
    if as_ is ReportFormat.CSV:
        return StreamingResponse(reports.table(database, identity), media_type="text/csv")
    return StreamingResponse(reports.markdown(database, identity), media_type="text/markdown")


@router.post(
    "/{identity}/approval",
    operation_id="approve_procedure_import",
    summary="Duyệt công bố / approve for publication",
    status_code=202,
    response_model=ImportView,
)
async def approve_procedure_import(
    *,
    identity: UUID,
    approval: Approval,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """Publish new and changed records, in the background; each is refused or taken by itself."""
    choice = decisions.Choice(
        items=approval.items,
        except_anomalies=approval.except_anomalies,
        incomplete_reason=approval.incomplete_reason,
    )

    async def approve() -> ImportView:
        await decisions.approve(session, identity, choice, by=principal.subject, at=now)
        return await queries.describe(session, identity)

    return await once(session, approve, status=202)


@router.post(
    "/{identity}/rejection",
    operation_id="reject_procedure_import",
    summary="Không duyệt, kết thúc / reject",
    response_model=ImportView,
)
async def reject_procedure_import(
    *,
    identity: UUID,
    rejection: Rejection,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """End the import: nothing more of it can be published."""

    async def reject() -> ImportView:
        await decisions.reject(session, identity, rejection.reason, by=principal.subject, at=now)
        return await queries.describe(session, identity)

    return await once(session, reject)
