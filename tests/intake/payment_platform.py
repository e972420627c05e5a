"""A payment platform of our own: remembers what it was sent, and lies when it is told to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any

import httpx
import orjson
from aiohttp import web
from pydantic import AnyHttpUrl, SecretStr

from services.intake.payments.platform import asking, messages, tries
from services.intake.payments.platform.transport import open_transport
from services.intake.settings import PaymentSettings
from shared.database import Database
from tests.intake.conftest import Office
from tests.intake.factories import at

PARTNER, SECRET = "DT01", "s"
PAYER = {"payer_address": "10.0.0.1"}


class Mishap(Enum):
    """What the platform does wrong with the next message."""

    ERROR_500 = auto()
    NOT_JSON = auto()
    REFUSED = auto()
    SCRIPT_LINK = auto()
    HUNG_UP = auto()


@dataclass
class Platform:
    """What it was sent, and what it says of a reference when it is asked."""

    url: str = ""
    received: list[dict[str, Any]] = field(default_factory=list)
    mishap: Mishap | None = None
    states: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.StreamResponse:
        told = orjson.loads(await request.read())
        self.received.append(told)
        mishap, self.mishap = self.mishap, None
        match mishap:
            case Mishap.ERROR_500:
                return web.Response(status=500)
            case Mishap.NOT_JSON:
                return web.Response(text="Xin chờ")
            case Mishap.REFUSED:
                return web.json_response({"error_code": "-1"})
            case Mishap.SCRIPT_LINK:
                return web.json_response({"error_code": "0", "UrlThanhToan": "javascript:x()"})
            case Mishap.HUNG_UP:
                assert request.transport is not None
                request.transport.close()
            case None:
                pass
        return web.json_response({"error_code": "0"} | self._answer(told))

    def _answer(self, told: dict[str, Any]) -> dict[str, Any]:
        reference = told["MaThamChieu"]
        match told["LoaiBanTin"]:
            case "INIT":
                return {"UrlThanhToan": f"{self.url}/tra-tien/{reference}"}
            case "QUERY":
                return {"MaThamChieu": reference} | self.states.get(reference, {"TrangThaiGD": "3"})
            case _:
                return {"UrlBienLai": f"{self.url}/bien-lai/{reference}.pdf"}


def confirmation(one: dict[str, Any], *, secret: str = SECRET, **changed: str) -> dict[str, str]:
    """What the platform confirms of a payment, proven."""
    told = {
        "LoaiBanTin": "CONFIRM",
        "MaLoi": "00",
        "MaDoiTac": PARTNER,
        "MaThamChieu": one["reference"],
        "SoTien": str(one["amount"]),
        "MaTienTe": "VND",
        "MaGiaoDich": f"GD-{one['reference']}",
        "MaNganHang": "VCB",
        "ThoiGianGD": "20260302150500",
        "ThongTinGiaoDich": "Phi",
    } | changed
    return told | {"MaXacThuc": messages.proof(told, messages.CONFIRMATION_ORDER, secret)}


@dataclass
class Cashier:
    """An office that is joined to the platform."""

    office: Office
    platform: Platform

    async def start(self, dossier: dict[str, Any], **said: Any) -> dict[str, Any]:
        return await self.office.do(dossier, "platform-payments", PAYER | said)

    async def confirm(self, told: dict[str, Any]) -> dict[str, str]:
        """Tell a confirmation as the platform does, without any token."""
        transport = httpx.ASGITransport(app=self.office.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://intake") as platform:
            answer = await platform.post("/v1/platform-confirmations", json=told)
        assert answer.status_code == 200, answer.text
        said: dict[str, str] = answer.json()
        assert messages.is_proven(said, messages.ANSWER_ORDER, SECRET)
        return said

    async def ask(self, moment: str | datetime) -> int:
        """Let the worker ask after what is pending."""
        now = at(moment) if isinstance(moment, str) else moment
        resources = self.office.app.state.intake
        database = Database(self.office.database_url, connections_max=2)
        try:
            async with open_transport(resources.settings.payments) as transport:
                desk = tries.speaking_for(resources, database, now)
                return await asking.ask_due(desk, transport)
        finally:
            await database.close()

    async def states(self) -> list[str]:
        rows = await self.office.rows("select state from platform_payment order by opened_at")
        return [row["state"] for row in rows]


@asynccontextmanager
async def joined(office: Office) -> AsyncIterator[Cashier]:
    """Join an office to a platform that listens on this machine."""
    platform = Platform()
    app = web.Application()
    app.router.add_post("/thanh-toan", platform.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    platform.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    settings = office.app.state.intake.settings
    settings.payments = PaymentSettings(
        endpoint=AnyHttpUrl(f"{platform.url}/thanh-toan"),
        partner=PARTNER,
        secret=SecretStr(SECRET),
        timeout_seconds=5.0,
    )
    try:
        yield Cashier(office, platform)
    finally:
        settings.payments = PaymentSettings()
        await runner.cleanup()
