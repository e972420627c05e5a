"""The durable queue of links: claimed for a while, settled by what the carrier says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shared.database import Database
from shared.notices import LEASE

ATTEMPTS_MAX: Final = 7
DELAYS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
"""How long to rest after the first attempt, the second …; after the last it is given up."""

# Materialised: as a part of the join it could be looked up once per row, and claim them all.
_CLAIM: Final = """
    with due as materialized (
        select id from sending where next_try <= $1
         order by next_try limit 1 for update skip locked
    )
    update sending set attempts = attempts + 1, claims = claims + 1, next_try = $2
      from due, invitation
     where sending.id = due.id and invitation.id = sending.invitation
    returning sending.id, sending.invitation, sending.claims, sending.attempts, sending.carrier,
              sending.address, sending.key_id, invitation.agency, invitation.procedure,
              invitation.procedure_version, invitation.expires_at
"""
_SETTLE: Final = """
    update sending set state = $3, next_try = null, last_code = $4, address = null
     where id = $1 and claims = $2 and state = 'queued'
"""
_AGAIN: Final = """
    update sending set next_try = $3, last_code = $4
     where id = $1 and claims = $2 and state = 'queued'
"""
# Nobody has the link: it may be handed out once more.
_TAKE_BACK: Final = """
    update invitation set handed_at = null, handed_by = null
     where id = $1 and handed_by like 'carrier:%'
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A link that this process alone may send until its lease ends."""

    id: UUID
    invitation: UUID
    claims: int
    attempts: int
    carrier: str
    address: bytes
    key_id: str
    agency: str
    procedure: str
    procedure_version: int
    expires_at: datetime


async def claim(database: Database, now: datetime) -> Claim | None:
    """Take the link that has been due longest, for the length of a lease."""
    async with database.statements() as connection:
        row = await connection.fetchrow(_CLAIM, now, now + LEASE)
    return None if row is None else Claim(**row)


async def sent(database: Database, claimed: Claim) -> None:
    """Note that the carrier took it over, and forget whither it went."""
    async with database.statements() as connection:
        await connection.execute(_SETTLE, claimed.id, claimed.claims, "sent", "ok")


async def failed(
    database: Database, claimed: Claim, code: str, now: datetime, *, final: bool
) -> None:
    """Note that it did not, and when it is tried again; given up, the address is forgotten."""
    async with database.raw() as connection:
        mine = claimed.id, claimed.claims
        if not final and claimed.attempts < ATTEMPTS_MAX:
            await connection.execute(_AGAIN, *mine, now + DELAYS[claimed.attempts - 1], code)
        elif await connection.execute(_SETTLE, *mine, "undeliverable", code) == "UPDATE 1":
            await connection.execute(_TAKE_BACK, claimed.invitation)
