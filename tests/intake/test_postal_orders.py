"""Orders wait for the carrier, are told to it, and are called off in time or not at all."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.intake.desk import Desk
from services.intake.postal import work
from services.intake.postal.sending import ask_news, send_due
from services.intake.postal.transport import open_transport
from shared.database import Database
from tests.conftest import Token
from tests.intake.carrier_server import (
    CarrierServer,
    an_order,
    carrier_server,
    configure,
    register,
    settings_for,
    shown,
)
from tests.intake.conftest import MONDAY, Office, StartOffice
from tests.intake.factories import COMMUNE, DEPARTMENT, OTHER_COMMUNE, SAME_DAY

APPROVED = {"outcome": "approved"}


@pytest.fixture
async def carrier() -> AsyncIterator[CarrierServer]:
    async with carrier_server() as running:
        yield running


@pytest.fixture
async def worker(office: Office, carrier: CarrierServer) -> AsyncIterator["Worker"]:
    configure(office, vnpost=settings_for(carrier.url))
    database = Database(office.database_url, connections_max=2)
    desk = work.speaking_for(office.app.state.intake, database, "vnpost")
    yield Worker(office, replace(desk, now=MONDAY))
    await database.close()


class Worker:
    """The worker's part, on a clock that tests turn."""

    def __init__(self, office: Office, desk: Desk) -> None:
        self.office = office
        self._desk = desk

    async def send(self, **later: int) -> int:
        self._desk = replace(self._desk, now=self._desk.now + timedelta(**later))
        async with open_transport(self._settings) as transport:
            return await send_due(self._desk, transport, "vnpost")

    async def ask(self) -> int:
        async with open_transport(self._settings) as transport:
            return await ask_news(self._desk, transport, "vnpost")

    @property
    def _settings(self) -> Any:
        return self.office.app.state.intake.settings.postal.carriers["vnpost"]


async def _cancel(office: Office, order: dict[str, Any]) -> Any:
    return await office.http.post(f"/v1/postal/orders/{order['id']}/cancellation")


async def test_without_a_carrier_an_order_waits_and_the_list_says_so(office: Office) -> None:
    order = await register(office)

    listed = (await office.get("/v1/postal/orders", agency="H20")).json()["items"]

    assert (order["state"], order["waits"]) == ("registered", "carrier_not_configured")
    assert [item["id"] for item in listed] == [order["id"]]
    assert listed[0]["waits"] == "carrier_not_configured"


async def test_an_order_is_told_in_the_carriers_own_names(
    worker: Worker, carrier: CarrierServer
) -> None:
    order = await register(worker.office, order={"codAmount": 30000, "senderDesc": "2 bản chính"})

    assert await worker.send() == 1
    assert await worker.send(days=1) == 0

    (what, told), *others = carrier.asked
    assert (what, others) == ("order", [])
    wanted = an_order(codAmount=30000, senderDesc="2 bản chính", customerCode="MCUA")
    assert told == wanted
    seen = await shown(worker.office, order)
    assert (seen["waits"], seen["item_code"]) == (None, "VN000000001")
    assert seen["placed_at"] is not None


async def test_people_of_an_order_are_masked_and_kept_sealed(office: Office) -> None:
    order = await register(office)

    assert order["sender"] == {"name": "Nguyễn Văn Thử", "tel": "09******78", "province": "87"}
    (row,) = await office.rows("select to_jsonb(o)::text as row from postal_order o")
    assert "0912345678" not in row["row"]
    assert "Thử" not in row["row"]


@pytest.mark.parametrize("answer", [500, '{"Status": "207"}', "không phải JSON", "[]", "null"])
async def test_what_is_no_yes_is_told_again_later(
    worker: Worker, carrier: CarrierServer, answer: Any
) -> None:
    order = await register(worker.office)
    carrier.answers.append(answer)

    await worker.send()
    waiting = await shown(worker.office, order)
    assert waiting["waits"] == "being_sent"
    assert waiting["last_error"] is not None
    assert await worker.send(seconds=29) == 0
    assert await worker.send(seconds=1) == 1
    assert (await shown(worker.office, order))["waits"] is None


async def test_an_order_nobody_knows_of_is_cancelled_at_once(
    worker: Worker, carrier: CarrierServer
) -> None:
    order = await register(worker.office)

    cancelled = await _cancel(worker.office, order)
    again = await _cancel(worker.office, order)

    assert (cancelled.json()["state"], again.status_code) == ("cancelled", 200)
    assert await worker.send() == 0
    assert carrier.asked == []


