"""A closed-loop load of filings: so many clients, each sending its next when the last answered."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

CREATED = 201
PROCEDURE = "1.010038"
AGENCIES = tuple(f"H20.{number}" for number in range(100, 202))


@dataclass
class Measured:
    """Seconds each request took, and what it was answered."""

    seconds: list[float] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    took_seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Requests answered well, per second."""
        return len(self.seconds) / self.took_seconds

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the requests stayed within."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def filing(number: int) -> dict[str, Any]:
    """A counter filing by an invented person, agencies in turn."""
    return {
        "procedure": PROCEDURE,
        "agency": AGENCIES[number % len(AGENCIES)],
        "channel": "counter",
        "applicant": {
            "name": "Nguyễn Văn Thử",
            "kind": "citizen",
            "identity_number": f"000{number % 10**9:09d}",
            "phone": "0900000000",
        },
    }


@asynccontextmanager
async def session(url: str, token: str) -> AsyncIterator[aiohttp.ClientSession]:
    """A connection pool wide enough for the load."""
    async with aiohttp.ClientSession(
        url,
        headers={"Authorization": f"Bearer {token}"},
        connector=aiohttp.TCPConnector(limit=64),
    ) as http:
        yield http


async def file_for(url: str, token: str, *, clients: int, seconds: float, run: str) -> Measured:
    """File as fast as the clients can for so long."""
    measured = Measured()
    async with session(url, token) as http:
        started = time.perf_counter()
        until = started + seconds

        async def client(first: int) -> None:
            number = first
            while time.perf_counter() < until:
                await file_one(http, measured, f"{run}-{number}", filing(number))
                number += clients

        await asyncio.gather(*(client(first) for first in range(clients)))
        measured.took_seconds = time.perf_counter() - started
    return measured


async def file_one(
    http: aiohttp.ClientSession, measured: Measured, key: str, body: dict[str, Any]
) -> None:
    """File once and note what it took or why it was refused."""
    sent = time.perf_counter()
    async with http.post("/v1/dossiers", json=body, headers={"Idempotency-Key": key}) as answer:
        text = await answer.read()
    if answer.status == CREATED:
        measured.seconds.append(time.perf_counter() - sent)
        measured.answers.append(text)
    else:
        measured.refused.append((answer.status, text.decode()[:200]))


def table(rows: Sequence[tuple[str, str]]) -> str:
    """Two columns for a terminal."""
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)
