"""Publishes what was approved, each record by itself; a refusal stays with its record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import fields, procedures
from services.procedures.models import (
    Field,
    ImportApproval,
    ImportItem,
    ImportState,
    ItemOutcome,
    Procedure,
    ProcedureImport,
    ProcedureVersion,
)
from services.procedures.records import ProcedureRecord
from services.procedures.schemas import FieldView
from shared.clock import present
from shared.database import Database
from shared.errors import Conflict, Problem

BATCH_ITEMS: Final = 25
LOCK: Final = 7_206_302
"""Advisory lock: one process publishes imports, the others need not."""

OPEN: Final = select(ImportApproval).where(ImportApproval.ended_at.is_(None))
TRY_LOCK: Final = text("select pg_try_advisory_xact_lock(:lock)")

log = structlog.get_logger()


async def publish_approved(database: Database) -> None:
    """Publish until nothing approved is left; another process may be at it, then it does all."""
    while await _any_open(database):
        async with database.transaction() as session:
            if not await _publish_batch(session):
                return


async def _any_open(database: Database) -> bool:
    """Look without waking the relay, as a transaction would each time."""
    async with database.sessions() as session:
        found = await session.scalar(select(OPEN.exists()))
    return bool(found)


async def _publish_batch(session: AsyncSession) -> bool:
    """One batch of the oldest approval; False when another process is at it."""
    if not await session.scalar(TRY_LOCK, {"lock": LOCK}):
        return False
    approval = await session.scalar(OPEN.order_by(ImportApproval.approved_at).limit(1))
    if approval is None:
        return False
    identity, number = approval.import_id, approval.number
    by, reason = approval.approved_by, approval.incomplete_reason
    due = await _due(session, identity)
    if not due:
        await _end(session, identity, number)
        return True
    newest = await _newest(session, {row.document["code"] for row in due})
    known = await _known_fields(session, {row.document["field"] for row in due})
    press = _Press(session, by, present(), reason, newest, known)
    told = [{"import_id": identity} | await press.outcome(row) for row in due]
    await session.execute(update(ImportItem), told)
    return True


async def _due(session: AsyncSession, identity: UUID) -> Sequence[Row[Any]]:
    found = await session.execute(
        select(ImportItem.number, ImportItem.document, ImportItem.base_version)
        .where(
            ImportItem.import_id == identity,
            ImportItem.approval.is_not(None),
            ImportItem.outcome.is_(None),
        )
        .order_by(ImportItem.number)
        .limit(BATCH_ITEMS)
    )
    return found.all()


async def _newest(session: AsyncSession, codes: set[str]) -> dict[str, int]:
    """The newest published version of each procedure, locked so that it stays the newest."""
    await session.execute(
        insert(Procedure)
        .values([{"code": code} for code in sorted(codes)])
        .on_conflict_do_nothing()
    )
    locked = select(Procedure.code).where(Procedure.code.in_(codes)).order_by(Procedure.code)
    await session.execute(locked.with_for_update())
    found = await session.execute(
        select(ProcedureVersion.code, ProcedureVersion.version)
        .ext(distinct_on(ProcedureVersion.code))
        .where(ProcedureVersion.code.in_(codes), ProcedureVersion.published_at.is_not(None))
        .order_by(ProcedureVersion.code, ProcedureVersion.valid_from.desc())
    )
    return {row.code: row.version for row in found}


async def _known_fields(session: AsyncSession, names: set[str]) -> dict[str, Field]:
    found = await session.scalars(select(Field).where(Field.name.in_(names)))
    return {field.name: field for field in found}


@dataclass(frozen=True, slots=True)
class _Press:
    """One batch under way: who publishes when and why, beside what."""

    session: AsyncSession
    by: str
    at: datetime
    incomplete_reason: str | None
    newest: Mapping[str, int]
    known_fields: dict[str, Field]
    """Held here, or the session would ask for each again."""

    async def outcome(self, item: Row[Any]) -> dict[str, Any]:
        """Publish one record in a savepoint; what became of it."""
        try:
            async with self.session.begin_nested():
                version = await self._publish(item)
        except Problem as refused:
            return _refused(item.number, refused.code, refused.detail)
        except DBAPIError as failed:
            if failed.connection_invalidated:
                raise
            # Such as a name too long for an index: it must not keep the others out.
            log.exception("approved record not stored", item=item.number)
            return _refused(item.number, "not_stored", "Cơ sở dữ liệu không nhận bản ghi này.")
        return {
            "number": item.number,
            "outcome": ItemOutcome.PUBLISHED,
            "version": version,
            "refusal_code": None,
            "refusal_detail": None,
        }

    async def _publish(self, item: Row[Any]) -> int:
        """Draft the record and put it in force; its version's number. Raises Problem."""
        session, by, at = self.session, self.by, self.at
        record = ProcedureRecord.model_validate(item.document)
        if self.newest.get(record.code) != item.base_version:
            raise Conflict(
                f"Thủ tục {record.code} có phiên bản mới từ khi tệp được đọc; hãy nhập lại tệp.",
                code="overtaken",
            )
        if record.field not in self.known_fields:
            await fields.add(session, FieldView(name=record.field))
        drafted = await procedures.import_record(session, record, by=by, at=at)
        if drafted is None:
            raise Conflict(
                f"Thủ tục {record.code} đã có phiên bản mới nhất với đúng nội dung này.",
                code="procedure_unchanged",
            )
        published = await procedures.publish(
            session,
            record.code,
            drafted.version,
            by=by,
            at=at,
            incomplete_reason=self.incomplete_reason,
        )
        return published.version


async def _end(session: AsyncSession, identity: UUID, number: int) -> None:
    await session.execute(
        update(ImportApproval)
        .where(ImportApproval.import_id == identity, ImportApproval.number == number)
        .values(ended_at=present())
    )
    await session.execute(
        update(ProcedureImport)
        .where(ProcedureImport.id == identity, ProcedureImport.state == ImportState.APPROVING)
        .values(state=ImportState.APPROVED)
    )


def _refused(number: int, code: str, detail: str) -> dict[str, Any]:
    return {
        "number": number,
        "outcome": ItemOutcome.REFUSED,
        "version": None,
        "refusal_code": code,
        "refusal_detail": detail,
    }
