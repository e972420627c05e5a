"""What can be done with procedures: draft a version, publish it, end it."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.facts import tell
from services.procedures.models import Field, Procedure, ProcedureVersion
from services.procedures.publication import published
from services.procedures.records import ProcedureRecord
from services.procedures.texts import search_key
from shared.errors import Conflict, NotFound, Unprocessable
from shared.events import ProcedureWithdrawn

ONE_DAY = timedelta(days=1)


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
    await _get_locked(session, record.code)
    newest = await session.scalar(
        select(ProcedureVersion)
        .where(ProcedureVersion.code == record.code)
        .order_by(ProcedureVersion.version.desc())
        .limit(1)
    )
    if newest is not None and newest.content_hash == record.content_hash:
        return None
    version = _written(record, newest.version + 1 if newest else 1, by=by, at=at)
    session.add(version)
    return version


async def publish(
    session: AsyncSession, code: str, number: int, *, by: str, at: datetime
) -> ProcedureVersion:
    """Put a draft in force from its first day on; the open-ended version before it ends there.

    Raises Conflict when it is published already or its time overlaps another version's.
    """
    procedure = await _get_locked(session, code)
    version = await get_version(session, code, number)
    if version.published_at is not None:
        raise Conflict(
            f"Phiên bản {number} của thủ tục {code} đã công bố rồi.", code="already_published"
        )
    record = ProcedureRecord.model_validate(version.document)
    if await session.get(Field, record.field) is None:
        raise Unprocessable(
            f"Chưa có lĩnh vực “{record.field}” trong danh mục.", code="field_unknown"
        )
    await _make_room(session, procedure, version)
    version.published_at, version.published_by = at, by
    await tell(session, procedure, published(number, record))
    return version


async def withdraw(
    session: AsyncSession, code: str, number: int, *, valid_to: date
) -> ProcedureVersion:
    """End a published version on a day; an end may come earlier, never later."""
    procedure = await _get_locked(session, code)
    version = await get_version(session, code, number)
    if version.published_at is None:
        raise Conflict(f"Phiên bản {number} chưa công bố.", code="not_published")
    if valid_to < version.valid_from:
        raise Unprocessable(
            f"Phiên bản có hiệu lực từ {version.valid_from:%d/%m/%Y}, không thể hết trước đó.",
            code="ends_before_it_begins",
        )
    if version.valid_to is not None and valid_to >= version.valid_to:
        raise Conflict(
            f"Phiên bản đã hết hiệu lực ngày {version.valid_to:%d/%m/%Y}.", code="already_ended"
        )
    await _end(session, procedure, version, valid_to)
    return version


async def get_version(session: AsyncSession, code: str, number: int) -> ProcedureVersion:
    """The version of that number, draft or not; raises NotFound."""
    version = await session.get(ProcedureVersion, (code, number))
    if version is None:
        raise NotFound(f"Không có phiên bản {number} của thủ tục {code}.")
    return version


def in_force_on(day: date) -> tuple[ColumnElement[bool], ...]:
    """What holds for the version of a procedure that is in force on a day; there is one at most."""
    return (
        ProcedureVersion.published_at.is_not(None),
        ProcedureVersion.valid_from <= day,
        ProcedureVersion.valid_to.is_(None) | (ProcedureVersion.valid_to >= day),
    )


async def _get_locked(session: AsyncSession, code: str) -> Procedure:
    procedure = await session.get(Procedure, code, with_for_update=True)
    if procedure is None:
        raise NotFound(f"Không có thủ tục {code}.")
    return procedure


def _written(record: ProcedureRecord, number: int, *, by: str, at: datetime) -> ProcedureVersion:
    return ProcedureVersion(
        code=record.code,
        version=number,
        name=record.name,
        field=record.field,
        levels=list(record.every_level),
        methods=list(record.ways),
        internal=record.internal,
        same_day=record.same_day,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        search_key=search_key(record.code, record.name, record.field),
        document=record.model_dump(mode="json", exclude_defaults=True),
        content_hash=record.content_hash,
        drafted_at=at,
        drafted_by=by,
    )


async def _make_room(session: AsyncSession, procedure: Procedure, new: ProcedureVersion) -> None:
    """End the open-ended version that the new one follows; refuse any other overlap."""
    others = await session.scalars(
        select(ProcedureVersion)
        .where(
            ProcedureVersion.code == procedure.code,
            ProcedureVersion.published_at.is_not(None),
            ProcedureVersion.valid_to.is_(None) | (ProcedureVersion.valid_to >= new.valid_from),
            *([] if new.valid_to is None else [ProcedureVersion.valid_from <= new.valid_to]),
        )
        .order_by(ProcedureVersion.valid_from)
    )
    for other in others.all():
        if other.valid_to is not None or other.valid_from >= new.valid_from:
            raise Conflict(
                f"Thời gian hiệu lực chồng lên phiên bản {other.version} của thủ tục"
                f" {procedure.code}; hãy sửa ngày hiệu lực hoặc kết thúc phiên bản đó trước.",
                code="validity_overlaps",
            )
        await _end(session, procedure, other, new.valid_from - ONE_DAY)


async def _end(
    session: AsyncSession, procedure: Procedure, version: ProcedureVersion, last_day: date
) -> None:
    version.valid_to = last_day
    fact = ProcedureWithdrawn(code=version.code, version=version.version, valid_to=last_day)
    await tell(session, procedure, fact)
