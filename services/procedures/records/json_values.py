"""Which JSON values come back from the database as they went in."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import AfterValidator, JsonValue

DEPTH_MAX: Final = 32
NUMBER_MAX: Final = 2**53
"""Beyond it a number is not the same for every reader of JSON (RFC 8259, section 6)."""


def check(value: JsonValue) -> JsonValue:
    """Give the value back; raises ValueError when it cannot be kept exactly.

    That is: nested too deep, a number too large, or text that PostgreSQL does not take.
    """
    level: list[JsonValue] = [value]
    for _ in range(DEPTH_MAX):
        if not level:
            return value
        level = [inner for outer in level for inner in _inside(outer)]
    raise ValueError(f"Dữ liệu lồng quá {DEPTH_MAX} tầng.")


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            yield inner
    elif isinstance(value, list | tuple):
        yield from value
    elif isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int | float) and not abs(value) <= NUMBER_MAX:
        raise ValueError("Số quá lớn hoặc không phải là số.")


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("Văn bản có ký tự không lưu được.")


Kept = Annotated[JsonValue, AfterValidator(check)]
"""Any JSON value that is kept exactly."""
