"""Sends one signed event to one receiver; what becomes of it is told, never raised."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver

from gateway.webhooks import signing
from gateway.webhooks.guard import Closed, Guard, connector

ATTEMPT_SECONDS_MAX = 10.0
SUCCESS = range(200, 300)
GONE = 410
AGENT = "MotCua-Webhooks/1"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
REPEAT = "webhook-repeat"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to."""

    status: int | None
    error: str | None
    milliseconds: int

    @property
    def delivered(self) -> bool:
        """Whether the receiver said that it has the event."""
        return self.error is None

    @property
    def reason(self) -> str:
        """Why it was not delivered: the status that came, or the name of the failure."""
        return f"http_{self.status}" if self.status is not None else self.error or ""

    @property
    def gone(self) -> bool:
        """Whether the receiver said that it wants nothing any more."""
        return self.status == GONE


class Sender:
    """One pool of connections for all receivers; each connection is checked by the guard.

    `wall` dates the signatures; receivers compare it with their own clocks.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        seconds_max: float = ATTEMPT_SECONDS_MAX,
        wall: Callable[[], float] = time.time,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._guard = guard
        self._wall = wall
        self._http = aiohttp.ClientSession(
            connector=connector(guard, resolver),
            timeout=aiohttp.ClientTimeout(total=seconds_max),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def send(
        self,
        url: str,
        event_id: str,
        body: bytes,
        *,
        secrets: Sequence[str],
        repeat: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Send one event; redirects are not followed and the answer's body is not read."""
        started = time.perf_counter()
        status, error = await self._attempt(
            url,
            body,
            {
                "content-type": CONTENT_TYPE,
                "user-agent": AGENT,
                **signing.headers(event_id, int(self._wall()), body, secrets),
                **({REPEAT: "true"} if repeat else {}),
                **(more or {}),
            },
        )
        return Outcome(status, error, int((time.perf_counter() - started) * 1000))

    async def _attempt(
        self, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int | None, str | None]:
        try:
            checked = self._guard.check(url)
            async with self._http.post(
                checked, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status, None if answer.status in SUCCESS else "refused"
        except Closed as closed:
            return None, closed.code
        except TimeoutError:
            return None, "timeout"
        except asyncio.CancelledError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as trouble:
            return None, _named(trouble)


def _named(trouble: BaseException) -> str:
    """Name a failure without quoting what a foreign host says."""
    cause = trouble.__cause__
    if isinstance(cause, Closed):
        return cause.code
    if isinstance(trouble, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "tls"
    if isinstance(trouble, aiohttp.ClientConnectorDNSError):
        return "name_not_resolved"
    if isinstance(trouble, aiohttp.ClientConnectionError):
        return "connection"
    return "malformed_answer"
