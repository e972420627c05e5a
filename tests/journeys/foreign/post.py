"""What the post and the officers who visit people do for the first world."""

from datetime import datetime, timedelta
from typing import Any

from shared.times import to_text
from tests.intake.carrier_server import an_order
from tests.journeys.foreign.marks import WORD
from tests.journeys.foreign.world import AGENCY, PERSON, PROCEDURE, SAYS, World

CARRIER, PARCEL = "vnpost", "QUYRUNDA1"


async def add(world: World, now: datetime) -> None:
    """Orders in all their states, a visit at home, and who would make it."""
    await _orders(world, now)
    await _visits(world, now)


async def _orders(world: World, now: datetime) -> None:
    people = {"senderName": PERSON["name"], "receiverName": PERSON["name"], "senderDesc": SAYS}
    order = await _register(
        world, an_order(orderNumber=PARCEL, codAmount=5000, **people), agency=AGENCY
    )
    world.secret("order", order["id"])
    of_dossier = an_order(orderNumber=f"{PARCEL}-2", **people)
    await _register(world, of_dossier, dossier=world.known["dossier"])
    filing = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": PERSON}
    handed = await world.post.post(
        "/v1/postal/handovers",
        {
            "agency": AGENCY,
            "carrier": CARRIER,
            "signed_at": to_text(now - timedelta(minutes=1)),
            "signed_for_carrier": f"Bưu tá {WORD}",
            "signed_for_agency": PERSON["name"],
            "items": [{"order_number": PARCEL, "filing": filing}],
        },
    )
    world.secret("handover", handed["id"])
    remitted = {
        "carrier": CARRIER,
        "agency": AGENCY,
        "number": "BK-QUYRUNDA",
        "remitted_at": to_text(now - timedelta(minutes=1)),
        "items": [{"order_number": PARCEL, "amount": 4000}],
    }
    remittance = await world.post.post("/v1/postal/remittances", remitted)
    world.secret("remittance", remittance["id"])
    complained = await world.post.post(
        f"/v1/postal/orders/{order['id']}/complaints", {"kind": "lost", "said": SAYS}
    )
    world.secret("complaint", complained["id"])


async def _register(world: World, order: dict[str, Any], **of: str) -> dict[str, Any]:
    body = {"carrier": CARRIER, "direction": "collect", "order": order} | of
    made: dict[str, Any] = await world.post.post("/v1/postal/orders", body)
    return made


async def _visits(world: World, now: datetime) -> None:
    first_on = now.date() + timedelta(days=1)
    given = {"agency": AGENCY, "first_on": str(first_on), "last_on": str(now.date() + timedelta(9))}
    kept = await world.officer.post("/v1/home-availabilities", given)
    world.secret("availability", kept["id"])
    slots = await world.officer.get("/v1/home-slots", agency=AGENCY, on=str(first_on), days="9")
    booked = await world.officer.post(
        "/v1/home-bookings",
        {
            "agency": AGENCY,
            "purpose": "collect",
            "starts_at": slots[0]["starts_at"],
            "person": {key: PERSON[key] for key in ("name", "phone", "address")},
        },
    )
    world.secret("booking", booked["id"])
