"""Invitations as their holders and the officers of the dossier's agencies see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import scope, tokens
from services.survey.models import AgencyCopy, Invitation, ProcedureCopy
from shared.errors import NotFound
from shared.identity import Principal

PER_DOSSIER_MAX = 20


async def get(session: AsyncSession, token: str, *, for_update: bool = False) -> Invitation:
    """Find the invitation that a token opens; raises NotFound."""
    statement = select(Invitation).where(Invitation.token_hash == tokens.fingerprint(token))
    if for_update:
        statement = statement.with_for_update()
    invitation = (await session.execute(statement)).scalar_one_or_none()
    if invitation is None:
        raise NotFound("Không tìm thấy lời mời đánh giá này.", code="invitation_not_found")
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
            "Không tìm thấy hồ sơ, hoặc hồ sơ chưa trả kết quả.", code="invitation_not_found"
        )
    return found


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
