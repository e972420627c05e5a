"""Who is calling, told by a signed token; every service verifies it again by itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

import orjson
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.errors import Forbidden, Unauthenticated

ALGORITHM = "ES256"
AUDIENCE = "motcua"
CLOCK_SKEW_SECONDS = 30
CACHE_SECONDS = 60
CACHE_ENTRIES_MAX = 10_000
EVERYWHERE = "*"
"""The agency scope of a caller whose grant covers the whole tenant."""

PUBLIC_KEYS = "jwks.json"
"""File in the keys directory that holds the issuer's public key set."""


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
    roles: frozenset[Role]
    agencies: tuple[str, ...]

    def may(self, *roles: Role) -> bool:
        """Tell whether the caller has one of the roles; an administrator has all."""
        return Role.ADMIN in self.roles or not self.roles.isdisjoint(roles)

    def covers(self, agency: str) -> bool:
        """Tell whether the agency lies in the caller's scope: itself or below a granted code."""
        return any(
            grant in (EVERYWHERE, agency) or agency.startswith(f"{grant}.")
            for grant in self.agencies
        )

    @property
    def everywhere(self) -> bool:
        """Whether the grant needs no agency predicate at all."""
        return EVERYWHERE in self.agencies


class Verifier:
    """Checks tokens against the issuer's public keys and remembers what it has checked."""

    def __init__(self, keys_dir: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = keys_dir / PUBLIC_KEYS
        self._clock = clock
        self._keys: KeySet | None = None
        self._known: dict[str, tuple[float, Principal]] = {}

    def verify(self, token: str) -> Principal:
        """Name the caller; raises Unauthenticated for a token that does not stand."""
        now = self._clock()
        known = self._known.get(token)
        if known is not None and known[0] > now:
            return known[1]
        claims = self._claims(token, now)
        principal = Principal(
            subject=str(claims["sub"]),
            roles=frozenset(Role(role) for role in claims.get("roles", ())),
            agencies=tuple(claims.get("agencies", ())),
        )
        if len(self._known) >= CACHE_ENTRIES_MAX:
            self._known.clear()
        until = min(now + CACHE_SECONDS, float(claims["exp"]) + CLOCK_SKEW_SECONDS)
        self._known[token] = (until, principal)
        return principal

    def _claims(self, token: str, now: float) -> dict[str, Any]:
        try:
            if self._keys is None:
                self._keys = KeySet.import_key_set(orjson.loads(self._path.read_bytes()))
            claims = jwt.decode(token, self._keys, algorithms=[ALGORITHM]).claims
            jwt.JWTClaimsRegistry(
                now=int(now),
                leeway=CLOCK_SKEW_SECONDS,
                aud={"essential": True, "value": AUDIENCE},
                exp={"essential": True},
                sub={"essential": True},
            ).validate(claims)
            [Role(role) for role in claims.get("roles", ())]
        except (JoseError, ValueError, KeyError, OSError) as broken:
            raise Unauthenticated(
                "Mã truy cập không hợp lệ hoặc đã hết hạn; hãy đăng nhập lại.",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            ) from broken
        return claims


bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Mã truy cập / access token")


def caller(request: Request, credentials: HTTPAuthorizationCredentials | None) -> Principal:
    """Name the caller of this request; raises Unauthenticated."""
    if credentials is None:
        raise Unauthenticated(
            "Cần gửi mã truy cập ở tiêu đề Authorization.", headers={"WWW-Authenticate": "Bearer"}
        )
    verifier = cast(Verifier, request.app.state.verifier)
    return verifier.verify(credentials.credentials)


# Dependencies are coroutines though they await nothing: FastAPI would send a plain function to a
# thread, for each request.
async def _caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Principal:
    return caller(request, credentials)


Caller = Annotated[Principal, Depends(_caller)]


def caller_of(request: Request) -> Principal:
    """Name the caller, for a hot path that does without FastAPI's dependencies."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else ""
    return caller(
        request, HTTPAuthorizationCredentials(scheme=scheme, credentials=given) if given else None
    )


def requires(*roles: Role) -> Any:
    """Make a route's dependency that lets only these roles (and administrators) in."""

    async def admitted(principal: Caller) -> Principal:
        if not principal.may(*roles):
            raise Forbidden("Vai trò của bạn không được làm việc này.", code="role_missing")
        return principal

    return Depends(admitted)
