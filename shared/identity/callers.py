"""The caller of a request as a route's dependency, and who may enter the route."""

from typing import Annotated, Any, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.errors import Forbidden, Unauthenticated
from shared.identity.principals import Principal, Role
from shared.identity.verifying import Verifier

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Mã truy cập / access token")


Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def _named(request: Request, token: str) -> Principal:
    if not token:
        raise Unauthenticated(
            "Cần gửi mã truy cập ở tiêu đề Authorization.", headers={"WWW-Authenticate": "Bearer"}
        )
    return await cast(Verifier, request.app.state.verifier).verify(token)


async def _caller(request: Request, credentials: Credentials) -> Principal:
    return await _named(request, credentials.credentials if credentials else "")


async def _visitor(request: Request, credentials: Credentials) -> Principal | None:
    return await _named(request, credentials.credentials) if credentials else None


Caller = Annotated[Principal, Depends(_caller)]
Visitor = Annotated[Principal | None, Depends(_visitor)]
"""The caller of a public route, None without a token; one that does not stand is refused."""


async def caller_of(request: Request) -> Principal:
    """Name the caller, for a hot path that does without FastAPI's dependencies."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return await _named(request, token.strip() if scheme.lower() == "bearer" else "")


def requires(*roles: Role) -> Any:
    """Make a route's dependency that lets only these roles (and administrators) in."""

    # A coroutine though it awaits nothing: FastAPI would send a plain function to a thread, for
    # each request.
    async def admitted(principal: Caller) -> Principal:
        if not principal.may(*roles):
            raise Forbidden("Vai trò của bạn không được làm việc này.", code="role_missing")
        return principal

    return Depends(admitted)
