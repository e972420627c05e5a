"""Sets devices up, lists and retires them, and knows them again by their secret."""

import hmac
import secrets
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import by_agency, scope, tokens
from services.survey.models import Kiosk
from services.survey.schemas.kiosks import KioskIn, KioskKey, KioskView
from shared.errors import NotFound
from shared.identity import Principal

SECRET_BYTES: Final = 32
_KNOWN: Final = "select agency, secret_hash from kiosk where id = $1 and retired_at is null"


class Device(NamedTuple):
    """A kiosk that proved to be one."""

    id: UUID
    agency: str


async def register(
    session: AsyncSession, principal: Principal, given: KioskIn, now: datetime
) -> KioskKey:
    """Set a device up; raises NotFound for a foreign agency."""
    if not principal.covers(given.agency):
        raise NotFound(f"Không tìm thấy cơ quan {given.agency}.", code="agency_not_found")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    kiosk = Kiosk(
        id=uuid4(),
        agency=given.agency,
        name=given.name,
        secret_hash=tokens.fingerprint(secret),
        registered_by=principal.subject,
        registered_at=now,
    )
    session.add(kiosk)
    await session.flush()
    return KioskKey(secret=secret, **KioskView.model_validate(kiosk).model_dump())


async def list_of(
    session: AsyncSession, principal: Principal, *, after: str | None, limit: int
) -> tuple[list[KioskView], str | None]:
    """One page of the caller's agencies' devices, by agency; raises Unprocessable."""
    query = select(Kiosk).where(scope.within(principal, Kiosk.agency))
    rows, following = await by_agency.page(session, Kiosk, query, after, limit)
    return [KioskView.model_validate(kiosk) for kiosk in rows], following


async def retire(
    session: AsyncSession, principal: Principal, identity: UUID, now: datetime
) -> KioskView:
    """Take a device out of use, for good; raises NotFound."""
    kiosk = await session.get(Kiosk, identity, with_for_update=True)
    if kiosk is None or not principal.covers(kiosk.agency):
        raise _unknown()
    kiosk.retired_at = kiosk.retired_at or now
    return KioskView.model_validate(kiosk)


async def known(connection: asyncpg.Connection, identity: UUID, secret: str) -> Device:
    """The device in use that knows its secret; raises NotFound for every other."""
    row = await connection.fetchrow(_KNOWN, identity)
    if row is None or not hmac.compare_digest(row["secret_hash"], tokens.fingerprint(secret)):
        raise _unknown()
    return Device(identity, row["agency"])


def _unknown() -> NotFound:
    return NotFound("Không tìm thấy thiết bị này.", code="kiosk_not_found")
