"""A draft's life: it is written, written again, and published or discarded."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import Procedure, ProcedureVersion
from services.procedures.procedures.versions import content_of, get_locked, get_version
from services.procedures.records import ProcedureRecord
from shared.errors import Conflict


async def draft(
    session: AsyncSession, record: ProcedureRecord, *, by: str, at: datetime
) -> ProcedureVersion:
    """Save a new version for approval; raises Conflict when the newest one says the same."""
    version = await import_record(session, record, by=by, at=at)
    if version is None:
        raise Conflict(
            f"Thủ tục {record.code} đã có phiên bản mới nhất với đúng nội dung này.",
            code="procedure_unchanged",
        )
    return version


async def import_record(
    session: AsyncSession, record: ProcedureRecord, *, by: str, at: datetime
) -> ProcedureVersion | None:
    """Save the record as a draft, or nothing when the newest version says the same already."""
    await session.execute(insert(Procedure).values(code=record.code).on_conflict_do_nothing())
    procedure = await get_locked(session, record.code)
    newest = await session.scalar(
        select(ProcedureVersion)
        .where(ProcedureVersion.code == record.code)
        .order_by(ProcedureVersion.version.desc())
        .limit(1)
    )
    if newest is not None and newest.content_hash == record.content_hash:
        return None
    procedure.last_version += 1
    version = ProcedureVersion(
        code=record.code,
        version=procedure.last_version,
        drafted_at=at,
        drafted_by=by,
        **content_of(record),
    )
    session.add(version)
    return version


async def replace(
    session: AsyncSession, number: int, record: ProcedureRecord, *, by: str, at: datetime
) -> ProcedureVersion:
    """Write a draft again, whole; raises NotFound, and Conflict when it is published."""
    version = await get_draft(session, record.code, number)
    for column, value in content_of(record).items():
        setattr(version, column, value)
    version.edited_at, version.edited_by = at, by
    return version


async def discard(session: AsyncSession, code: str, number: int) -> ProcedureVersion:
    """Drop a draft for good; its number stays used.

    Raises NotFound, and Conflict when it is published or something is drafted for it.
    """
    version = await get_draft(session, code, number)
    try:
        async with session.begin_nested():
            await session.delete(version)
    except IntegrityError as used:
        raise Conflict(
            f"Bản dự thảo {number} của thủ tục {code} đang được quy trình hoặc đợt nhập dùng đến.",
            code="draft_in_use",
        ) from used
    return version


async def get_draft(session: AsyncSession, code: str, number: int) -> ProcedureVersion:
    """The draft, alone until the commit; raises NotFound, and Conflict when it is published."""
    await get_locked(session, code)
    version = await get_version(session, code, number)
    if version.published_at is not None:
        raise Conflict(
            f"Phiên bản {number} của thủ tục {code} đã công bố: không sửa hay bỏ được nữa, chỉ có"
            " thể cho hết hiệu lực hoặc soạn phiên bản mới.",
            code="already_published",
        )
    return version
