"""What intake's worker does for the post, again and again, where a carrier is configured."""

from typing import Final

from services.intake.desk import Desk, Resources
from services.intake.postal.carriers import carrier
from services.intake.postal.sending import POLLED, ask_news, send_due
from services.intake.postal.transport import open_transport
from services.intake.settings import CarrierSettings, IntakeSettings
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.identity import EVERYWHERE, Principal, Role

SEND_REST_SECONDS: Final = 5.0
NEWS_REST_SECONDS: Final = 900.0
"""A webhook tells at once; the list is there for what it lost."""


def periodic(settings: IntakeSettings) -> list[Periodic]:
    """Sending and asking, one of each for every carrier that is configured."""
    work: list[Periodic] = []
    if not settings.postal.carriers:
        return work
    resources = Resources.of(settings)
    for code, told in settings.postal.carriers.items():
        if told.order_endpoint is not None:
            work.append(_sending(resources, code, told))
        if told.tracking_endpoint is not None and POLLED in carrier(code).apis:
            work.append(_asking(resources, code, told))
    return work


def speaking_for(resources: Resources, database: Database, carrier: str) -> Desk:
    """A desk at which a carrier itself speaks, through the worker."""
    principal = Principal(f"postal:{carrier}", frozenset({Role.POSTAL}), (EVERYWHERE,))
    return Desk(principal, present(), None, database, resources)


def _sending(resources: Resources, code: str, told: CarrierSettings) -> Periodic:
    async def send(database: Database) -> None:
        async with open_transport(told) as transport:
            await send_due(speaking_for(resources, database, code), transport, code)

    return Periodic(f"postal-send-{code}", SEND_REST_SECONDS, send)


def _asking(resources: Resources, code: str, told: CarrierSettings) -> Periodic:
    async def ask(database: Database) -> None:
        async with open_transport(told) as transport:
            await ask_news(speaking_for(resources, database, code), transport, code)

    return Periodic(f"postal-news-{code}", NEWS_REST_SECONDS, ask)
