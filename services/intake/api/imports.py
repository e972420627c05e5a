"""Histories of other systems: sent as lines of JSON, of any length."""

from typing import Annotated, cast

import uuid_utils.compat as uuid
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Resources
from services.intake.history.importing import History
from services.intake.models import ImportBatch, ImportRefusal
from shared import paging
from shared.clock import Now
from shared.database import Databases, Transaction
from shared.errors import NotFound
from shared.identity import Principal, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import LocalDateTime

REFUSALS_SHOWN_MAX = 100
Importer = Annotated[Principal, requires(Role.OPERATOR)]
BatchName = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z0-9._-]{1,100}$",
        description="Tên lô; gửi lại cùng tên để chạy tiếp / send again to resume.",
    ),
]

router = APIRouter(prefix="/v1/imports/dossiers", tags=["imports"])


class RefusalView(BaseModel):
    """A line that could not be taken, and why."""

    line: int
    code: str
    detail: str


class ImportView(BaseModel):
    """What became of an import; `refusals` shows the first ones, the rest has its own list."""

    batch: str
    lines: int
    imported: int
    already_there: int
    refused: int
    started_at: LocalDateTime
    finished_at: LocalDateTime | None
    refusals: list[RefusalView]


@router.post(
    "",
    operation_id="import_dossiers",
    summary="Nhập hồ sơ lịch sử (NDJSON)",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        }
    },
)
async def import_dossiers(
    request: Request,
    principal: Importer,
    database: Databases,
    now: Now,
    batch: BatchName = None,
) -> ImportView:
    """Take a history, a dossier a line, whole lives with their real times.

    Lines are checked by the same table of transitions as officers' actions. A line that is
    refused is reported and the rest goes on. A code that is there already counts as done, so a
    history may be sent again after any interruption.
    """
    name = batch or uuid.uuid7().hex
    resources = cast(Resources, request.app.state.intake)
    await History(database, resources, principal, name).take(request.stream(), now)
    async with database.transaction() as session:
        return await _view(session, name, principal)


@router.get("/{batch}", operation_id="get_import", summary="Xem kết quả một lô nhập")
async def get_import(batch: str, principal: Importer, session: Transaction) -> ImportView:
    """Tell how far an import is, or what became of it."""
    return await _view(session, batch, principal)


@router.get("/{batch}/refusals", operation_id="list_import_refusals", summary="Các dòng bị từ chối")
async def list_import_refusals(
    batch: str,
    principal: Importer,
    session: Transaction,
    after: Cursor = None,
    limit: Limit = paging.PAGE_SIZE_DEFAULT,
) -> Page[RefusalView]:
    """Walk the refused lines in their order."""
    await _get(session, batch, principal)
    since = int(paging.decode(after, 1)[0]) if after else 0
    found = await _refusals(session, batch, since, limit + 1)
    page = found[:limit]
    return Page(items=page, next=paging.encode(page[-1].line) if len(found) > limit else None)


async def _view(session: AsyncSession, name: str, principal: Principal) -> ImportView:
    found = await _get(session, name, principal)
    return ImportView(
        batch=found.name,
        lines=found.lines,
        imported=found.imported,
        already_there=found.already_there,
        refused=found.refused,
        started_at=found.started_at,
        finished_at=found.finished_at,
        refusals=await _refusals(session, name, 0, REFUSALS_SHOWN_MAX),
    )


async def _get(session: AsyncSession, name: str, principal: Principal) -> ImportBatch:
    found = await session.get(ImportBatch, name)
    if found is None or found.sent_by != principal.subject:
        raise NotFound("Không có lô nhập này.")
    return found


async def _refusals(session: AsyncSession, name: str, since: int, count: int) -> list[RefusalView]:
    rows = await session.scalars(
        select(ImportRefusal)
        .where(ImportRefusal.batch == name, ImportRefusal.line > since)
        .order_by(ImportRefusal.line)
        .limit(count)
    )
    return [RefusalView(line=row.line, code=row.code, detail=row.detail) for row in rows]
