"""The visible table: how much of the gateway each kind of caller may take."""

from dataclasses import dataclass, replace
from math import ceil

from shared.identity import Principal, Role


@dataclass(frozen=True, slots=True)
class Budget:
    """So many units a second for good, and so many at once by one who was quiet before."""

    name: str
    per_second: float
    at_once: int

    def scaled(self, by: float) -> "Budget":
        """The same budget, larger or smaller; one dearest request always fits."""
        return replace(
            self, per_second=self.per_second * by, at_once=max(20, round(self.at_once * by))
        )

    @property
    def window_seconds(self) -> int:
        """How long an empty budget takes to be whole again."""
        return ceil(self.at_once / self.per_second)


PUBLIC = Budget("public", per_second=20, at_once=200)
"""Whoever shows no token, counted by address; many may sit behind one."""
PERSON = Budget("person", per_second=10, at_once=100)
OFFICER = Budget("officer", per_second=50, at_once=500)
POSTAL = Budget("postal", per_second=500, at_once=2_000)
PORTAL = Budget("portal", per_second=3_000, at_once=6_000)
"""One token through which a whole province files."""
OPERATOR = Budget("operator", per_second=1_000, at_once=4_000)

# The first role that a caller has decides, so the largest budget stands first.
BY_ROLE = (
    (Role.PORTAL, PORTAL),
    (Role.ADMIN, OPERATOR),
    (Role.OPERATOR, OPERATOR),
    (Role.POSTAL, POSTAL),
    (Role.COUNTER, OFFICER),
    (Role.SPECIALIST, OFFICER),
    (Role.LEADER, OFFICER),
    (Role.CATALOGUE, OFFICER),
    (Role.REPORTER, OFFICER),
    (Role.CITIZEN, PERSON),
)

ALL = frozenset({PUBLIC, PERSON, *(budget for _, budget in BY_ROLE)})


def of(principal: Principal | None) -> Budget:
    """The budget of a caller; a token without any role has that of a person."""
    if principal is None:
        return PUBLIC
    return next((budget for role, budget in BY_ROLE if role in principal.roles), PERSON)
