"""A sender between an office and a portal of the tests' own, on a clock that tests turn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from pydantic import AnyHttpUrl

from services.intake.copies import Copies
from services.intake.national import queue
from services.intake.national.sending import Sender
from services.intake.settings import NationalSettings
from shared.database import Database
from shared.events import decode
from shared.personal_data import Vault
from tests.intake.conftest import Office
from tests.national_portal import NationalPortal

AGENCY = "H20"
STEP = {"name": "Thẩm định", "unit": "Tư pháp", "officer": "Lê Thị Thẩm", "next_unit": "Lãnh đạo"}
APPROVED = {"outcome": "approved"}
ROUNDS_MAX = 60


@dataclass
class Synchronisation:
    """What stands between them."""

    office: Office
    portal: NationalPortal
    database: Database
    sender: Sender
    moment: datetime

    async def hear(self) -> None:
        """Let the queue hear what the office told, all of it each time."""
        rows = await self.office.rows("select body from outbox order by position")
        envelopes = [decode(row["body"]) for row in rows]
        async with self.office.connection() as connection, connection.transaction():
            await queue.want(connection, envelopes)

    async def send(self) -> None:
        """Hear and send what is due now."""
        await self.hear()
        await self.sender.send_due(self.database)

    async def send_until_acknowledged(self) -> None:
        """Send, wait as long as it takes on the turned clock, and send again."""
        for _ in range(ROUNDS_MAX):
            await self.send()
            if not await self.office.rows("select 1 from national_sync where state <> 'acked'"):
                return
            self.turn(minutes=5)
        raise AssertionError(f"not acknowledged in {ROUNDS_MAX} rounds")

    def turn(self, **span: float) -> None:
        self.moment += timedelta(**span)

    async def row(self, dossier: dict[str, Any]) -> asyncpg.Record:
        rows = await self.office.rows(
            "select * from national_sync where dossier_id = $1", dossier["id"]
        )
        return rows[0]


def settings_for(portal_url: str, **changed: Any) -> NationalSettings:
    told: dict[str, Any] = {
        "endpoint": AnyHttpUrl(f"{portal_url}/dong-bo"),
        "agency": AGENCY,
        "timeout_seconds": 5.0,
    }
    return NationalSettings(**(told | changed))


@asynccontextmanager
async def synchronising(
    office: Office, portal: NationalPortal, settings: NationalSettings
) -> AsyncIterator[Synchronisation]:
    """Put a sender between them; its clock begins now and stands still."""
    database = Database(office.database_url, connections_max=4)
    vault: Vault = office.app.state.intake.vault
    office.app.state.intake.settings.national = settings

    def clock() -> datetime:
        return made.moment

    sender = Sender(settings, vault, Copies("VN-HANH-CHINH"), clock=clock)
    made = Synchronisation(office, portal, database, sender, datetime.now().astimezone())
    # Facts are told by the real clock; a second ahead all of them are due.
    made.turn(seconds=1)
    try:
        yield made
    finally:
        await database.close()
