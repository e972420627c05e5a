"""Reads foreign JSON field by field: lenient in typing, plain about what makes no sense."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

from services.procedures.records import PAPERS_MAX
from services.procedures.records.json_values import check

NAME_MAX: Final = 1000
TEXT_MAX: Final = 2000
LONG_TEXT_MAX: Final = 50_000
CODE_MAX: Final = 60

NOTHING: Final = frozenset({"", "không có thông tin"})
"""What sources write where they know nothing."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")

Word = TypeVar("Word")


class Unreadable(ValueError):
    """A record cannot be read: why, as a stable code and for a reader, and where (RFC 6901)."""

    def __init__(self, code: str, detail: str, pointer: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Source:
    """A value in a foreign document, absent and null alike, and where it stands."""

    value: Any
    pointer: str = ""

    def __getitem__(self, key: str) -> "Source":
        """The field of an object."""
        return Source(self.value.get(key), f"{self.pointer}/{escaped(key)}")

    def objects(self) -> "tuple[Source, ...]":
        """The objects of a list; nothing has none."""
        return self._each(dict, "một danh sách các đối tượng")

    def texts(self) -> "tuple[Source, ...]":
        """The texts of a list; nothing has none."""
        return self._each(str, "một danh sách văn bản")

    def name(self, most: int = NAME_MAX) -> str | None:
        """A text on one line, composed; nothing when it says nothing."""
        return self._bounded(" ".join(self._text().split()), most)

    def long_text(self) -> str | None:
        """A text that keeps its lines."""
        return self._bounded(self._text().strip(), LONG_TEXT_MAX)

    def code(self) -> str | None:
        """A code of a national list."""
        return self.name(CODE_MAX)

    def word(self, meaning: Callable[[str], Word | None], what: str, code: str) -> Word | None:
        """What one of a few known words means; raises Unreadable for any other."""
        if (said := self.name()) is None:
            return None
        if (meant := meaning(said)) is None:
            raise Unreadable(code, f"{what} “{said}” không có trong danh mục.", self.pointer)
        return meant

    def number(self, code: str) -> Decimal | None:
        """An exact number that is not below 0, however it is typed."""
        if (said := self.name()) is None:
            return None
        if not _NUMBER.fullmatch(said):
            raise Unreadable(code, f"“{said}” không phải là số không âm.", self.pointer)
        return Decimal(said.replace(",", "."))

    def count(self) -> int:
        """A number of sheets; nothing counts as 0."""
        number = self.number("count_unreadable") or Decimal(0)
        if number != int(number) or number > PAPERS_MAX:
            raise self.wrong("count_unreadable", f"một số từ 0 đến {PAPERS_MAX}")
        return int(number)

    def wrong(self, code: str, expected: str) -> Unreadable:
        """The refusal of this value."""
        return Unreadable(code, f"Ở đây phải là {expected}.", self.pointer)

    def _each(self, kind: type, expected: str) -> "tuple[Source, ...]":
        found = [] if self.value is None else self.value
        if not isinstance(found, list) or not all(isinstance(each, kind) for each in found):
            raise self.wrong("wrong_type", expected)
        return tuple(Source(each, f"{self.pointer}/{n}") for n, each in enumerate(found))

    def _text(self) -> str:
        if self.value is None:
            return ""
        if isinstance(self.value, bool | list | dict):
            raise self.wrong("wrong_type", "văn bản")
        return unicodedata.normalize("NFC", _CONTROL.sub(" ", _written(self.value)))

    def _bounded(self, text: str, most: int) -> str | None:
        if len(text) > most:
            raise Unreadable("too_long", f"Văn bản dài quá {most} ký tự.", self.pointer)
        return None if text.casefold() in NOTHING else text


def whole(raw: Mapping[str, Any]) -> Source:
    """The document itself; raises Unreadable when it cannot be kept as it is."""
    try:
        check(dict(raw))
    except ValueError as refused:
        raise Unreadable("not_storable", str(refused)) from refused
    return Source(dict(raw))


def escaped(key: str) -> str:
    """A key as a JSON pointer names it."""
    return key.replace("~", "~0").replace("/", "~1")


def _written(value: str | float) -> str:
    if isinstance(value, str):
        return value
    whole_number = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole_number else str(value)
