"""The register of errors (sai sót), lost papers and wrong results; each asks for a letter."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg
import uuid_utils.compat as uuid
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.apologies.desk import SCOPE, Desk
from services.sla.models import Clock, Incident
from shared import paging
from shared.errors import NotFound, Unprocessable
from shared.working_time import business_date

LIST: Final = f"""
select incident.*, apology.id as apology, apology.state
  from incident
  left join apology on apology.incident = incident.id and apology.state <> 'dropped'
 where {SCOPE.format(grants="$1", table="incident")}
   and ($2::date is null or (incident.found_on, incident.id) < ($2, $3::uuid))
 order by incident.found_on desc, incident.id desc limit $4
"""  # noqa: S608 (only constants)


async def register(
    session: AsyncSession,
    desk: Desk,
    *,
    kind: str,
    agency: str | None,
    dossier: str | None,
    found_on: date,
    what: str,
) -> Incident:
    """Register what went wrong, with a dossier or at an agency; raises NotFound, Unprocessable."""
    if found_on > business_date(desk.now):
        raise Unprocessable("Ngày phát hiện không được ở tương lai.", code="found_on_ahead")
    clock = None if dossier is None else await _clock(session, desk, dossier)
    agency = agency if clock is None else clock.agency
    if agency is None or not desk.principal.covers(agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    incident = Incident(
        id=UUID(str(uuid.uuid7())),
        kind=kind,
        agency=agency,
        receiving_agency=None if clock is None else clock.receiving_agency,
        dossier=None if clock is None else clock.dossier,
        code=None if clock is None else clock.code,
        found_on=found_on,
        what=what,
        registered_by=desk.principal.subject,
        registered_at=desk.now,
    )
    session.add(incident)
    return incident


async def find(session: AsyncSession, desk: Desk, incident: UUID) -> Incident:
    """Find one; raises NotFound, also for a foreign agency's."""
    found = await session.get(Incident, incident)
    if found is None or not desk.principal.covers(found.agency):
        raise NotFound("Không có sai sót này trong phạm vi của bạn.", code="incident_not_found")
    return found


async def list_incidents(
    connection: asyncpg.Connection,
    desk: Desk,
    agency: str | None,
    *,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Any], str | None]:
    """One page with their letters, newest first, and its next cursor; raises NotFound."""
    past_on, past = (None, None) if after is None else _past(after)
    found = await connection.fetch(LIST, desk.within(agency), past_on, past, limit + 1)
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    return page, paging.encode(page[-1]["found_on"].isoformat(), str(page[-1]["id"]))


async def _clock(session: AsyncSession, desk: Desk, reference: str) -> Clock:
    clock = await session.scalar(select(Clock).where(Clock.code == reference))
    covers = desk.principal.covers
    if clock is None or not (covers(clock.agency) or covers(clock.receiving_agency)):
        raise NotFound("Không có hồ sơ này trong phạm vi của bạn.", code="clock_not_found")
    return clock


def _past(cursor: str) -> tuple[date, UUID]:
    found_on, incident = paging.decode_texts(cursor, 2)
    try:
        return date.fromisoformat(found_on), UUID(incident)
    except ValueError as broken:
        raise paging.unreadable() from broken
