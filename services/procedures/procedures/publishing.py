"""A draft comes into force, and a published version ends."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.content import MandatoryPart, missing_parts
from services.procedures.facts import tell
from services.procedures.models import Field, Procedure, ProcedureVersion
from services.procedures.procedures.versions import get_locked, get_version
from services.procedures.publication import published
from services.procedures.records import ProcedureRecord
from shared.errors import Conflict, Unprocessable
from shared.events import ProcedureWithdrawn

ONE_DAY = timedelta(days=1)


async def publish(
    session: AsyncSession,
    code: str,
    number: int,
    *,
    by: str,
    at: datetime,
    incomplete_reason: str | None = None,
) -> ProcedureVersion:
    """Put a draft in force from its first day on; the open-ended version before it ends there.

    Raises Conflict when it is published already or its time overlaps another version's,
    Unprocessable when it lacks a mandatory part and nobody says why.
    """
    procedure = await get_locked(session, code)
    version = await get_version(session, code, number)
    if version.published_at is not None:
        raise Conflict(
            f"Phiên bản {number} của thủ tục {code} đã công bố rồi.", code="already_published"
        )
    record = ProcedureRecord.model_validate(version.document)
    if missing := missing_parts(record):
        if incomplete_reason is None:
            raise _incomplete(code, missing)
        version.incomplete_reason = incomplete_reason
    if await session.get(Field, record.field) is None:
        raise Unprocessable(
            f"Chưa có lĩnh vực “{record.field}” trong danh mục.", code="field_unknown"
        )
    await _make_room(session, procedure, version)
    version.full_content = not missing
    version.published_at, version.published_by = at, by
    await tell(session, procedure, published(number, record))
    return version


async def withdraw(
    session: AsyncSession, code: str, number: int, *, valid_to: date
) -> ProcedureVersion:
    """End a published version on a day; an end may come earlier, never later."""
    procedure = await get_locked(session, code)
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


def _incomplete(code: str, missing: tuple[MandatoryPart, ...]) -> Unprocessable:
    named = "; ".join(part.label for part in missing)
    return Unprocessable(
        f"Thủ tục {code} còn thiếu: {named} (Nghị định 63/2010/NĐ-CP, Điều 8 khoản 2). Hãy bổ sung,"
        " hoặc công bố kèm lý do (incomplete_reason).",
        code="record_incomplete",
        missing_parts=list(missing),
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
