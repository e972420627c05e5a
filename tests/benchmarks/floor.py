"""The same two statements that filing runs, straight on the database: no HTTP, no checks."""

import asyncio
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson
import uuid_utils.compat as uuid7s

from services.intake.filing import ASKED_BEFORE
from services.intake.filing_statement import WITH_NEXT_CODE
from shared import outbox
from shared.events import Channel, DossierFiled, WayOfReturn, seal
from shared.working_time import business_date
from tests.benchmarks.load import AGENCIES, PROCEDURE, Measured

CLIENT = "bench-floor"
FIELD = "Đăng ký, quản lý cư trú"


async def run(database_url: str, *, clients: int, seconds: float) -> Measured:
    """Write filings as fast as so many connections can for so long."""
    measured = Measured()
    connections = [await asyncpg.connect(database_url) for _ in range(clients)]
    arguments = [_arguments(n) for n in range(64)]
    started = time.perf_counter()
    until = started + seconds

    async def client(connection: asyncpg.Connection, first: int) -> None:
        number = first
        while time.perf_counter() < until:
            given = _fresh(arguments[number % len(arguments)])
            sent = time.perf_counter()
            await connection.fetchrow(ASKED_BEFORE, CLIENT, given[1])
            await connection.fetchval(WITH_NEXT_CODE, *given)
            measured.seconds.append(time.perf_counter() - sent)
            number += clients

    await asyncio.gather(*(client(c, n) for n, c in enumerate(connections)))
    measured.took_seconds = time.perf_counter() - started
    for connection in connections:
        await connection.close()
    return measured


def _arguments(number: int) -> list[Any]:
    agency, now, token = AGENCIES[number % len(AGENCIES)], datetime.now(UTC), uuid.uuid4().hex
    on = business_date(now)
    fact = DossierFiled(
        code=token,
        procedure=PROCEDURE,
        procedure_version=1,
        field=FIELD,
        case="c01",
        channel=Channel.COUNTER,
        way_of_return=WayOfReturn.COUNTER,
        receiving_agency=agency,
        competent_agency=agency,
        filed_at=now,
    )
    return [
        CLIENT, "", agency, on, f"{agency}-{on:%y%m%d}-", 1,
        None, PROCEDURE, 1, FIELD, "c01", "counter", "counter", agency, agency, None, now, False,
        None, "k1", ["owner"], ["citizen"], ["Nguyễn Văn Thử"], ["nguyen van thu"],
        ["nguyen van thu nguyen_van van_thu"], [b"x" * 120], [b"h" * 32], [b"p" * 32],
        [], [], [], [], now, None, f"events.dossier.filed.{agency}", fact, token, b"r" * 32,
        "{" + " " * 900 + token + "}", orjson.dumps({"Location": token}).decode(),
    ]  # fmt: skip


def _fresh(template: list[Any]) -> list[Any]:
    """The template's arguments with ids of their own."""
    given = list(template)
    identity = uuid7s.uuid7()
    given[1] = identity.hex
    given[6] = uuid.UUID(bytes=identity.bytes)
    envelope = seal(
        given[35], source="intake", aggregate_id=str(given[6]), sequence=1, agency=given[2]
    )
    fact_id, _, body = outbox.row(envelope)
    given[33], given[35] = fact_id, body.decode()
    return given
