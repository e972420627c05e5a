"""Which of a token's claims are read, and what they mean: configuration, one set per issuer."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from shared.identity.principals import Role

PERSON_NUMBER = r"\d{9}|\d{12}"
"""CMND or số định danh cá nhân."""
TAX_CODE = r"\d{10}(-?\d{3})?"
ORGANISATION = rf"(?!({PERSON_NUMBER})$)[A-Za-z0-9._-]{{1,64}}"
"""Never what could be a person's number: it would open that person's dossiers."""


def _compiles(pattern: str) -> str:
    re.compile(pattern)
    return pattern


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Grant(_Rules):
    """What a client, or a scope that a client asked for, gives."""

    roles: frozenset[Role] = frozenset()
    agencies: tuple[str, ...] = ()


class NumberRule(_Rules):
    """Where the number of one kind of account stands, the first claim that has one."""

    claims: tuple[str, ...]
    pattern: Annotated[str, AfterValidator(_compiles)] = PERSON_NUMBER


class ClaimRules(_Rules):
    """How one issuer's claims become a caller; `like` starts from rules known by name.

    A claim inside others is written with dots: `realm_access.roles`.
    """

    subject: tuple[str, ...] = ("preferred_username", "sub")
    """The first of these that is there; an issuer's own `sub` names a person without number."""
    subject_prefix: str = ""
    """Keeps apart the accounts of two issuers that bear the same name."""
    always: frozenset[Role] = frozenset()
    """Roles of everybody whom this issuer names."""
    roles: tuple[str, ...] = ()
    role_names: dict[str, Role] | None = None
    """The issuer's names of our roles; what is not named here is ignored."""
    agencies: tuple[str, ...] = ()
    agency_names: dict[str, str] | None = None
    clients: dict[str, Grant] = {}
    """Grants to tokens that a client got for itself (client credentials), by client id."""
    scopes: dict[str, Grant] = {}
    """The same by scope."""
    account_type: str | None = None
    numbers: dict[str, NumberRule] = {}
    """Where a citizen's number stands, by account type; `""` where there is no such claim."""
    assurance: tuple[str, ...] = ()
    assurance_min: int = 0
    """Below this level the number is not believed: the person enters and owns nothing."""

    @model_validator(mode="before")
    @classmethod
    def start_from_known(cls, given: Any) -> Any:
        """Fill in what the rules named by `like` say and these do not."""
        if not isinstance(given, dict) or "like" not in given:
            return given
        if given["like"] not in KNOWN:
            raise ValueError(f"like must be one of {', '.join(KNOWN)}")
        own = {name: value for name, value in given.items() if name != "like"}
        return KNOWN[given["like"]] | own


# Domain: account type 1 is a citizen, 2 an enterprise, 3 an organisation.
NATIONAL_PORTAL: dict[str, Any] = {
    "subject": ["sub"],
    "always": ["citizen"],
    "account_type": "LoaiTaiKhoan",
    "numbers": {
        "1": {"claims": ["SoDinhDanh", "SoCMND"]},
        "2": {"claims": ["MaSoThue"], "pattern": TAX_CODE},
        "3": {"claims": ["TechID"], "pattern": ORGANISATION},
    },
    "assurance": ["loAs"],
}
VNEID: dict[str, Any] = NATIONAL_PORTAL | {
    "numbers": {
        "1": {"claims": ["SoDinhDanh"]},
        "3": {"claims": ["TechID"], "pattern": ORGANISATION},
    },
    "assurance": ["IAL", "loAs"],
}
KEYCLOAK: dict[str, Any] = {
    "roles": ["realm_access.roles", "resource_access.motcua.roles"],
    "agencies": ["agencies"],
    "assurance": ["acr"],
}
LOCAL: dict[str, Any] = {
    "subject": ["sub"],
    "roles": ["roles"],
    "agencies": ["agencies"],
    "numbers": {"": {"claims": ["sub"], "pattern": "(?s:.+)"}},
}
KNOWN = {"keycloak": KEYCLOAK, "national_portal": NATIONAL_PORTAL, "vneid": VNEID}
