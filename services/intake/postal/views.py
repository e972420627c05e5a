"""Turns rows of the post into what is shown; people's numbers only masked."""

from collections.abc import Iterable
from typing import Any

import orjson

from services.intake.desk import Desk
from services.intake.models import PostalLeg, PostalOrder
from services.intake.models.postal import Direction, OrderState
from services.intake.postal import transit
from services.intake.schemas.postal import Contact, LegView, OrderDetail, OrderView, Told
from shared.personal_data import Vault, mask_number

WAITS = {"order": "being_sent", "cancel": "being_cancelled"}
NOT_CONFIGURED = "carrier_not_configured"


def sealed_for(order: object) -> str:
    """What an order's people are bound to, so that they cannot be moved to another row."""
    return f"{order}/postal"


def opened(vault: Vault, order: PostalOrder) -> dict[str, Any]:
    """Open an order in the carrier's field names."""
    plain = vault.decrypt(order.sealed, key_id=order.key_id, of=sealed_for(order.id))
    told: dict[str, Any] = orjson.loads(plain)
    return told


def order(desk: Desk, row: PostalOrder) -> OrderView:
    """An order without its people."""
    return OrderView(**_members(desk, row))


def detail(desk: Desk, row: PostalOrder, legs: Iterable[PostalLeg]) -> OrderDetail:
    """An order with its people and legs."""
    told = opened(desk.vault, row)
    return OrderDetail(
        **_members(desk, row),
        sender=_contact(told, "sender"),
        receiver=_contact(told, "receiver"),
        legs=[_leg(desk, leg) for leg in legs],
    )


def _members(desk: Desk, row: PostalOrder) -> dict[str, Any]:
    last = None
    if row.last_told_at is not None and row.last_api is not None and row.last_code is not None:
        last = Told(api=row.last_api, code=row.last_code, at=row.last_told_at)
    return {
        "id": row.id,
        "carrier": row.carrier,
        "order_number": row.order_number,
        "direction": Direction(row.direction),
        "agency": row.agency,
        "dossier": row.dossier_id,
        "item_code": row.item_code,
        "cod_amount": row.cod_amount,
        "with_slip": row.with_slip,
        "route": transit.TransitRoute(row.route),
        "state": OrderState(row.state),
        "tries": row.tries,
        "too_few_tries": row.too_few_tries,
        "last": last,
        "waits": _waits(desk, row),
        "attempts": row.attempts,
        "last_error": row.last_error,
        "placed_at": row.placed_at,
        "collected_at": row.collected_at,
        "paid_at": row.paid_at,
        "registered_at": row.registered_at,
    }


def _waits(desk: Desk, row: PostalOrder) -> str | None:
    if row.untold is None:
        return None
    return WAITS[row.untold] if desk.settings.postal.reaches(row.carrier) else NOT_CONFIGURED


def _contact(told: dict[str, Any], role: str) -> Contact:
    return Contact(
        name=told[f"{role}Name"],
        tel=mask_number(told[f"{role}Tel"]),
        province=told[f"{role}Province"],
    )


def _leg(desk: Desk, row: PostalLeg) -> LegView:
    return LegView(
        kind=row.kind,
        days=row.days,
        started_at=row.started_at,
        due_on=row.due_on.isoformat(),
        ended_at=row.ended_at,
        verdict=transit.verdict(row.due_on, row.ended_at, desk.now),
    )
