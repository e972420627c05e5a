"""Whose tokens are taken here: the providers of the settings, and locally our own issuer."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.identity.keys import Keys, KeysAway, usable
from shared.identity.rules import LOCAL, ClaimRules
from shared.settings import KernelSettings

AUDIENCE: Final = "motcua"
LOCAL_ISSUER: Final = "motcua-local"
PUBLIC_KEYS: Final = "jwks.json"
"""File in the keys directory that holds the local issuer's public key set."""

Algorithm = Literal["ES256", "RS256", "PS256", "EdDSA", "Ed25519"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = ("ES256", "RS256", "PS256", "EdDSA", "Ed25519")


class NoIssuer(RuntimeError):
    """Production was told of no OpenID provider; it takes no tokens of the local issuer."""


def is_safe(url: str) -> bool:
    """Whether what comes from this address can be believed: https, or this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    )


def _safe(url: str) -> str:
    if not is_safe(url):
        raise ValueError("an issuer is an https address")
    return url


class Issuer(BaseModel):
    """One issuer and how its tokens are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, AfterValidator(_safe)]
    audience: str = AUDIENCE
    algorithms: tuple[Algorithm, ...] = ALGORITHMS
    claims: ClaimRules = Field(
        default_factory=lambda: ClaimRules.model_validate({"like": "keycloak"})
    )


class Issuers(BaseModel):
    """The content of the identity file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuers: tuple[Issuer, ...]

    @model_validator(mode="after")
    def _keep_apart(self) -> Self:
        """Refuse an issuer named twice, and accounts of two issuers that could be taken for one."""
        accounts = [one.claims.subject_prefix for one in self.issuers if not one.claims.always]
        names = [one.issuer for one in self.issuers]
        if len(set(accounts)) < len(accounts) or len(set(names)) < len(names):
            raise ValueError("issuers of accounts need a subject_prefix each, and other addresses")
        return self


LOCALLY = Issuer.model_construct(
    issuer=LOCAL_ISSUER,
    audience=AUDIENCE,
    algorithms=("ES256",),
    claims=ClaimRules.model_validate(LOCAL),
)


def configured(kernel: KernelSettings) -> tuple[Issuer, ...]:
    """Read whom the settings name; raises NoIssuer in production, ValueError for a bad file."""
    given = list[Issuer]()
    if kernel.oidc_issuer:
        given.append(Issuer(issuer=kernel.oidc_issuer, audience=kernel.oidc_audience))
    if kernel.identity_file:
        given += Issuers.model_validate_json(kernel.identity_file.read_bytes()).issuers
    given = [*Issuers(issuers=tuple(given)).issuers]
    if kernel.profile == "local":
        given.append(LOCALLY)
    if not given:
        raise NoIssuer(
            "MOTCUA_OIDC_ISSUER and MOTCUA_IDENTITY_FILE are empty: production needs an OpenID "
            "provider; tokens of the local issuer stand in the local profile only."
        )
    return tuple(given)


def local_keys(keys_dir: Path) -> Keys:
    """Read the local issuer's public keys; raises KeysAway before its first run."""
    try:
        return usable(orjson.loads((keys_dir / PUBLIC_KEYS).read_bytes()))
    except (OSError, ValueError) as failure:
        raise KeysAway(str(failure)) from failure
