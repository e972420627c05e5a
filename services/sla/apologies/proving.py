"""What proves that the person has the letter, and what is done when they cannot be reached."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.apologies import letters, queue
from services.sla.apologies.content import bound
from services.sla.apologies.desk import Desk
from services.sla.apologies.lifecycle import Act, State, after
from services.sla.models import Apology
from shared import outbox
from shared.errors import Unprocessable
from shared.events import ApologyDelivered, ApologyKind
from shared.personal_data import Vault


async def send(session: AsyncSession, desk: Desk, letter_id: UUID, channel: str) -> Apology:
    """Let a signed letter be sent, or sent again after it could not be delivered."""
    letter = await letters.hold(session, desk, letter_id)
    await queue.enqueue(session, desk, letter, channel)
    return letter


async def deliver(
    session: AsyncSession,
    desk: Desk,
    letter_id: UUID,
    *,
    channel: str,
    delivered_at: datetime,
    proof: dict[str, Any],
) -> Apology:
    """Note that the person has it, and the proof: receipt number, who took it (seed 000).

    Raises Unprocessable for a moment before the signature or ahead.
    """
    letter = await letters.hold(session, desk, letter_id)
    letter.state = after(State(letter.state), Act.DELIVER)
    if letter.approved_at is None or not letter.approved_at <= delivered_at <= desk.now:
        raise Unprocessable(
            "Thời điểm nhận thư phải sau khi ký và không ở tương lai.", code="delivered_at_wrong"
        )
    sealed = desk.vault.encrypt(orjson.dumps(proof), of=_proof_of(letter.id))
    letter.proof, letter.proof_key_id = sealed, desk.vault.current
    letter.channel, letter.delivered_at = channel, delivered_at
    letter.sent_at = letter.sent_at or delivered_at
    if letter.dossier is not None:
        fact = ApologyDelivered(
            dossier=str(letter.dossier),
            kind=ApologyKind(letter.kind),
            channel=channel,
            delivered_at=delivered_at,
        )
        await outbox.record(session, "sla", letter, fact)
    return letter


async def give_up(session: AsyncSession, desk: Desk, letter_id: UUID) -> Apology:
    """Note that a letter came back or nobody was met."""
    letter = await letters.hold(session, desk, letter_id)
    letter.state = after(State(letter.state), Act.GIVE_UP)
    return letter


def proof_of(vault: Vault, letter: Apology) -> dict[str, Any] | None:
    """Read the proof of delivery."""
    if letter.proof is None or letter.proof_key_id is None:
        return None
    plain = vault.decrypt(letter.proof, key_id=letter.proof_key_id, of=_proof_of(letter.id))
    proof: dict[str, Any] = orjson.loads(plain)
    return proof


def _proof_of(letter: UUID) -> str:
    return f"{bound(letter)}/proof"
