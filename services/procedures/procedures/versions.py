"""Finds versions, and fills one's columns from its record."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.content import missing_parts
from services.procedures.models import Procedure, ProcedureVersion
from services.procedures.records import ProcedureRecord
from services.procedures.search.columns import columns_of
from shared.errors import NotFound


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


async def get_locked(session: AsyncSession, code: str) -> Procedure:
    """The procedure, alone until the commit; raises NotFound."""
    procedure = await session.get(Procedure, code, with_for_update=True)
    if procedure is None:
        raise NotFound(f"Không có thủ tục {code}.")
    return procedure


def content_of(record: ProcedureRecord) -> dict[str, Any]:
    """A version's columns as its record fills them."""
    return {
        "name": record.name,
        "field": record.field,
        "levels": list(record.every_level),
        "methods": list(record.ways),
        "internal": record.internal,
        "same_day": record.same_day,
        "valid_from": record.valid_from,
        "valid_to": record.valid_to,
        "online_level": record.online_level,
        "boundary_free": record.boundary_free,
        "pays_online": record.pays_online,
        "decision_signed_on": record.decision_signed_on,
        "full_content": not missing_parts(record),
        "document": record.model_dump(mode="json", exclude_defaults=True),
        "content_hash": record.content_hash,
    } | columns_of(record)
