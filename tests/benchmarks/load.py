"""A closed-loop load of filings: so many clients, each sending its next when the last answered.

Requests are written by hand on kept connections: the load runs on the cores it measures, so it
must cost little.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import orjson

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


class Client:
    """One kept connection to the gateway."""

    def __init__(self, url: str, token: str) -> None:
        self._address = urlsplit(url)
        self._token = token
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(
            self._address.hostname, self._address.port
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def ask(self, line: str, body: bytes = b"", headers: str = "") -> tuple[int, bytes]:
        """Send a request (`GET /v1/dossiers`) and read the status and body of its answer."""
        self._writer.write(
            f"{line} HTTP/1.1\r\nHost: {self._address.netloc}\r\n"
            f"Authorization: Bearer {self._token}\r\n{headers}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        return int(head[9:12]), await self._reader.readexactly(length)

    async def file(self, measured: Measured, key: str, number: int) -> bool:
        """File once and note what it took or why it was refused; whether it was taken."""
        body = orjson.dumps(filing(number))
        sent = time.perf_counter()
        status, answer = await self.ask("POST /v1/dossiers", body, f"Idempotency-Key: {key}\r\n")
        if status == CREATED:
            measured.seconds.append(time.perf_counter() - sent)
            measured.answers.append(answer)
            return True
        measured.refused.append((status, answer.decode()[:200]))
        return False


async def file_for(url: str, token: str, *, clients: int, seconds: float, run: str) -> Measured:
    """File as fast as the clients can for so long."""
    measured = Measured()
    started = time.perf_counter()
    until = started + seconds

    async def file(first: int) -> None:
        number = first
        async with Client(url, token) as client:
            while time.perf_counter() < until:
                await client.file(measured, f"{run}-{number}", number)
                number += clients

    await asyncio.gather(*(file(first) for first in range(clients)))
    measured.took_seconds = time.perf_counter() - started
    return measured


def table(rows: Sequence[tuple[str, str]]) -> str:
    """Two columns for a terminal."""
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)
