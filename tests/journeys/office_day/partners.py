"""Partners by contract: for an hour intake is joined to a payment platform and to a carrier."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

import orjson
from aiohttp import web

from deploy.local.process import Process
from services.intake.payments.platform import messages
from shared.clock import present
from shared.times import to_text
from tests.intake.payment_platform import PARTNER, SECRET, Platform, confirmation
from tests.journeys.office_day.money import FEE
from tests.journeys.office_day.office import Office, send
from tests.journeys.office_day.post import CARRIER, on_its_way

PROOF: Final = "ma-bi-mat-da-thoa-thuan"
DELIVERED: Final = 100
"""The carrier's word for a parcel that was handed to its receiver."""


async def partners(office: Office) -> None:
    """A fee is paid online, and the carrier tells that a result was delivered."""
    async with _platform() as platform, _told(office, _settings(platform.url)):
        await _paid_online(office)
        await _delivered(office)


async def _paid_online(office: Office) -> None:
    path = await office.accepted()
    await office.officer.post(f"{path}/fee-demands", {"lines": [FEE]})
    payer = {"demand": 1, "payer_address": "192.0.2.10"}
    begun = await office.citizen.post(f"{path}/platform-payments", payer)
    told = confirmation(
        begun,
        ThoiGianGD=messages.moment(present()),
        ThongTinGiaoDich="Nop phi cap ban sao trich luc ho tich",
    )
    answer = await send(office.portal, "POST", "/v1/platform-confirmations", told)
    if answer["MaLoi"] != messages.DONE:
        raise RuntimeError(f"the payment was not taken: {answer}")


async def _delivered(office: Office) -> None:
    told = {
        "orderNumber": await on_its_way(office),
        "statusCode": DELIVERED,
        "statusDate": to_text(present()),
        "statusMessage": "Phát thành công",
        "identityShown": True,
    }
    path = f"/v1/postal/carriers/{CARRIER}/partner/webhook"
    answer = await send(office.post, "POST", path, told, **{"X-Postal-Proof": PROOF})
    if answer["unknown_orders"]:
        raise RuntimeError(f"the carrier's order was not known: {answer}")


def _settings(platform: str) -> dict[str, str]:
    """What whoever runs the system writes down of the two contracts."""
    carriers = {CARRIER: {"webhook_secret": PROOF}}
    return {
        "INTAKE_PAYMENTS_ENDPOINT": f"{platform}/thanh-toan",
        "INTAKE_PAYMENTS_PARTNER": PARTNER,
        "INTAKE_PAYMENTS_SECRET": SECRET,
        "INTAKE_POSTAL_CARRIERS": orjson.dumps(carriers).decode(),
    }


@asynccontextmanager
async def _platform() -> AsyncIterator[Platform]:
    """A payment platform on this machine."""
    platform = Platform()
    app = web.Application()
    app.router.add_post("/thanh-toan", platform.take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        platform.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield platform
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _told(office: Office, settings: Mapping[str, str]) -> AsyncIterator[None]:
    """Intake started again with more settings, and afterwards as it was."""
    alone = office.system.keeper("intake").process
    try:
        await _restarted(office, replace(alone, environment={**alone.environment, **settings}))
        yield
    finally:
        await _restarted(office, alone)


async def _restarted(office: Office, process: Process) -> None:
    await office.system.stop("intake")
    office.system.keeper("intake").process = process
    await office.system.start("intake")
    # The gateway may have to find out that its connections to the old one are gone.
    await office.officer.until("/v1/inbox", lambda _: True)


STORIES = (partners,)
