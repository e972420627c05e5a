"""The durable queue of signed letters: claimed for a while, settled by what the channel says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.apologies import content
from services.sla.apologies.desk import Desk
from services.sla.apologies.lifecycle import Act, State, after
from services.sla.models import Apology, ApologySending
from shared.database import Database
from shared.errors import Conflict, Unprocessable
from shared.notices import LEASE, Receipt

ATTEMPTS_MAX: Final = 8
FIRST_DELAY: Final = timedelta(minutes=1)
DELAY_MAX: Final = timedelta(hours=6)
DELAY_GROWTH: Final = 4

# Materialised: as a part of the join it could be looked up once per row, and claim them all.
CLAIM: Final = """
with due as materialized (
    select apology from apology_sending where next_try <= $1
     order by next_try limit 1 for update skip locked
)
update apology_sending as sending
   set attempts = sending.attempts + 1, claims = sending.claims + 1, next_try = $2
  from due, apology
 where sending.apology = due.apology and apology.id = due.apology
returning sending.apology, sending.claims, sending.attempts, sending.channel, apology.kind,
          apology.content, apology.key_id, apology.number, apology.form_set, apology.approved_at,
          apology.promised_at, apology.voided_at
"""
SETTLE: Final = """
update apology_sending set next_try = $3, last_code = $4, receipt = $5
 where apology = $1 and claims = $2
"""
SENT: Final = """
update apology
   set sent_at = coalesce(sent_at, $2), channel = coalesce(channel, $3),
       state = case when state in ('approved', 'undeliverable') then 'sent' else state end
 where id = $1
"""
GIVE_UP: Final = """
update apology set state = 'undeliverable' where id = $1 and state in ('approved', 'sent')
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A letter that this process alone may send until its lease ends."""

    apology: UUID
    claims: int
    attempts: int
    channel: str
    kind: str
    content: bytes
    key_id: str
    number: int
    form_set: str
    approved_at: datetime
    promised_at: datetime | None
    voided_at: datetime | None


async def enqueue(session: AsyncSession, desk: Desk, letter: Apology, channel: str) -> None:
    """Let a signed letter be sent; raises Unprocessable or Conflict where it cannot be."""
    after(State(letter.state), Act.SEND)
    if channel not in desk.channels:
        raise Unprocessable(
            f"Kênh gửi chưa được cấu hình: {channel}.",
            code="channel_unknown",
            channels=sorted(desk.channels),
        )
    addressee = content.opened(desk.vault, letter).addressee
    if addressee is None or addressee.email is None:
        raise Conflict("Người nhận không có địa chỉ thư điện tử.", code="address_missing")
    sending = await session.get(ApologySending, letter.id, with_for_update=True)
    if sending is None:
        sending = ApologySending(apology=letter.id, claims=0)
        session.add(sending)
    elif sending.next_try is not None:
        raise Conflict("Thư đang được gửi.", code="sending_under_way")
    sending.channel, sending.attempts = channel, 0
    sending.queued_at = sending.next_try = desk.now


async def claim(database: Database, now: datetime) -> Claim | None:
    """Take the letter that has been due longest, for the length of a lease."""
    async with database.statements() as connection:
        row = await connection.fetchrow(CLAIM, now, now + LEASE)
    return None if row is None else Claim(**row)


async def sent(database: Database, claimed: Claim, receipt: Receipt, now: datetime) -> None:
    """Note that the channel took the letter over."""
    async with database.raw() as connection:
        settled = claimed.apology, claimed.claims, None, "ok", receipt.number
        if await connection.execute(SETTLE, *settled) == "UPDATE 1":
            await connection.execute(SENT, claimed.apology, now, claimed.channel)


async def failed(
    database: Database, claimed: Claim, code: str, now: datetime, *, final: bool
) -> None:
    """Note that it did not, and when it is tried again; after the last time it is given up."""
    dead = final or claimed.attempts >= ATTEMPTS_MAX
    again_at = None if dead else now + before_next(claimed.attempts)
    async with database.raw() as connection:
        settled = claimed.apology, claimed.claims, again_at, code, None
        if await connection.execute(SETTLE, *settled) == "UPDATE 1" and dead:
            await connection.execute(GIVE_UP, claimed.apology)


def before_next(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 4, 16 minutes … at most six hours."""
    grown: int = DELAY_GROWTH ** (attempts - 1)
    return min(FIRST_DELAY * grown, DELAY_MAX)
