"""What a token says of itself, and whether it stands: its header, its signature, its claims."""

import base64
from dataclasses import dataclass
from typing import Any, Final

import orjson
from joserfc import jwt

from shared.identity.issuers import Issuer
from shared.identity.keys import Key

CLOCK_SKEW_SECONDS: Final = 30
CHARACTERS_MAX: Final = 16_384
KIND_OF_KEY = {"ES256": "EC", "RS256": "RSA", "PS256": "RSA", "EdDSA": "OKP", "Ed25519": "OKP"}
TYPES = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})
"""What a header may call an access token; a logout token, for one, is none."""


@dataclass(frozen=True, slots=True)
class Header:
    """Which key a token names, and for which algorithm."""

    algorithm: str
    key_id: str


def read(token: str) -> tuple[Header, dict[str, Any]]:
    """Read, unverified, the header and what the token claims; raises ValueError, LookupError."""
    if len(token) > CHARACTERS_MAX:
        raise ValueError("too long")
    head, body, _ = token.split(".")
    header = _part(head)
    algorithm, key_id = header["alg"], header["kid"]
    if not isinstance(algorithm, str) or not isinstance(key_id, str) or "crit" in header:
        raise ValueError("no header of ours")
    if str(header.get("typ", "")).lower() not in TYPES:
        raise ValueError("no access token")
    return Header(algorithm, key_id), _part(body)


def check(
    token: str, header: Header, key: Key | None, issuer: Issuer, now: float
) -> dict[str, Any]:
    """Give the claims if signature and claims stand; raises JoseError, ValueError, LookupError.

    The issuer's list and the key decide the algorithm, the token only says which of them it was.
    """
    if header.algorithm not in issuer.algorithms:
        raise ValueError("algorithm not allowed")
    if key is None or key.key_type != KIND_OF_KEY[header.algorithm]:
        raise LookupError("no such key")
    claims = jwt.decode(token, key, algorithms=[header.algorithm]).claims
    jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=CLOCK_SKEW_SECONDS,
        iss={"essential": True, "value": issuer.issuer},
        aud={"essential": True, "value": issuer.audience},
        exp={"essential": True},
        sub={"essential": True},
    ).validate(claims)
    return claims


def _part(encoded: str) -> dict[str, Any]:
    part = orjson.loads(base64.urlsafe_b64decode(encoded + "=="))
    if not isinstance(part, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 (what a stranger sent, no bug of ours)
    return part
