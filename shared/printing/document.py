"""A printed form as data: who issues it, its title, and what stands on it, block by block."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

import orjson


class Paper(StrEnum):
    """The size of a sheet."""

    A4 = "a4"
    A5 = "a5"


class Side(StrEnum):
    """Where a column's text stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what is written behind it."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """Rows of fields; several in a row share its width."""

    rows: Sequence[Sequence[Field]]
    kind: str = field(default="fields", init=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; its width is a share, 0 takes what the text needs."""

    name: str
    width: int = 0
    align: Side = Side.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on every page."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    kind: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str
    italic: bool = False
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of an annex."""

    text: str
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose signature stands there, as what, and how it is to be given."""

    role: str
    name: str
    hint: str = "(Ký và ghi rõ họ tên)"


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signatures side by side, never torn from each other by a page's end."""

    people: Sequence[Signature]
    kind: str = field(default="signatures", init=False)


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page: an annex."""

    kind: str = field(default="page_break", init=False)


Block = Fields | Table | Paragraph | Heading | Signatures | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """A form on paper; `label` names it in its circular, `code` also goes into the QR code."""

    title: str
    unit: str
    place_and_date: str
    issued_at: datetime
    blocks: Sequence[Block]
    parent: str | None = None
    number: str | None = None
    label: str | None = None
    subtitle: str | None = None
    code: str | None = None
    paper: Paper = Paper.A4
    landscape: bool = False


def to_json(document: Document, *, qr: str | None) -> str:
    """Write what the template reads."""
    told = asdict(document) | {"qr": qr}
    del told["issued_at"]
    return orjson.dumps(told).decode()
