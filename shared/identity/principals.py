"""Who a verified caller is: a name that may be kept, roles, and agencies."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

EVERYWHERE = "*"
"""The agency scope of a caller whose grant covers the whole tenant."""


def covered(agency: str, grants: Iterable[str]) -> bool:
    """Tell whether the agency is one of those granted or lies below one of them."""
    return any(grant in (EVERYWHERE, agency) or agency.startswith(f"{grant}.") for grant in grants)


class Role(StrEnum):
    """What a caller may be (vai trò); a token carries one or more."""

    CITIZEN = "citizen"
    PORTAL = "portal"
    POSTAL = "postal"
    COUNTER = "counter"
    SPECIALIST = "specialist"
    LEADER = "leader"
    CATALOGUE = "catalogue"
    REPORTER = "reporter"
    OPERATOR = "operator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller: who, as what, and for which agencies."""

    subject: str
    """Fit for rows, logs and events: an account, a client, or the pseudonym of a person."""
    roles: frozenset[Role]
    agencies: tuple[str, ...]
    identity_number: str | None = field(default=None, repr=False)
    """What the token proves a person's number to be: for matching in memory, never kept."""
    assurance: int | None = None
    """How surely the provider knows the person (LoA, IAL); None where it does not say."""

    @property
    def number(self) -> str:
        """What a person's own rows are found by; without a proven number, a name none bears."""
        return self.identity_number or self.subject

    def may(self, *roles: Role) -> bool:
        """Tell whether the caller has one of the roles; an administrator has all."""
        return Role.ADMIN in self.roles or not self.roles.isdisjoint(roles)

    def covers(self, agency: str) -> bool:
        """Tell whether the agency lies in the caller's scope: itself or below a granted code."""
        return covered(agency, self.agencies)

    @property
    def everywhere(self) -> bool:
        """Whether the grant needs no agency predicate at all."""
        return EVERYWHERE in self.agencies
