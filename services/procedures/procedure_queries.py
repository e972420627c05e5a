"""Finds the version of a procedure that a date names, and all of them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import ProcedureVersion
from services.procedures.procedures import in_force_on
from shared.errors import NotFound


async def get_in_force(session: AsyncSession, code: str, day: date) -> ProcedureVersion:
    """The version in force on a day; raises NotFound."""
    version = await session.scalar(
        select(ProcedureVersion).where(ProcedureVersion.code == code, *in_force_on(day))
    )
    if version is None:
        raise NotFound(f"Thủ tục {code} không có hoặc không có hiệu lực ngày {day:%d/%m/%Y}.")
    return version


async def list_versions(
    session: AsyncSession, code: str, *, drafts: bool
) -> Sequence[ProcedureVersion]:
    """Every version of a procedure, newest first; raises NotFound when there is none to see."""
    statement = select(ProcedureVersion).where(ProcedureVersion.code == code)
    if not drafts:
        statement = statement.where(ProcedureVersion.published_at.is_not(None))
    found = await session.scalars(statement.order_by(ProcedureVersion.version.desc()))
    versions = found.all()
    if not versions:
        raise NotFound(f"Không có thủ tục {code}.")
    return versions
