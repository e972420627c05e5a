"""Finds and begins letters; the sweep begins those for lateness, people the others."""

from uuid import UUID

import uuid_utils.compat as uuid
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import incidents
from services.sla.apologies import promise
from services.sla.apologies.desk import Desk
from services.sla.apologies.lifecycle import OPEN, State
from services.sla.models import Apology, Clock
from shared.database import driver_of
from shared.errors import Conflict, Forbidden, NotFound
from shared.events import ApologyKind


async def find(session: AsyncSession, desk: Desk, letter: UUID) -> Apology:
    """Find a letter for reading; raises NotFound, also for a foreign agency's."""
    found = await session.get(Apology, letter)
    if found is None or not _sees(desk, found):
        raise NotFound("Không có thư này trong phạm vi của bạn.", code="apology_not_found")
    return found


async def hold(session: AsyncSession, desk: Desk, letter: UUID) -> Apology:
    """Find a letter of the caller's own agency and hold it; raises NotFound, Forbidden."""
    found = await session.get(Apology, letter, with_for_update=True)
    if found is None or not _sees(desk, found):
        raise NotFound("Không có thư này trong phạm vi của bạn.", code="apology_not_found")
    if not desk.principal.covers(found.agency):
        raise Forbidden("Thư do cơ quan giải quyết soạn và ký.", code="agency_not_yours")
    return found


async def begin_overdue(session: AsyncSession, desk: Desk, reference: str) -> Apology:
    """Begin the letter for a late dossier, by code or id; raises NotFound or Conflict."""
    clock = await _clock(session, desk, reference)
    connection = await driver_of(await session.connection())
    (await promise.late(connection, clock.dossier)).check_open()
    others = await session.scalars(
        select(Apology).where(
            Apology.dossier == clock.dossier, Apology.kind == ApologyKind.OVERDUE.value
        )
    )
    for other in others:
        if other.number is not None:
            raise promise.reappointed()
        if other.state in OPEN:
            raise _open_already(other.id)
    letter = _new(desk, ApologyKind.OVERDUE, clock.agency)
    letter.dossier, letter.code = clock.dossier, clock.code
    letter.receiving_agency = clock.receiving_agency
    return await _add(session, letter, _open_already(None))


async def begin_for_incident(session: AsyncSession, desk: Desk, incident: UUID) -> Apology:
    """Begin the letter for something that went wrong; raises NotFound or Conflict."""
    found = await incidents.find(session, desk, incident)
    letter = _new(desk, ApologyKind(found.kind), found.agency)
    letter.dossier, letter.code, letter.incident = found.dossier, found.code, found.id
    letter.receiving_agency = found.receiving_agency
    return await _add(
        session,
        letter,
        Conflict("Sai sót này đã có thư xin lỗi.", code="incident_has_letter"),
    )


def _new(desk: Desk, kind: ApologyKind, agency: str) -> Apology:
    if not desk.principal.covers(agency):
        raise Forbidden("Thư do cơ quan giải quyết soạn và ký.", code="agency_not_yours")
    return Apology(
        id=UUID(str(uuid.uuid7())),
        sequence=0,
        kind=kind.value,
        state=State.DRAFT.value,
        agency=agency,
        made_by=desk.principal.subject,
        made_at=desk.now,
    )


async def _add(session: AsyncSession, letter: Apology, refusal: Conflict) -> Apology:
    session.add(letter)
    try:
        await session.flush()
    except IntegrityError as raced:
        raise refusal from raced
    return letter


async def _clock(session: AsyncSession, desk: Desk, reference: str) -> Clock:
    try:
        named = or_(Clock.code == reference, Clock.dossier == UUID(reference))
    except ValueError:
        named = Clock.code == reference
    clock = await session.scalar(select(Clock).where(named))
    covers = desk.principal.covers
    if clock is None or not (covers(clock.agency) or covers(clock.receiving_agency)):
        raise NotFound(
            "Không có đồng hồ thời hạn của hồ sơ này: chưa được tiếp nhận, hoặc ngoài phạm vi.",
            code="clock_not_found",
        )
    return clock


def _open_already(letter: UUID | None) -> Conflict:
    return Conflict(
        "Hồ sơ đã có thư xin lỗi đang soạn.",
        code="apology_open",
        apology=None if letter is None else str(letter),
    )


def _sees(desk: Desk, letter: Apology) -> bool:
    covers, received = desk.principal.covers, letter.receiving_agency
    return covers(letter.agency) or (received is not None and covers(received))
