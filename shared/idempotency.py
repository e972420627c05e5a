"""Every write bears a key: the same key and body get the same answer, however often sent."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict, Problem, Unprocessable
from shared.identity import Caller, Principal

KEY_LENGTH_MAX = 200
REPLAYED = "Idempotent-Replayed"

_TRY_LOCK = text("select pg_try_advisory_xact_lock(hashtextextended(:client || '/' || :key, 0))")
_FIND = text(
    "select request_hash, status, body, headers from idempotency"
    " where client = :client and key = :key"
)
_SAVE = text(
    "insert into idempotency (client, key, request_hash, status, body, headers)"
    " values (:client, :key, :request_hash, :status, :body, :headers)"
)


class Once:
    """One write of one caller under one key."""

    def __init__(self, client: str, key: str | None, request_hash: bytes) -> None:
        self.client = client
        self.key = key
        self.request_hash = request_hash

    async def __call__(
        self,
        session: AsyncSession,
        action: Callable[[], Awaitable[BaseModel]],
        *,
        status: int = 200,
        headers: Callable[[Any], Mapping[str, str]] = lambda _: {},
    ) -> Response:
        """Run the action and keep its answer, or give the answer that was kept.

        Raises Conflict while the same key is in flight, Unprocessable when the key came with
        another body before.
        """
        if self.key is None:
            view = await action()
            return _response(status, view.model_dump_json(by_alias=True).encode(), headers(view))
        held = {"client": self.client, "key": self.key}
        if not (await session.execute(_TRY_LOCK, held)).scalar_one():
            raise in_flight()
        if (kept := (await session.execute(_FIND, held)).one_or_none()) is not None:
            return replay(self.request_hash, *kept)
        view = await action()
        body, extra = view.model_dump_json(by_alias=True).encode(), dict(headers(view))
        try:
            await session.execute(
                _SAVE,
                held
                | {
                    "request_hash": self.request_hash,
                    "status": status,
                    "body": body,
                    "headers": orjson.dumps(extra).decode(),
                },
            )
        except IntegrityError as raced:
            raise in_flight() from raced
        return _response(status, body, extra)


def replay(request_hash: bytes, kept_hash: bytes, status: int, body: bytes, head: str) -> Response:
    """Give a kept answer again; raises Unprocessable when the request is another one."""
    if kept_hash != request_hash:
        raise Unprocessable(
            "Khóa Idempotency-Key này đã dùng cho một yêu cầu khác; hãy tạo khóa mới.",
            code="idempotency_key_reused",
        )
    return _response(status, body, orjson.loads(head) | {REPLAYED: "true"})


def in_flight() -> Problem:
    """The refusal of a key whose first request is not answered yet."""
    return Conflict(
        "Yêu cầu cùng khóa đang được xử lý; hãy thử lại sau giây lát.",
        code="idempotency_key_in_flight",
        headers={"Retry-After": "1"},
    )


def _response(status: int, body: bytes, headers: Mapping[str, str]) -> Response:
    return Response(body, status, dict(headers), "application/json")


async def _once(
    request: Request,
    principal: Caller,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=KEY_LENGTH_MAX,
            description="Khóa chống gửi trùng / the same key and body give the same answer.",
        ),
    ] = None,
) -> Once:
    return once_of(request, principal, idempotency_key, await request.body())


OncePerKey = Annotated[Once, Depends(_once)]


def once_of(request: Request, principal: Principal, key: str | None, body: bytes) -> Once:
    """One write of one caller; raises Unprocessable for a key that is none."""
    if key is not None and not 0 < len(key) <= KEY_LENGTH_MAX:
        raise Unprocessable(
            f"Idempotency-Key dài từ 1 đến {KEY_LENGTH_MAX} ký tự.", code="malformed"
        )
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode())
    digest.update(body)
    return Once(kept_name(request, principal), key, digest.digest())


def kept_name(request: Request, principal: Principal) -> str:
    """Name the caller in what is kept: by their subject, unless the service puts it otherwise."""
    names: Callable[[Principal], str] | None = getattr(request.app.state, "kept_name", None)
    return names(principal) if names else principal.subject
