"""Instruments of provinces beside those that come with the software: drafted, then published."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.instruments import packaged
from services.survey.models import InstrumentVersion
from services.survey.schemas.instruments import Instrument, InstrumentDraft, InstrumentIn
from shared.errors import Conflict, NotFound
from shared.identity import Principal

VERSIONS_MAX: Final = 1000
"""Of all provinces together; a question of order, not of room."""
PARSED_MAX: Final = 256

_IN_TURN = text("select pg_advisory_xact_lock(hashtextextended('instrument/' || :code, 0))")

Versions = Mapping[tuple[str, int], Instrument]


async def find(session: AsyncSession, code: str, version: int) -> Instrument:
    """A published version, wherever it comes from; raises NotFound."""
    try:
        return packaged.get(code, version)
    except KeyError:
        row = await session.get(InstrumentVersion, (code, version))
    if row is None or row.published_at is None:
        raise NotFound("Không tìm thấy mẫu phiếu này.", code="instrument_not_found")
    return _read(row)


async def published(session: AsyncSession) -> Sequence[Instrument]:
    """All published versions by code, the newest of each last."""
    query = (
        select(InstrumentVersion)
        .where(InstrumentVersion.published_at.is_not(None))
        .order_by(InstrumentVersion.code, InstrumentVersion.version)
        .limit(VERSIONS_MAX)
    )
    own = [_read(row) for row in await session.scalars(query)]
    return [*packaged.published(), *own]


async def versions(session: AsyncSession) -> Versions:
    """All published versions by code and version."""
    return {(one.code, one.version): one for one in await published(session)}


async def draft(
    session: AsyncSession, principal: Principal, given: InstrumentIn, now: datetime
) -> InstrumentDraft:
    """Keep a draft of the next version, in place of the code's last draft.

    Raises NotFound for a foreign agency, Conflict for a code that is somebody else's.
    """
    agency = given.agency
    if not principal.covers(agency):
        raise NotFound(f"Không tìm thấy cơ quan {agency}.", code="agency_not_found")
    if any(given.code == one.code for one in packaged.published()):
        raise Conflict("Mã này thuộc mẫu phiếu có sẵn; hãy đặt mã khác.", code="instrument_taken")
    await session.execute(_IN_TURN, {"code": given.code})
    last = await _last(session, given.code)
    if last is not None and last.agency != agency:
        raise Conflict("Mã này đã được cơ quan khác dùng.", code="instrument_taken")
    if last is None or last.published_at is not None:
        last = await _next(session, given.code, agency)
    instrument = Instrument(version=last.version, **given.model_dump(exclude={"agency"}))
    last.document = instrument.model_dump(mode="json")
    last.drafted_by, last.drafted_at = principal.subject, now
    session.add(last)
    await session.flush()
    return InstrumentDraft(agency=agency, published=False, instrument=instrument)


async def publish(
    session: AsyncSession, principal: Principal, code: str, now: datetime
) -> InstrumentDraft:
    """Fix the draft for ever; raises NotFound, Conflict when there is no draft (any more)."""
    await session.execute(_IN_TURN, {"code": code})
    last = await _last(session, code)
    if last is None or not principal.covers(last.agency):
        raise NotFound("Không tìm thấy mẫu phiếu này.", code="instrument_not_found")
    if last.published_at is not None:
        raise Conflict("Không có bản dự thảo nào để công bố.", code="nothing_to_publish")
    last.published_by, last.published_at = principal.subject, now
    return InstrumentDraft(agency=last.agency, published=True, instrument=_read(last))


async def _last(session: AsyncSession, code: str) -> InstrumentVersion | None:
    query = select(InstrumentVersion).where(InstrumentVersion.code == code)
    return await session.scalar(query.order_by(InstrumentVersion.version.desc()).limit(1))


async def _next(session: AsyncSession, code: str, agency: str) -> InstrumentVersion:
    counted = await session.scalar(select(func.count()).select_from(InstrumentVersion))
    if (counted or 0) >= VERSIONS_MAX:
        raise Conflict("Đã có quá nhiều mẫu phiếu.", code="too_many_instruments")
    query = select(func.max(InstrumentVersion.version)).where(InstrumentVersion.code == code)
    last = await session.scalar(query)
    return InstrumentVersion(code=code, version=(last or 0) + 1, agency=agency)


def _read(row: InstrumentVersion) -> Instrument:
    return _parsed(orjson.dumps(row.document))


@lru_cache(maxsize=PARSED_MAX)
def _parsed(document: bytes) -> Instrument:
    return Instrument.model_validate_json(document)
