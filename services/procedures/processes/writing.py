"""What can be done with a process: draft it, change it, publish it, retire it, carry it over."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import standings
from services.procedures.facts import tell
from services.procedures.models import Procedure, ProcedureVersion, Process, Standing
from services.procedures.processes import rules, telling
from services.procedures.processes.reading import content_of, same_binding
from services.procedures.processes.record import ProcessRecord
from services.procedures.records import LimitRecord, ProcedureRecord
from shared.errors import Conflict, Unprocessable

KEPT: Final = {"read": True, "key_share": True}


async def draft(session: AsyncSession, record: ProcessRecord, *, by: str, at: datetime) -> Process:
    """Save a process to be published later; raises Unprocessable where it breaks the limit."""
    await _check(session, record)
    process = Process(**_columns(record), drafted_at=at, drafted_by=by)
    session.add(process)
    await session.flush()
    return process


async def change(session: AsyncSession, process: Process, record: ProcessRecord) -> Process:
    """Make a draft what the record says, whole; raises Conflict once it is published."""
    standings.refuse_unless(process, Standing.DRAFT)
    await _check(session, record)
    for name, value in _columns(record).items():
        setattr(process, name, value)
    return process


async def remove(session: AsyncSession, process: Process) -> None:
    """Throw a draft away; raises Conflict once it is published."""
    standings.refuse_unless(process, Standing.DRAFT)
    await session.delete(process)


async def publish(session: AsyncSession, process: Process, *, by: str, at: datetime) -> Process:
    """Put a draft in use; the one in use for the same binding retires in the same transaction.

    Raises Conflict when it is no draft or its version of the procedure is not published.
    """
    standings.refuse_unless(process, Standing.DRAFT)
    # Two officers who publish for one procedure take turns here.
    await session.get_one(Procedure, process.procedure, with_for_update=True)
    record = content_of(process)
    limit = await _check(session, record, in_force=True)
    before = await session.scalar(
        select(Process).where(*standings.in_use(Process), *same_binding(process)).with_for_update()
    )
    if before is not None:
        await retire(session, before, by=by, at=at)
    process.published_at, process.published_by = at, by
    await tell(session, process, telling.published(record, limit, at))
    return process


async def retire(session: AsyncSession, process: Process, *, by: str, at: datetime) -> Process:
    """Take a process out of use; dossiers under way finish by it. Raises Conflict."""
    standings.refuse_unless(process, Standing.PUBLISHED)
    process.retired_at, process.retired_by = at, by
    await tell(session, process, telling.retired(process, at))
    return process


async def copy(
    session: AsyncSession,
    process: Process,
    *,
    version: int,
    number: str | None,
    by: str,
    at: datetime,
) -> Process:
    """Draft the same process for another version, whose limit it must keep as well."""
    changed: dict[str, Any] = {"version": version}
    if number is not None:
        changed["number"] = number
    record = content_of(process).model_copy(update=changed)
    return await draft(session, record, by=by, at=at)


async def _check(
    session: AsyncSession, record: ProcessRecord, *, in_force: bool = False
) -> LimitRecord:
    key = (record.procedure, record.version)
    # Shared: a draft version cannot be discarded while a process is being written for it.
    version = await session.get(ProcedureVersion, key, with_for_update=KEPT)
    if version is None:
        raise Unprocessable(
            f"Không có phiên bản {record.version} của thủ tục {record.procedure}.",
            code="version_unknown",
        )
    if in_force and version.published_at is None:
        raise Conflict(
            f"Phiên bản {record.version} của thủ tục {record.procedure} chưa công bố.",
            code="version_not_published",
        )
    await standings.refuse_unknown_agencies(
        session, (record.agency, *(step.agency for step in record.steps))
    )
    return rules.check(record, ProcedureRecord.model_validate(version.document))


def _columns(record: ProcessRecord) -> dict[str, Any]:
    return {
        "number": record.number,
        "procedure": record.procedure,
        "version": record.version,
        "case_id": record.case,
        "method": record.method,
        "agency": record.agency,
        "level": record.level,
        "document": record.model_dump(mode="json", exclude_defaults=True),
    }
