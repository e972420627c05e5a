"""Gives out the whole catalogue, record by record."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Final

import orjson
from sqlalchemy import select

from services.procedures import formats
from services.procedures.models import ProcedureVersion
from services.procedures.procedures import in_force_on
from services.procedures.records import ProcedureRecord, Shape
from shared.database import Database

BATCH: Final = 100
BATCHES_MAX: Final = 10_000


async def lines(database: Database, day: date, shape: Shape) -> AsyncIterator[bytes]:
    """Every record in force on a day by its code, a line each, in batches of lines.

    No connection is held while the reader takes a batch: slow readers keep none from others.
    """
    after = ""
    for _ in range(BATCHES_MAX):
        batch = await _batch(database, day, after)
        yield b"".join(_line(record, shape) for record in batch)
        if len(batch) < BATCH:
            return
        after = batch[-1].code


async def _batch(database: Database, day: date, after: str) -> list[ProcedureRecord]:
    statement = (
        select(ProcedureVersion.document)
        .where(*in_force_on(day), ProcedureVersion.code > after)
        .order_by(ProcedureVersion.code)
        .limit(BATCH)
    )
    async with database.sessions() as session:
        found = await session.scalars(statement)
        return [ProcedureRecord.model_validate(document) for document in found]


def _line(record: ProcedureRecord, shape: Shape) -> bytes:
    return orjson.dumps(formats.write(record, shape), option=orjson.OPT_APPEND_NEWLINE)
