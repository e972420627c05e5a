"""Short codes: shown by an officer, typed at a kiosk within minutes, gone once they were used."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import invitations
from services.survey.kiosks.devices import Device
from services.survey.models import Invitation, KioskCode
from services.survey.schemas.kiosks import KioskCodeView
from shared import rates
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.errors import Conflict, NotFound
from shared.identity import Principal

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without signs that are taken for one another (0 O, 1 I L, U V)."""
SIGNS: Final = 8
GROUP: Final = 4
VALID_FOR: Final = timedelta(minutes=15)
TRIES_A_MINUTE: Final = 20
"""At one kiosk."""
TRIES_OF_AN_AGENCY: Final = 100
"""At all kiosks of one agency, in a minute."""
REST_SECONDS: Final = 300.0

_FORGET: Final = "delete from kiosk_code where expires_at <= $1"


async def issue(
    session: AsyncSession, key: bytes, principal: Principal, invitation: UUID, now: datetime
) -> KioskCodeView:
    """Make the code of an invitation, in place of an older one; raises NotFound, Conflict."""
    handed = await invitations.hand_out(session, principal, invitation, now)
    if now >= handed.expires_at:
        raise Conflict("Thời hạn đánh giá đã hết.", code="invitation_expired")
    code = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
    expires_at = now + VALID_FOR
    fresh = {"code_hash": _hashed(key, code), "expires_at": expires_at}
    statement = insert(KioskCode).values(invitation=invitation, **fresh)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[KioskCode.invitation], set_=fresh)
    )
    return KioskCodeView(code=f"{code[:GROUP]}-{code[GROUP:]}", expires_at=expires_at)


async def admit(connection: asyncpg.Connection, kiosk: Device, now: datetime) -> None:
    """Count a try, right or wrong, at the kiosk and in its agency; raises TooMany."""
    mine = b"kiosk/" + kiosk.id.bytes
    await rates.admit(connection, mine, {rates.MINUTE: TRIES_A_MINUTE}, now)
    of_all = b"kiosks/" + kiosk.agency.encode()
    await rates.admit(connection, of_all, {rates.MINUTE: TRIES_OF_AN_AGENCY}, now)


async def redeem(
    session: AsyncSession, key: bytes, kiosk: Device, given: str, now: datetime
) -> Invitation:
    """Take the invitation that a code opens and forget the code; raises NotFound.

    A code of another agency's counter is as unknown as one that nobody made.
    """
    hashed = _hashed(key, given.upper().replace("-", "").replace(" ", ""))
    found = (
        select(KioskCode, Invitation)
        .join(Invitation, Invitation.id == KioskCode.invitation)
        .where(KioskCode.code_hash == hashed, KioskCode.expires_at > now)
        .with_for_update(of=KioskCode)
    )
    row = (await session.execute(found)).one_or_none()
    if row is None or not _at_home(kiosk, row.Invitation):
        raise NotFound("Mã không đúng hoặc đã hết hạn.", code="code_unknown")
    await session.execute(delete(KioskCode).where(KioskCode.code_hash == hashed))
    invitation: Invitation = row.Invitation
    return invitation


def _at_home(kiosk: Device, invitation: Invitation) -> bool:
    """Whether the slip is of the kiosk's agency, as the one that received or that decided."""
    return any(
        f"{agency}.".startswith(f"{kiosk.agency}.")
        for agency in (invitation.agency, invitation.receiving_agency)
    )


def _hashed(key: bytes, code: str) -> bytes:
    # Keyed: there are few enough codes to try them all against a plain hash.
    return hmac.digest(key, b"kiosk/" + code.encode(), "sha256")


async def forget_codes(database: Database) -> None:
    """Delete codes that nobody used in time."""
    async with database.statements() as connection:
        await connection.execute(_FORGET, present())


FORGET_CODES: Final = Periodic("forget-kiosk-codes", REST_SECONDS, forget_codes)
"""For the survey's worker."""
