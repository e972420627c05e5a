"""Imports a history of any length: read, check, follow, write, a chunk at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import asyncpg
import uuid_utils.compat as uuid

from services.intake.desk import Resources
from services.intake.history import batches, reading, writing
from services.intake.history.batches import Counts
from services.intake.history.lines import HistoryLine, LineError, check_times, parse
from services.intake.history.lives import follow
from services.intake.history.pinning import Pins
from services.intake.history.rows import Ready
from shared.database import Database
from shared.errors import Problem, TooLarge
from shared.identity import Principal

LONG_LIFE: Final = 40
"""Lives of more entries than this are measured before they are written: an event has a bound."""

TURN_LINES: Final = 32
"""So many lines are followed before other requests get the process."""

ATTEMPTS_MAX: Final = 3
"""Two imports that write the same code at once collide; the second finds it there next time."""


class History:
    """One import under way."""

    def __init__(
        self, database: Database, resources: Resources, principal: Principal, name: str
    ) -> None:
        self._database = database
        self._resources = resources
        self._principal = principal
        self._name = name

    async def take(self, stream: AsyncIterator[bytes], now: datetime) -> None:
        """Import the stream to its end; a chunk is written while the next one is followed.

        Raises TooLarge on a line without end. What was written before stays: sending the same
        history again goes on from there.
        """
        async with self._database.raw() as connection:
            await batches.begin(connection, self._name, self._principal.subject, now)
        writing_last: asyncio.Task[None] | None = None
        try:
            async for chunk in reading.chunks(stream):
                if writing_last is not None:
                    await writing_last
                writing_last = asyncio.create_task(self._take_chunk(chunk, now))
        except reading.LineTooLong as endless:
            raise TooLarge(str(endless), code="line_too_long") from endless
        finally:
            if writing_last is not None:
                await writing_last
        async with self._database.raw() as connection:
            await batches.close(connection, self._name, now)

    async def _take_chunk(self, chunk: reading.Chunk, now: datetime) -> None:
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                async with self._database.raw() as connection:
                    await self._write_chunk(connection, chunk, now)
            except asyncpg.UniqueViolationError:
                if attempt == ATTEMPTS_MAX:
                    raise
            else:
                return

    async def _write_chunk(
        self, connection: asyncpg.Connection, chunk: reading.Chunk, now: datetime
    ) -> None:
        counts = Counts(lines=len(chunk))
        parsed = _parse(chunk, now, counts)
        known = await writing.find_known(connection, parsed)
        catalogue = await self._resources.copies.current(connection)
        pins = Pins(
            catalogue,
            connection,
            self._principal,
            self._resources.settings.pause_end_on,
        )
        ready: list[Ready] = []
        for turn, (code, (number, line)) in enumerate(parsed.items()):
            if turn % TURN_LINES == 0:
                # Other requests have their turn between a few lines.
                await asyncio.sleep(0)
            try:
                if code in known:
                    _must_be_same(line, known)
                    counts.already_there += 1
                else:
                    ready.append(await self._follow(line, pins))
            except LineError as refused:
                counts.refusals.append((number, refused))
            except Problem as refused:
                counts.refusals.append((number, LineError(refused.code, refused.detail)))
        counts.imported = len(ready)
        await writing.write(connection, self._name, ready, self._resources.vault)
        await batches.count(connection, self._name, counts)

    async def _follow(self, line: HistoryLine, pins: Pins) -> Ready:
        rules, pinned = await pins.rules(line)
        ready = Ready(uuid.uuid7(), follow(line, rules), rules, pinned)
        if len(line.life) > LONG_LIFE and not writing.fits(ready, self._name):
            raise LineError("life_too_long", "Quá trình quá dài cho một sự kiện.")
        return ready


def _parse(
    chunk: reading.Chunk, now: datetime, counts: Counts
) -> dict[str, tuple[int, HistoryLine]]:
    parsed: dict[str, tuple[int, HistoryLine]] = {}
    for number, raw in chunk:
        try:
            line = parse(raw)
            check_times(line, now)
            if parsed.setdefault(line.code, (number, line))[0] != number:
                counts.refusals.append((number, _repeated(line.code)))
        except LineError as refused:
            counts.refusals.append((number, refused))
    return parsed


def _repeated(code: str) -> LineError:
    return LineError("code_repeated", f"Mã {code} đã có ở dòng trước.")


def _must_be_same(line: HistoryLine, known: writing.Known) -> None:
    if known[line.code] != (line.procedure, line.agency, line.filed_at):
        raise LineError("code_taken", f"Mã {line.code} là của một hồ sơ khác.")
