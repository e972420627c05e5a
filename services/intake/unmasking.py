"""Who sees a dossier's personal data in clear as one of its people, and that they saw it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import Dossier, Party, PartyRole, Unmasking
from shared.identity import Role


async def is_one_of(session: AsyncSession, desk: Desk, dossier: Dossier, *roles: PartyRole) -> bool:
    """Whether the caller is the citizen who stands in one of these roles in the dossier."""
    if Role.CITIZEN not in desk.principal.roles:
        return False
    query = select(Party.role).where(
        Party.dossier_id == dossier.id,
        Party.role.in_(roles),
        Party.identity_hash == desk.vault.hash(desk.principal.number),
    )
    return (await session.scalars(query.limit(1))).first() is not None


def write_down(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Write down that the caller saw personal data in clear."""
    session.add(Unmasking(dossier_id=dossier.id, actor=desk.actor, seen_at=desk.now))
