"""Cuts a file into its records without parsing it, so that a broken one costs only itself."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, Self

ELEMENT_BYTES_MAX: Final = 4 * 1024 * 1024


class Inside(StrEnum):
    """What the next byte stands in."""

    NOTHING = "nothing"
    LIST = "list"
    WRAPPED_LIST = "wrapped_list"
    WRAPPER = "wrapper"
    WRECK = "wreck"
    """Behind a broken record, looking for the line where the next one begins."""


class Damage(StrEnum):
    """Why a piece cannot be a record, whatever it says."""

    UNBALANCED = "unbalanced"
    TOO_LARGE = "record_too_large"
    CUT_OFF = "file_cut_off"


@dataclass(frozen=True, slots=True)
class Place:
    """A spot between two records, from where a file can be read on."""

    offset: int = 0
    line: int = 1
    inside: Inside = Inside.NOTHING
    after_wreck: Inside = Inside.NOTHING
    indent: str = ""

    def to_json(self) -> dict[str, Any]:
        """The place as it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The place as it was kept."""
        stood = {name: Inside(kept[name]) for name in ("inside", "after_wreck")}
        return cls(**kept | stood)


@dataclass(frozen=True, slots=True)
class Element:
    """One piece of a file: where it begins, its bytes, and the place behind it."""

    line: int
    raw: bytes
    damage: Damage | None
    behind: Place


class Splitter(Protocol):
    """Takes a file's bytes as they come and gives its elements as they end."""

    def feed(self, data: bytes, *, last: bool) -> Iterator[Element]:
        """The elements that end in these bytes."""


class Lines:
    """A record a line (NDJSON); empty lines are none."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._held = b""

    def feed(self, data: bytes, *, last: bool) -> Iterator[Element]:
        """The lines that end in these bytes; the last one need not."""
        self._held += data
        begin = 0
        while (end := self._held.find(b"\n", begin)) >= 0:
            yield from self._taken(self._held[begin:end], length=end + 1 - begin, lines=1)
            begin = end + 1
        self._held = self._held[begin:]
        if last or len(self._held) > ELEMENT_BYTES_MAX:
            held, self._held = self._held, b""
            yield from self._taken(held, length=len(held), lines=0)

    def _taken(self, raw: bytes, *, length: int, lines: int) -> Iterator[Element]:
        """One line, or the part of an endless one that is held."""
        was = self._place
        in_wreck = was.inside is Inside.WRECK
        too_long = len(raw) > ELEMENT_BYTES_MAX
        inside = Inside.WRECK if not lines and (too_long or in_wreck) else Inside.NOTHING
        self._place = Place(was.offset + length, was.line + lines, inside)
        bare = raw.removeprefix(b"\xef\xbb\xbf").strip() if was.offset == 0 else raw.strip()
        if bare and not in_wreck:
            yield Element(was.line, bare, Damage.TOO_LARGE if too_long else None, self._place)
