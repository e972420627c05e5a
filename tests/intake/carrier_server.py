"""A carrier of our own: takes orders, gives news page by page, and says no when told to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web
from pydantic import AnyHttpUrl, SecretStr

from services.intake.settings import CarrierSettings, PostalSettings
from tests.intake.conftest import Office

SECRET = "bi-mat-thu"
TOKEN = "token-thu"
PAGE_SIZE_MAX = 1000


@dataclass
class CarrierServer:
    """What it knows, and how it answers next."""

    url: str = ""
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    news: list[dict[str, Any]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    """Answers given before any sensible one: a status of HTTP, or a text."""

    async def take(self, request: web.Request) -> web.Response:
        told = orjson.loads(await request.read())
        what = request.match_info["what"]
        self.asked.append((what, told))
        if request.headers.get("token") != TOKEN:
            return web.json_response({"Status": "401", "Message": "Sai token"})
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, int):
                return web.Response(status=answer)
            return web.Response(text=answer, content_type="application/json")
        return web.json_response(getattr(self, f"_{what}")(told))

    def _order(self, told: dict[str, Any]) -> dict[str, Any]:
        self.orders[told["orderNumber"]] = told
        return {"Status": "100", "Message": "OK", "ItemCode": f"VN{len(self.orders):09d}"}

    def _cancel(self, told: dict[str, Any]) -> dict[str, Any]:
        if self.orders.pop(told["orderNumber"], None) is None:
            return {"Status": "404", "Message": "Không có"}
        return {"Status": "100", "Message": "OK"}

    def _news(self, told: dict[str, Any]) -> dict[str, Any]:
        size = min(told["pageSize"], PAGE_SIZE_MAX)
        page = [message for message in self.news if message["id"] > told["lastId"]]
        return {"Status": "100", "Data": page[:size]}


@asynccontextmanager
async def carrier_server() -> AsyncIterator[CarrierServer]:
    """Serve one on a free port."""
    carrier = CarrierServer()
    application = web.Application()
    application.router.add_post("/{what}", carrier.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    carrier.url = f"http://{host}:{port}"
    try:
        yield carrier
    finally:
        await runner.cleanup()


def settings_for(url: str, **changed: Any) -> CarrierSettings:
    told: dict[str, Any] = {
        "order_endpoint": AnyHttpUrl(f"{url}/order"),
        "cancel_endpoint": AnyHttpUrl(f"{url}/cancel"),
        "tracking_endpoint": AnyHttpUrl(f"{url}/news"),
        "customer_code": "MCUA",
        "headers": {"token": SecretStr(TOKEN)},
        "timeout_seconds": 5.0,
        "webhook_secret": SecretStr(SECRET),
    }
    return CarrierSettings(**(told | changed))


def configure(office: Office, **carriers: CarrierSettings) -> None:
    """Tell an office which carriers it has a contract with."""
    office.app.state.intake.settings.postal = PostalSettings(carriers=carriers)


def an_order(**changed: Any) -> dict[str, Any]:
    order = {
        "orderNumber": "VD0001",
        "senderProvince": "87",
        "senderDistrict": "100",
        "senderAddress": "12 Đường Thử",
        "senderName": "Nguyễn Văn Thử",
        "senderTel": "0912345678",
        "receiverName": "Bộ phận Một cửa",
        "receiverAddress": "1 Đường Ủy ban",
        "receiverTel": "02773812345",
        "receiverProvince": "87",
        "receiverDistrict": "100",
    }
    return order | changed


async def register(office: Office, **changed: Any) -> dict[str, Any]:
    """Register an order of COMMUNE's, to be collected unless told otherwise."""
    order = an_order(**changed.pop("order", {}))
    body: dict[str, Any] = {"carrier": "vnpost", "direction": "collect"} | changed
    if "dossier" not in body:
        body.setdefault("agency", "H20.100")
    answer = await office.http.post("/v1/postal/orders", json=body | {"order": order})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def shown(office: Office, order: dict[str, Any]) -> dict[str, Any]:
    """The order as it is now."""
    answer = await office.get(f"/v1/postal/orders/{order['id']}")
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen
