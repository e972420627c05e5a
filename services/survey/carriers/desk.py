"""Takes links in for sending, at the counter's or the portal's word."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.survey import invitations, scope
from services.survey.models import Invitation, Sending
from services.survey.schemas.sendings import SendingIn, SendingState, SendingView
from shared.errors import Conflict, Unprocessable
from shared.identity import Principal
from shared.notices import Channels
from shared.personal_data import Vault

SHOWN_MAX: Final = 20
ON_ITS_WAY: Final = "carrier:"


async def enqueue(
    session: AsyncSession,
    principal: Principal,
    identity: UUID,
    given: SendingIn,
    *,
    carriers: Channels,
    vault: Vault,
    now: datetime,
) -> SendingView:
    """Let a link be sent, which is its handing out; raises NotFound, Unprocessable, Conflict."""
    if given.carrier not in carriers:
        raise Unprocessable(
            f"Kênh gửi chưa được cấu hình: {given.carrier}.",
            code="carrier_unknown",
            carriers=sorted(carriers),
        )
    invitation = await invitations.hand_out(session, principal, identity, now)
    if now >= invitation.expires_at:
        raise Conflict("Thời hạn đánh giá đã hết.", code="invitation_expired")
    waiting = select(Sending.id).where(
        Sending.invitation == identity, Sending.state == SendingState.QUEUED
    )
    if await session.scalar(waiting) is not None:
        raise Conflict("Liên kết đang được gửi.", code="sending_under_way")
    # From here on the officer cannot get it any more: it is on its way to somebody.
    invitation.handed_by = f"{ON_ITS_WAY}{given.carrier}"
    sending = Sending(
        id=uuid7(),
        invitation=identity,
        carrier=given.carrier,
        state=SendingState.QUEUED,
        key_id=vault.current,
        attempts=0,
        claims=0,
        next_try=now,
        queued_at=now,
    )
    sending.address = vault.encrypt(given.to.encode(), of=bound_to(sending.id))
    session.add(sending)
    await session.flush()
    return SendingView.model_validate(sending)


async def list_of(
    session: AsyncSession, principal: Principal, identity: UUID
) -> Sequence[SendingView]:
    """What became of an invitation's links, the newest first; raises NotFound."""
    visible = select(Invitation.id).where(
        Invitation.id == identity,
        scope.within(principal, Invitation.agency, Invitation.receiving_agency),
    )
    if await session.scalar(visible) is None:
        raise invitations.unknown()
    query = (
        select(Sending)
        .where(Sending.invitation == identity)
        .order_by(Sending.id.desc())
        .limit(SHOWN_MAX)
    )
    return [SendingView.model_validate(one) for one in await session.scalars(query)]


def bound_to(sending: UUID) -> str:
    """What a sealed address is bound to."""
    return f"sending/{sending}"
