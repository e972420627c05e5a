"""A national portal of our own: remembers what arrived, and misbehaves when it is told to."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import orjson
from aiohttp import web

from services.intake.national import messages, progress

PASSWORD = "mat-khau-thu"


class Mishap(Enum):
    """What may go wrong with one request; `AFTER` means that the portal has taken it."""

    ERROR_500 = auto()
    SLOW = auto()
    SLOW_AFTER = auto()
    HUNG_UP = auto()
    HUNG_UP_AFTER = auto()
    NOT_JSON = auto()
    HALF_JSON = auto()
    NO_CODE = auto()
    OTHER_DOSSIER = auto()
    REFUSED = auto()
    ENDLESS = auto()
    ALREADY_THERE = auto()
    SESSION_OVER = auto()


AFTER = {Mishap.SLOW_AFTER, Mishap.HUNG_UP_AFTER}


@dataclass
class NationalPortal:
    """What it knows, and what it will do wrong next."""

    url: str = ""
    dossiers: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    mishaps: deque[Mishap | None] = field(default_factory=deque)
    session: str | None = None
    logins: int = 0
    together: int = 0
    most_together: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while a slow request waits to be released."""

    def told(self, service: str) -> list[dict[str, Any]]:
        """The requests for one service."""
        return [request for request in self.requests if request["service"] == service]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Answer one message."""
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        try:
            return await self._take(request)
        finally:
            self.together -= 1

    async def log_in(self, request: web.Request) -> web.Response:
        """Give a new session; the one before it is over."""
        told = orjson.loads(await request.read())
        if told["password"] != PASSWORD:
            return web.json_response({"error_code": -1, "message": "Sai mật khẩu"})
        self.logins += 1
        self.session = f"phien-{self.logins}"
        return web.json_response({"error_code": 0, "session": self.session})

    async def _take(self, request: web.Request) -> web.StreamResponse:
        told = orjson.loads(await request.read())
        self.requests.append(told)
        mishap = self.mishaps.popleft() if self.mishaps else None
        if mishap in AFTER:
            self._keep(told)
        match mishap:
            case Mishap.ERROR_500:
                return web.Response(status=500, text="Lỗi hệ thống")
            case Mishap.SLOW | Mishap.SLOW_AFTER:
                self.waiting.set()
                await self.released.wait()
            case Mishap.HUNG_UP | Mishap.HUNG_UP_AFTER:
                assert request.transport is not None
                request.transport.close()
            case Mishap.SESSION_OVER:
                self.session = None
            case _:
                pass
        lies = {
            Mishap.NOT_JSON: "Đã tiếp nhận",
            Mishap.HALF_JSON: '{"error_code": "0", "mess',
            Mishap.NO_CODE: '{"message": "OK"}',
            Mishap.ALREADY_THERE: '{"error_code": "-3", "message": "Hồ sơ đã tồn tại"}',
            Mishap.OTHER_DOSSIER: '{"error_code": "0", "data": [{"MaHoSo": "H99.01-260101-0001"}]}',
            Mishap.REFUSED: orjson.dumps(_refusal(told)).decode(),
            Mishap.ENDLESS: '{"error_code": "0", "message": "' + "x" * 100_000 + '"}',
        }
        if mishap in lies:
            return web.Response(text=lies[mishap], content_type="application/json")
        return web.json_response(self._answer(told))

    def _answer(self, told: dict[str, Any]) -> dict[str, str]:
        if self.logins and told.get("session") != self.session:
            return {"error_code": "-2", "message": "Session không hợp lệ"}
        return self._keep(told)

    def _keep(self, told: dict[str, Any]) -> dict[str, str]:
        if told["service"] == messages.SERVICE:
            return self._keep_dossier(told)
        for row in told["data"]:
            if row["MaHoSo"] not in self.dossiers or not all(row[n] for n in progress.REQUIRED):
                return {"error_code": "1", "message": "Chưa có hồ sơ hoặc thiếu trường"}
        for row in told["data"]:
            kept = self.rows.setdefault(row["MaHoSo"], [])
            # Told twice is kept once.
            if row not in kept:
                kept.append(row)
        return {"error_code": "0", "message": "OK"}

    def _keep_dossier(self, told: dict[str, Any]) -> dict[str, str]:
        (dossier,) = told["data"]
        lacking = [name for name in messages.REQUIRED if not dossier.get(name)]
        if lacking:
            return {"error_code": "1", "message": f"Thiếu {lacking}"}
        known = dossier["MaHoSo"] in self.dossiers
        if known and told["isUpdating"] != "True":
            return {"error_code": "3", "message": "Hồ sơ đã tồn tại"}
        if not known and told["isUpdating"] == "True":
            return {"error_code": "2", "message": "Hồ sơ chưa tồn tại"}
        self.dossiers[dossier["MaHoSo"]] = dossier
        return {"error_code": "0", "message": "OK", "MaHoSo": dossier["MaHoSo"]}


def _refusal(told: dict[str, Any]) -> dict[str, str]:
    """A refusal that quotes what it was told, as some do."""
    first = told["data"][0]
    quoted = f"{first.get('ChuHoSo')} {first.get('DinhDanhCHS')} {first.get('SoDienThoai')}"
    return {"error_code": "-1", "message": f"Dữ liệu không hợp lệ: {quoted}"}


@asynccontextmanager
async def national_portal() -> AsyncIterator[NationalPortal]:
    """Serve one on a free port."""
    portal = NationalPortal()
    application = web.Application()
    application.router.add_post("/dong-bo", portal.take)
    application.router.add_post("/dang-nhap", portal.log_in)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    portal.url = f"http://{host}:{port}"
    try:
        yield portal
    finally:
        portal.released.set()
        await runner.cleanup()
