"""The local profile's token endpoint: client credentials (RFC 6749 §4.4), never in production."""

import base64
import hmac
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from shared import issuer
from shared.errors import TooLarge
from shared.settings import KernelSettings

TOKEN_SECONDS: Final = 3600
BODY_BYTES_MAX: Final = 4096
FIELDS_MAX: Final = 10
UNAUTHORIZED: Final = 401
NOT_KEPT = {"Cache-Control": "no-store"}

Pair = tuple[str, str]


def router(kernel: KernelSettings) -> APIRouter:
    """The endpoint in the local profile, nothing in any other."""
    routes = APIRouter(include_in_schema=False)
    if kernel.profile != "local":
        return routes

    @routes.post("/dev/token")
    async def token(request: Request) -> JSONResponse:
        form = _form(await _body(request))
        if form.get("grant_type") != "client_credentials":
            return _refusal("unsupported_grant_type")
        sent = _basic(request.headers.get("authorization", "")) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        signed = _issued(kernel, *sent)
        if signed is None:
            return _refusal("invalid_client", status=UNAUTHORIZED)
        body = {"access_token": signed, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return JSONResponse(body, headers=NOT_KEPT)

    return routes


def _issued(kernel: KernelSettings, name: str, secret: str) -> str | None:
    client = issuer.clients(kernel.keys_dir).get(name)
    if client is None or not hmac.compare_digest(client.secret.encode(), secret.encode()):
        return None
    return issuer.issue(
        kernel.keys_dir,
        subject=name,
        roles=client.roles,
        agencies=client.agencies,
        lifetime_seconds=TOKEN_SECONDS,
        client_id=name,
    )


async def _body(request: Request) -> bytes:
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > BODY_BYTES_MAX:
            raise TooLarge("Nội dung gửi lên quá dài.")
    return bytes(read)


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=FIELDS_MAX))
    except ValueError:
        return {}


def _basic(authorization: str) -> Pair | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return None
    return unquote_plus(name), unquote_plus(secret)


def _refusal(error: str, *, status: int = 400) -> JSONResponse:
    """A refusal as RFC 6749 §5.2 words it, whose clients know no problem details."""
    challenge = {"WWW-Authenticate": "Basic"} if status == UNAUTHORIZED else {}
    return JSONResponse({"error": error}, status, headers=NOT_KEPT | challenge)
