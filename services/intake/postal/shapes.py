"""Reads the messages of each carrier's API into one shape; refuses what cannot be dated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from shared.errors import Unprocessable
from shared.working_time import VIETNAM_TIME

MESSAGES_MAX: Final = 1000
"""A page of the carrier's list (pageSize ≤ 1000)."""

TEXT_MAX: Final = 500
NUMBER_MAX: Final = 100
OBJECT_ID_DIGITS: Final = 24
OBJECT_ID_SECONDS_DIGITS: Final = 8
VIETTEL_DATE: Final = "%d/%m/%Y %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the carrier told it."""

    order_number: str
    code: str
    at: datetime
    text: str | None = None
    item_code: str | None = None
    identity_shown: bool = False


def read(carrier: str, api: str, document: Any) -> list[Message]:
    """Read a webhook's body or a page of a list; raises Unprocessable, telling which item."""
    reader, items = _READERS[carrier, api], _items(document)
    if len(items) > MESSAGES_MAX:
        raise _unreadable(f"Không quá {MESSAGES_MAX} thông điệp một lần.")
    messages = []
    for place, item in enumerate(items):
        try:
            messages.append(reader(item))
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError) as broken:
            raise _unreadable(f"Thông điệp thứ {place + 1} thiếu trường hoặc sai dạng.") from broken
    return messages


def _items(document: Any) -> list[Any]:
    """One message, a list of them, or either in the envelope that a carrier puts around."""
    for envelope in ("DATA", "Data", "data", "results"):
        if isinstance(document, dict) and envelope in document:
            document = document[envelope]
    return document if isinstance(document, list) else [document]


def _vnpost_partner(item: Mapping[str, Any]) -> Message:
    dated = item.get("statusDate")
    return Message(
        _number(item["orderNumber"]),
        _code(item["statusCode"]),
        _iso(dated) if dated else _of_object_id(item["id"]),
        _text(item.get("statusMessage")),
        identity_shown=item.get("identityShown") is True,
    )


def _vnpost_my(item: Mapping[str, Any]) -> Message:
    # Ours is the original's number; the item's own is given by the carrier.
    return Message(
        _number(item.get("originalItemCode") or item["itemCode"]),
        _code(item["status"]),
        _iso(item["updatedDate"]),
        _text(item.get("statusName")),
        _number(item["itemCode"]),
        identity_shown=item.get("identityShown") is True,
    )


def _viettelpost(item: Mapping[str, Any]) -> Message:
    at = datetime.strptime(item["ORDER_STATUSDATE"], VIETTEL_DATE).replace(tzinfo=VIETNAM_TIME)
    return Message(
        _number(item.get("ORDER_REFERENCE") or item["ORDER_NUMBER"]),
        _code(item["ORDER_STATUS"]),
        at.astimezone(UTC),
        _text(item.get("STATUS_NAME")),
        _number(item["ORDER_NUMBER"]),
        identity_shown=item.get("IDENTITY_SHOWN") is True,
    )


_READERS: Final[Mapping[tuple[str, str], Callable[[Mapping[str, Any]], Message]]] = {
    ("vnpost", "partner"): _vnpost_partner,
    ("vnpost", "my"): _vnpost_my,
    ("viettelpost", "partner"): _viettelpost,
}


def _number(told: Any) -> str:
    number = str(told).strip()
    if not number or len(number) > NUMBER_MAX or "\x00" in number:
        raise ValueError(number)
    return number


def _code(told: Any) -> str:
    """A status code, a number whichever way it is written."""
    if isinstance(told, bool | float):
        raise TypeError(told)
    return str(int(told))


def _text(told: Any) -> str | None:
    return str(told)[:TEXT_MAX] if told else None


def _iso(told: Any) -> datetime:
    """Read a date; one without an offset is Vietnam's."""
    at = datetime.fromisoformat(told)
    return (at if at.tzinfo else at.replace(tzinfo=VIETNAM_TIME)).astimezone(UTC)


def _of_object_id(told: Any) -> datetime:
    """Read the date out of a message's id: its first eight digits are seconds."""
    if len(told) != OBJECT_ID_DIGITS:
        raise ValueError(told)
    return datetime.fromtimestamp(int(told[:OBJECT_ID_SECONDS_DIGITS], 16), UTC)


def _unreadable(detail: str) -> Unprocessable:
    return Unprocessable(detail, code="message_unreadable")
