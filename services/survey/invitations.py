"""Invitations as their holders and the officers of the dossier's agencies see them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import scope, tokens
from services.survey.models import AgencyCopy, Invitation, ProcedureCopy
from shared.errors import Conflict, NotFound
from shared.identity import Principal

PER_DOSSIER_MAX = 20
HANDED_AGAIN = timedelta(minutes=15)
"""For so long who got a link gets it once more: an answer was lost, a printer stood still."""


async def get(session: AsyncSession, token: str) -> Invitation:
    """Find the invitation that a token opens; raises NotFound."""
    statement = select(Invitation).where(Invitation.token_hash == tokens.fingerprint(token))
    invitation = (await session.execute(statement)).scalar_one_or_none()
    if invitation is None:
        raise unknown()
    return invitation


async def get_within(session: AsyncSession, principal: Principal, token: str) -> Invitation:
    """The same for an officer who types its slip in; raises NotFound, also out of scope."""
    invitation = await get(session, token)
    if not (principal.covers(invitation.agency) or principal.covers(invitation.receiving_agency)):
        raise unknown()
    return invitation


async def list_of_dossier(
    session: AsyncSession, principal: Principal, dossier: str
) -> Sequence[Invitation]:
    """The invitations of a dossier by its code or id; raises NotFound, also out of scope."""
    named = Invitation.dossier_code == dossier
    identity = _uuid(dossier)
    statement = (
        select(Invitation)
        .where(
            named if identity is None else Invitation.dossier == identity,
            scope.within(principal, Invitation.agency, Invitation.receiving_agency),
        )
        .order_by(Invitation.id)
        .limit(PER_DOSSIER_MAX)
    )
    found = (await session.execute(statement)).scalars().all()
    if not found:
        raise NotFound(
            "Không tìm thấy hồ sơ, hoặc hồ sơ chưa có lời mời đánh giá.",
            code="invitation_not_found",
        )
    return found


async def hand_out(
    session: AsyncSession, principal: Principal, identity: UUID, now: datetime
) -> Invitation:
    """Note who gets the link; raises NotFound, also out of scope, and Conflict once handed out."""
    statement = (
        select(Invitation)
        .where(
            Invitation.id == identity,
            scope.within(principal, Invitation.agency, Invitation.receiving_agency),
        )
        .with_for_update()
    )
    invitation = (await session.execute(statement)).scalar_one_or_none()
    if invitation is None:
        raise unknown()
    if invitation.handed_at is None:
        invitation.handed_at, invitation.handed_by = now, principal.subject
    elif not (
        invitation.handed_by == principal.subject and now - invitation.handed_at < HANDED_AGAIN
    ):
        raise Conflict(
            "Liên kết đánh giá đã được trao; chỉ người dân giữ liên kết này.",
            code="already_handed_out",
        )
    return invitation


def unknown() -> NotFound:
    """The refusal of an invitation that there is not, or that the caller may not know."""
    return NotFound("Không tìm thấy lời mời đánh giá này.", code="invitation_not_found")


async def names(session: AsyncSession, invitation: Invitation) -> tuple[str, str]:
    """The names of the procedure and the agency; their codes while the names are on their way."""
    procedure = await session.get(
        ProcedureCopy, (invitation.procedure, invitation.procedure_version)
    )
    agency = await session.get(AgencyCopy, invitation.agency)
    return (
        procedure.name if procedure else invitation.procedure,
        agency.name if agency else invitation.agency,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
