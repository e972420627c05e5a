"""A leader's desk with late dossiers: told lives, letters over HTTP, what sla told itself."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from services.sla.api import apologies, apology_acts, clocks, incidents
from services.sla.apologies.drafting import keep_drafts_at
from shared import clock
from shared.database import Database
from shared.events import Envelope, Event, decode
from tests.conftest import Client, ServiceClient, Token
from tests.sla.factories import (
    at,
    life,
    make_accepted,
    make_agency,
    make_calendar,
    make_procedure,
    published,
    wrap,
)
from tests.sla.stream import deliver

ROUTERS = (apologies.router, apology_acts.router, incidents.router, clocks.router)
COMMUNE, OTHER = "H20.40.01", "H20.50.01"
ACCEPTED = "2026-03-02 08:00"
DUE = "2026-03-16 08:00"
NEW_DAY = "2026-03-20T09:00:00+07:00"
ADDRESSEE = {
    "name": "Nguyễn Thị Ánh Nguyệt",
    "identity_number": "087200001234",
    "phone": "0912345678",
    "email": "nguyet@example.vn",
    "address": "Ấp Tân Hòa, xã Thanh Bình",
}
PARTS = {
    "addressee": ADDRESSEE,
    "reason": "Hồ sơ cần xác minh thực địa.",
    "cause": "verification",
    "promised_at": NEW_DAY,
}


@dataclass
class Letters:
    """The commune's leader at a desk, and the database behind it."""

    client: Client
    database: Database
    token: Token
    read: int = 0

    @property
    def http(self) -> httpx.AsyncClient:
        return self.client.http

    def clock(self, moment: str) -> None:
        self.client.app.dependency_overrides[clock.now] = lambda: at(moment)

    def bearer(self, *roles: str, agency: str = COMMUNE) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(*roles, agencies=[agency])}"}

    async def tell(self, *envelopes: Envelope[Event]) -> None:
        async with self.database.raw() as connection:
            await deliver(connection, envelopes)

    async def begun(self, *later: Event, **changed: Any) -> str:
        """A dossier of ten working days that is due on Monday, 16 March, 08:00."""
        envelopes = life([make_accepted(at(ACCEPTED), **changed), *later])
        await self.tell(*envelopes)
        return envelopes[0].aggregate_id

    async def sweep(self, moment: str) -> None:
        await keep_drafts_at(self.database, at(moment))

    async def rows(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        async with self.database.statements() as connection:
            found: list[asyncpg.Record] = await connection.fetch(statement, *values)
        return found

    async def do(self, letter: str, act: str = "", **body: Any) -> dict[str, Any]:
        """Do one thing with a letter, which must go well."""
        answer = await self.ask(letter, act, **body)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def ask(self, letter: str, act: str = "", **body: Any) -> httpx.Response:
        path = f"/v1/apologies/{letter}"
        if act == "edit":
            return await self.http.patch(path, json=body)
        return await self.http.post(f"{path}/{act}", json=body)

    async def draft(self, dossier: str) -> str:
        answer = await self.http.post("/v1/apologies", json={"dossier": dossier})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def submitted(self, dossier: str, **parts: Any) -> str:
        letter = await self.draft(dossier)
        await self.do(letter, "edit", **(PARTS | parts))
        await self.do(letter, "submission")
        return letter

    async def signed(self, dossier: str, **signing: Any) -> str:
        letter = await self.submitted(dossier)
        await self.do(letter, "approval", **signing)
        return letter

    async def told(self) -> list[Envelope[Event]]:
        """What sla told since the last time, in order."""
        bodies = await self.rows("select body from outbox order by position")
        new = [decode(row["body"]) for row in bodies[self.read :]]
        self.read = len(bodies)
        return new

    async def hear(self) -> Sequence[Envelope[Event]]:
        """Let sla hear what it told."""
        told = await self.told()
        await self.tell(*told)
        return told


@asynccontextmanager
async def desk_at(
    moment: str, service_client: ServiceClient, token: Token, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Letters]:
    """Open the desk at a moment; the calendar, three agencies and a procedure were told."""
    # An application makes its routes anew for every test: these are the ones that are asked.
    monkeypatch.setattr("services.sla.app.ROUTERS", ROUTERS)
    client = await service_client("sla", at=at(moment))
    database = Database(client.database_url, connections_max=4)
    office = Letters(client, database, token)
    agencies = (
        make_agency("H20.40", name="Ủy ban nhân dân huyện Thanh Bình"),
        make_agency(COMMUNE, name="Ủy ban nhân dân xã Tân Thạnh"),
        make_agency(OTHER, name="Ủy ban nhân dân xã Khác"),
    )
    procedure = make_procedure(code="1.001193", name="Đăng ký khai sinh")
    await office.tell(
        published(make_calendar()),
        *(wrap(agency, agency.code) for agency in agencies),
        wrap(procedure, procedure.code),
    )
    client.http.headers.update(office.bearer("leader"))
    try:
        yield office
    finally:
        await database.close()
