"""Sends what is due, several dossiers at once and each by itself, until nothing more is due."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

import asyncpg
import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.intake.copies import Copies
from services.intake.national import facts, messages, patience, progress, queue
from services.intake.national.answers import Answer, Kind, redacted
from services.intake.national.facts import Facts
from services.intake.national.measures import CIRCUIT_OPEN, TOLD
from services.intake.national.portal import Line, Portal
from services.intake.national.queue import Claim, Outcome
from services.intake.settings import NationalSettings
from shared.clock import present
from shared.database import Database
from shared.personal_data import Vault

TRY_SECONDS_MAX: Final = 90.0
"""Less than a lease, so that a dossier's messages cannot overtake each other."""

TAKEN_MAX: Final = 500
"""After so many the connections are made anew."""

log = structlog.get_logger()


class Sender:
    """Tells the portal; of several processes each takes other dossiers."""

    def __init__(
        self,
        settings: NationalSettings,
        vault: Vault,
        copies: Copies,
        *,
        clock: Callable[[], datetime] = present,
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._copies = copies
        self._clock = clock
        self._portal = Portal(settings)
        self.circuit = patience.Circuit()

    async def send_due(self, database: Database) -> None:
        """Send until nothing is due, or the portal does not work."""
        first = await self._take(database)
        if first is None:
            return
        async with self._portal.open() as line, asyncio.TaskGroup() as senders:
            senders.create_task(self._send_all(database, line, first))
            for _ in range(self._settings.at_once - 1):
                senders.create_task(self._send_all(database, line, None))

    async def _send_all(self, database: Database, line: Line, claimed: Claim | None) -> None:
        for _ in range(TAKEN_MAX):
            claimed = claimed or await self._take(database)
            if claimed is None:
                return
            await self._send(database, line, claimed)
            claimed = None

    async def _take(self, database: Database) -> Claim | None:
        now = self._clock()
        if not self.circuit.admits(now):
            return None
        return await queue.claim(database, now)

    async def _send(self, database: Database, line: Line, claimed: Claim) -> None:
        """Try one dossier and write down what came of it."""
        try:
            async with asyncio.timeout(TRY_SECONDS_MAX):
                outcome = await self._tell(database, line, claimed)
        except TimeoutError:
            outcome = Outcome(Answer(Kind.FAULT, "timeout"), claimed.rows_acknowledged)
        kind, now = outcome.answer.kind, self._clock()
        self.circuit.note(kind, now)
        CIRCUIT_OPEN.set(self.circuit.is_open)
        if kind is Kind.ACKNOWLEDGED:
            await queue.acknowledge(database, claimed, outcome, now)
            return
        log.warning(
            "the portal did not take a dossier",
            dossier=str(claimed.dossier_id),
            kind=kind,
            code=outcome.answer.code,
            attempts=claimed.attempts,
        )
        again_at = now + patience.before_next(kind, claimed.attempts)
        await queue.postpone(database, claimed, outcome, now, again_at=again_at)

    async def _tell(self, database: Database, line: Line, claimed: Claim) -> Outcome:
        try:
            known = await facts.read(database, self._vault, self._copies, claimed.dossier_id)
            message, rows = messages.compose(known), progress.rows(known)
        except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError):
            # Our own database is away, which no dossier is to blame for.
            raise
        except Exception as broken:
            # One dossier that cannot be written must not keep the others from the portal; what
            # broke may quote it, so only its kind is kept.
            answer = Answer(Kind.NOT_SENT, "not_written", type(broken).__name__)
            return Outcome(answer, claimed.rows_acknowledged)
        outcome = await _Exchange(line, claimed, known, self._vault).run(message, rows)
        TOLD.labels(outcome.answer.kind).inc()
        return outcome


class _Exchange:
    """One dossier's messages in their order: itself, then its progress."""

    def __init__(self, line: Line, claimed: Claim, known: Facts, vault: Vault) -> None:
        self._line = line
        self._claimed = claimed
        self._known = known
        self._vault = vault
        self._code = known.dossier.code

    async def run(self, message: messages.Message, rows: list[progress.Row]) -> Outcome:
        """Tell what the portal does not have yet; stops at the first thing it does not take."""
        body = orjson.dumps(message)
        digest = self._vault.hash(hashlib.sha256(body).hexdigest())
        answer = Answer(Kind.ACKNOWLEDGED, "0")
        # What it acknowledged in exactly these words is not told again.
        if digest != self._claimed.acknowledged_hash:
            answer = await self._tell_dossier(message)
        content_acknowledged = answer.kind is Kind.ACKNOWLEDGED
        done = self._claimed.rows_acknowledged
        while answer.kind is Kind.ACKNOWLEDGED and done < len(rows):
            chunk = rows[done : done + progress.ROWS_A_REQUEST]
            answer = await self._tell_rows(chunk)
            if answer.kind is Kind.ACKNOWLEDGED:
                done += len(chunk)
        return Outcome(
            redacted(answer, self._known.personal),
            done,
            sequence=self._known.dossier.sequence,
            digest=digest,
            size=len(body),
            content_acknowledged=content_acknowledged,
        )

    async def _tell_dossier(self, message: messages.Message) -> Answer:
        answer = await self._send(messages.SERVICE, [message], updating=self._claimed.known)
        if answer.kind is Kind.ALREADY_THERE:
            # It has the dossier, not these words: only a yes to them counts.
            answer = await self._send(messages.SERVICE, [message], updating=True)
        return answer

    async def _tell_rows(self, rows: list[progress.Row]) -> Answer:
        answer = await self._send(progress.SERVICE, rows, updating=None)
        if answer.kind is Kind.ALREADY_THERE:
            answer = await self._send(progress.SERVICE, rows, updating=True)
        return answer

    async def _send(
        self, service: str, data: list[messages.Message] | list[progress.Row], updating: bool | None
    ) -> Answer:
        return await self._line.tell(service, data, dossier_code=self._code, updating=updating)
