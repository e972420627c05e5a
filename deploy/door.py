"""A caller of the gateway: signs its own local token and expects its requests to succeed."""

import asyncio
import os
import uuid
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from time import monotonic
from typing import Any, Final, Self

import httpx

from shared import issuer
from shared.identity import EVERYWHERE, Role
from shared.settings import KernelSettings

WAIT_SECONDS_MAX: Final = 30.0
POLL_SECONDS: Final = 0.05


def address() -> str:
    """Where the running system's gateway is."""
    return os.environ.get("GATEWAY_URL", "http://127.0.0.1:8080")


def sign(*roles: Role, agencies: Sequence[str] = (EVERYWHERE,), subject: str) -> str:
    """A token of the local profile's issuer."""
    return issuer.issue(KernelSettings().keys_dir, subject=subject, roles=roles, agencies=agencies)


class Door:
    """The gateway as one caller sees it."""

    def __init__(self, *roles: Role, agencies: Sequence[str] = (EVERYWHERE,), subject: str) -> None:
        self.token = sign(*roles, agencies=agencies, subject=subject)
        self.http = httpx.AsyncClient(
            base_url=address(), headers={"Authorization": f"Bearer {self.token}"}, timeout=60
        )
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.http)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def get(self, path: str, **query: str) -> Any:
        """Read; raises with the problem's own words when refused."""
        return _expect(await self.http.get(path, params=query)).json()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Write under a fresh idempotency key; raises as `get` does."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        return _expect(await self.http.post(path, json=body or {}, headers=key)).json()

    async def until(
        self,
        path: str,
        ready: Callable[[Any], bool],
        *,
        seconds: float = WAIT_SECONDS_MAX,
        pause: float = POLL_SECONDS,
        **query: str,
    ) -> Any:
        """Read until the answer is as wanted: other services learn by events, a moment later."""
        deadline = monotonic() + seconds
        while True:
            answer = await self.http.get(path, params=query)
            if answer.is_success and ready(answer.json()):
                return answer.json()
            if monotonic() > deadline:
                raise TimeoutError(f"{path}: {answer.status_code} {answer.text[:300]}")
            await asyncio.sleep(pause)


def _expect(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        raise RuntimeError(
            f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
        )
    return answer
