"""Lists are walked by opaque keyset cursors; nothing is counted."""

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel

from shared.errors import Unprocessable

PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 200

T = TypeVar("T")

Limit = Annotated[
    int, Query(ge=1, le=PAGE_SIZE_MAX, description="Số mục mỗi trang / items per page.")
]
Cursor = Annotated[
    str | None, Query(max_length=500, description="`next` của trang trước / of the page before.")
]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is null on the last one."""

    items: list[T]
    next: str | None


def encode(*key: Any) -> str:
    """Make the cursor that continues after this sort key."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def decode(cursor: str, parts: int) -> list[Any]:
    """Read a cursor's sort key; raises Unprocessable for one that we did not make."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as broken:
        raise unreadable() from broken
    if not isinstance(key, list) or len(key) != parts:
        raise unreadable()
    return key


def decode_texts(cursor: str, parts: int) -> list[str]:
    """Read a sort key made of texts that PostgreSQL can take; raises Unprocessable otherwise."""
    key = decode(cursor, parts)
    if not all(isinstance(part, str) and "\x00" not in part for part in key):
        raise unreadable()
    return key


def unreadable() -> Unprocessable:
    """The refusal of a cursor that we did not make."""
    return Unprocessable("Con trỏ trang (after) không đúng.", code="cursor_unreadable")
