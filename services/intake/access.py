"""Who may see and touch which dossiers; what a caller may not know does not exist for them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from services.intake.models import Dossier, Involvement, Party
from shared.errors import Forbidden
from shared.identity import Principal, Role
from shared.personal_data import Vault

READERS = (Role.PORTAL, Role.POSTAL, Role.COUNTER, Role.SPECIALIST, Role.LEADER)
UNMASKERS = (Role.COUNTER, Role.SPECIALIST, Role.LEADER)
Agency = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
AGENCY_COLUMNS: tuple[Agency, ...] = (
    Dossier.competent_agency,
    Dossier.receiving_agency,
    Dossier.support_agency,
)


def visible(principal: Principal, vault: Vault) -> ColumnElement[bool]:
    """The condition under which one dossier exists for the caller; raises Forbidden."""
    conditions: list[ColumnElement[bool]] = []
    if principal.may(*READERS):
        conditions.append(within(principal))
    if Role.CITIZEN in principal.roles:
        conditions.append(_theirs(principal, vault))
    if not conditions:
        raise Forbidden("Vai trò của bạn không được xem hồ sơ.", code="role_missing")
    return or_(*conditions)


def within(principal: Principal) -> ColumnElement[bool]:
    """The condition that one of a dossier's agencies lies in the caller's scope."""
    if principal.everywhere:
        return true()
    return or_(*(at_or_below(column, principal.agencies) for column in AGENCY_COLUMNS))


def involved(principal: Principal) -> ColumnElement[bool]:
    """The condition that the caller's agency was given a step or asked for an opinion."""
    if principal.everywhere or not principal.may(*READERS):
        return false()
    return exists().where(
        Involvement.dossier_id == Dossier.id,
        at_or_below(Involvement.agency, principal.agencies),
    )


def may_unmask(principal: Principal, dossier: Dossier) -> bool:
    """Whether the caller works where the dossier was received or is decided."""
    return principal.may(*UNMASKERS) and (
        principal.covers(dossier.competent_agency) or principal.covers(dossier.receiving_agency)
    )


def at_or_below(column: Agency, grants: Sequence[str]) -> ColumnElement[bool]:
    """The condition that an agency is one of these or lies below one."""
    below = (
        or_(column == grant, column.startswith(f"{grant}.", autoescape=True)) for grant in grants
    )
    return or_(false(), *below)


def _theirs(principal: Principal, vault: Vault) -> ColumnElement[bool]:
    own = vault.hash(principal.number)
    return Dossier.id.in_(select(Party.dossier_id).where(Party.identity_hash == own))
