"""Which version a request means, and how it is shown."""

from datetime import date
from typing import Annotated

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import procedure_queries, procedures
from services.procedures.codes import VERSION_MAX
from services.procedures.content import missing_parts
from services.procedures.models import ProcedureVersion
from services.procedures.records import ProcedureRecord
from services.procedures.schemas import ProcedureSummary, ProcedureView, VersionSummary
from shared.errors import NotFound
from shared.times import Day

VersionNumber = Annotated[
    int | None, Query(ge=1, le=VERSION_MAX, description="Số phiên bản; không dùng cùng `on`.")
]
OnDay = Annotated[Day | None, Query(description="Ngày hiệu lực; mặc định hôm nay.")]


async def named_version(
    session: AsyncSession, code: str, number: int | None, day: date, *, drafts: bool
) -> ProcedureVersion:
    """The version of a number, or the one in force on the day; raises NotFound."""
    if number is None:
        return await procedure_queries.get_in_force(session, code, day)
    found = await procedures.get_version(session, code, number)
    if found.published_at is None and not drafts:
        raise NotFound(f"Không có phiên bản {number} của thủ tục {code}.")
    return found


def view_of(version: ProcedureVersion, today: date) -> ProcedureView:
    """The version whole."""
    record = ProcedureRecord.model_validate(version.document)
    return ProcedureView(
        code=version.code,
        version=version.version,
        state=version.state_on(today),
        internal=version.internal,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        drafted_at=version.drafted_at,
        edited_at=version.edited_at,
        published_at=version.published_at,
        missing_parts=missing_parts(record),
        incomplete_reason=version.incomplete_reason,
        cases=record.cases,
        record=record,
    )


def summary_of(version: ProcedureVersion, today: date) -> VersionSummary:
    """The version in a line."""
    known = ProcedureSummary.model_validate(version).model_dump()
    return VersionSummary(
        **known,
        state=version.state_on(today),
        drafted_at=version.drafted_at,
        published_at=version.published_at,
    )