async def test_an_order_the_carrier_has_is_cancelled_when_it_says_so(
    worker: Worker, carrier: CarrierServer
) -> None:
    order = await register(worker.office)
    await worker.send()

    asked = (await _cancel(worker.office, order)).json()
    await worker.send(seconds=1)

    assert (asked["state"], asked["waits"]) == ("registered", "being_cancelled")
    assert (await shown(worker.office, order))["state"] == "cancelled"
    assert carrier.orders == {}


async def test_a_cancellation_that_is_refused_leaves_the_order_on_its_way(
    worker: Worker, carrier: CarrierServer
) -> None:
    order = await register(worker.office)
    await worker.send()
    await _cancel(worker.office, order)
    carrier.answers.append('{"Status": "409", "Message": "Đã lấy hàng"}')

    await worker.send(seconds=1)

    seen = await shown(worker.office, order)
    assert (seen["state"], seen["waits"], seen["last_error"]) == ("registered", None, "409")


async def test_news_are_read_page_by_page_and_never_twice(
    worker: Worker, carrier: CarrierServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.intake.postal.sending.PAGE_SIZE", 2)
    monkeypatch.setattr("services.intake.postal.transport.PAGE_SIZE", 2)
    order = await register(worker.office)
    second = int(MONDAY.timestamp()) - 3600
    carrier.news = [
        {"id": f"{second + n:08x}{n:016x}", "orderNumber": "VD0001", "statusCode": code}
        for n, code in enumerate([20, 70, 91, 91, 100])
    ]

    assert await worker.ask() == 5
    assert await worker.ask() == 0

    seen = await shown(worker.office, order)
    assert (seen["state"], seen["tries"], seen["last"]["code"]) == ("delivered", 2, "100")
    assert carrier.asked[0][1]["lastId"] == "0" * 24
    assert (await _cancel(worker.office, order)).json()["code"] == "order_under_way"


async def test_a_number_is_given_once_and_a_result_goes_out_once(office: Office) -> None:
    await register(office)
    twice = await office.http.post(
        "/v1/postal/orders",
        json={"carrier": "vnpost", "direction": "collect", "agency": COMMUNE, "order": an_order()},
    )
    dossier = await office.accepted(procedure=SAME_DAY)
    out = {"direction": "deliver", "dossier": dossier["code"]}
    first = await register(office, **out, order={"orderNumber": None})
    again = await office.http.post(
        "/v1/postal/orders",
        json={"carrier": "vnpost", **out, "order": an_order(orderNumber="VD0002")},
    )

    assert (twice.status_code, twice.json()["code"]) == (409, "order_number_taken")
    assert (again.status_code, again.json()["code"]) == (409, "order_exists")
    assert first["order_number"] == dossier["code"]
    post = (await office.get(f"/v1/dossiers/{dossier['code']}/postal-orders")).json()
    assert (post["collect"], post["deliver"]) == ("none", "registered")


async def test_an_order_is_only_known_where_it_belongs(
    start_office: StartOffice, office: Office, token: Token
) -> None:
    order = await register(office)
    neighbour = await start_office(bearer=token("counter", agencies=[OTHER_COMMUNE]))

    assert (await neighbour.get(f"/v1/postal/orders/{order['id']}")).status_code == 404
    assert (await neighbour.get("/v1/postal/orders")).json()["items"] == []
    assert (await _cancel(neighbour, order)).status_code == 404
    refused = await neighbour.http.post(
        "/v1/postal/orders",
        json={"carrier": "vnpost", "direction": "collect", "agency": COMMUNE, "order": an_order()},
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "agency_out_of_scope")


async def test_lists_are_walked_by_key(office: Office) -> None:
    made = [await register(office, order={"orderNumber": f"VD{n:04d}"}) for n in range(3)]
    await register(office, agency=DEPARTMENT, order={"orderNumber": "VD0009"})

    first = (await office.get("/v1/postal/orders", agency=COMMUNE, limit=2)).json()
    rest = await office.get("/v1/postal/orders", agency=COMMUNE, limit=2, after=first["next"])

    walked = [item["id"] for item in (*first["items"], *rest.json()["items"])]
    assert walked == [order["id"] for order in reversed(made)]
    assert rest.json()["next"] is None


async def test_an_order_for_no_dossier_yet_needs_a_number_of_its_own(office: Office) -> None:
    body = {"carrier": "vnpost", "direction": "collect", "agency": COMMUNE}

    answer = await office.http.post(
        "/v1/postal/orders", json=body | {"order": an_order(orderNumber=None)}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "order_number_needed")
