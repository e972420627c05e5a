"""Reads the files that wait, a batch at a time, and goes on where a process died."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final, Self
from uuid import UUID

import asyncpg
import orjson
import structlog
from sqlalchemy import exists, select

from services.procedures.anomalies import Anomaly, AnomalyCode
from services.procedures.imports import checking, items
from services.procedures.imports.archives import Unusable
from services.procedures.imports.checking import Item, Reason
from services.procedures.imports.chunks import Kept
from services.procedures.imports.files import Piece, Position, pieces
from services.procedures.models import ImportForm, ImportState, ProcedureImport
from services.procedures.records import ProcedureRecord
from shared.clock import present
from shared.database import Database

BATCH_ITEMS: Final = 100
BATCH_BYTES: Final = 4 * 1024 * 1024
RECORDS_MAX: Final = 100_000
TURN_RECORDS: Final = 4
"""So many records are looked at before the other tasks of the process have their turn."""

LOCK: Final = 7_206_301
"""Advisory lock: one process reads, the others need not."""

NEXT: Final = """
    update procedure_import set state = 'reading' where id =
        (select id from procedure_import where state in ('waiting', 'reading')
         order by uploaded_at limit 1)
    returning id, form, valid_from, bytes, position::text as position
"""
GO_ON: Final = "update procedure_import set position = $2, bytes_read = $3 where id = $1"
END: Final = "update procedure_import set state = $2, read_at = $3, bytes_read = $4 where id = $1"
FAIL: Final = (
    "update procedure_import set state = 'failed', failure_code = $2, failure_detail = $3,"
    " read_at = $4 where id = $1"
)
KNOWN_FIELDS: Final = "select name from field"
REPEATED: Final = asdict(
    Anomaly(AnomalyCode.CODE_REPEATED, "Thủ tục có nhiều bản ghi trong tệp.", "/code")
)

log = structlog.get_logger()


async def read_waiting(database: Database) -> None:
    """Read every file that waits or was left half-read, unless another process is at it."""
    if not await _any_waiting(database):
        return
    async with database.statements() as holder:
        if not await holder.fetchval("select pg_try_advisory_lock($1)", LOCK):
            return
        try:
            while (row := await holder.fetchrow(NEXT)) is not None:
                await _read(database, row)
        finally:
            await holder.execute("select pg_advisory_unlock($1)", LOCK)


async def _any_waiting(database: Database) -> bool:
    """Look without waking the relay, as a lent connection would each time."""
    waiting = ProcedureImport.state.in_([ImportState.WAITING, ImportState.READING])
    async with database.sessions() as session:
        return bool(await session.scalar(select(exists().where(waiting))))


async def _read(database: Database, row: asyncpg.Record) -> None:
    identity, size = row["id"], row["bytes"]
    position = Position.from_json(orjson.loads(row["position"]) if row["position"] else None)
    reading = await _Reading.begin(database, identity, row["valid_from"])
    try:
        found = pieces(Kept(database, identity, size), ImportForm(row["form"]), position)
        async for piece in found:
            await reading.take(piece)
        await reading.end(size)
    except Unusable as unusable:
        async with database.raw() as connection:
            await connection.execute(FAIL, identity, unusable.code, unusable.detail, present())


@dataclass(slots=True)
class _Reading:
    """One file under way."""

    database: Database
    identity: UUID
    valid_from: date
    known_fields: frozenset[str]
    codes: dict[str, int]
    number: int
    batch: list[Piece] = field(default_factory=list)
    batch_bytes: int = 0

    @classmethod
    async def begin(cls, database: Database, identity: UUID, valid_from: date) -> Self:
        """Look up what was read before, and what there is to compare with."""
        async with database.raw() as connection:
            fields = frozenset(row["name"] for row in await connection.fetch(KNOWN_FIELDS))
            codes = await items.find_codes(connection, identity)
            number = await items.last_number(connection, identity)
        return cls(database, identity, valid_from, fields, codes, number)

    async def take(self, piece: Piece) -> None:
        """Put a piece into the batch; raises Unusable when the file has too many."""
        self.batch.append(piece)
        self.batch_bytes += len(piece.element.raw)
        if self.number + len(self.batch) > RECORDS_MAX:
            raise Unusable("too_many_records", f"Tệp có quá {RECORDS_MAX} bản ghi.")
        if len(self.batch) >= BATCH_ITEMS or self.batch_bytes >= BATCH_BYTES:
            await self._keep_batch()

    async def end(self, size: int) -> None:
        """Keep what is left, and open the import for approval."""
        await self._keep_batch()
        async with self.database.raw() as connection:
            await items.mark_repeated(connection, self.identity, REPEATED)
            await connection.execute(END, self.identity, ImportState.READ, present(), size)

    async def _keep_batch(self) -> None:
        batch, self.batch, self.batch_bytes = self.batch, [], 0
        if not batch:
            return
        read: list[ProcedureRecord | Reason] = []
        for turn, piece in enumerate(batch):
            if turn % TURN_RECORDS == 0:
                await asyncio.sleep(0)
            read.append(piece.problem or self._record(piece))
        codes = {record.code for record in read if isinstance(record, ProcedureRecord)}
        behind = orjson.dumps(batch[-1].behind.to_json()).decode()
        async with self.database.raw() as connection:
            published = await items.find_published(connection, codes)
            kept = [await self._item(*pair, published) for pair in zip(batch, read, strict=True)]
            await items.keep(connection, self.identity, kept)
            await connection.execute(GO_ON, self.identity, behind, batch[-1].bytes_read)

    def _record(self, piece: Piece) -> ProcedureRecord | Reason:
        try:
            return checking.read(piece.element, self.valid_from)
        except Exception:
            # A bug of ours in one shape must cost this record, not the file for ever.
            log.exception("record not read", catalogue_import=str(self.identity))
            return Reason("not_read", "Không đọc được bản ghi này; lỗi đã được ghi lại.")

    async def _item(
        self,
        piece: Piece,
        read: ProcedureRecord | Reason,
        published: Mapping[str, checking.Published],
    ) -> Item:
        self.number += 1
        if self.number % TURN_RECORDS == 0:
            await asyncio.sleep(0)
        if isinstance(read, Reason):
            return checking.bad(self.number, piece.member, piece.element, read)
        item = checking.compared(
            self.number,
            piece.member,
            piece.element.line,
            read,
            published=published.get(read.code),
            known_fields=self.known_fields,
        )
        first = self.codes.setdefault(read.code, self.number)
        return item if first == self.number else checking.repeated(item, first)
