"""Looks at one piece of a file: the record it is, what is odd in it, what it would change."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import orjson

from services.procedures import formats
from services.procedures.anomalies import anomalies
from services.procedures.differences import Difference, DifferenceKind, differences
from services.procedures.imports.carrying import carried
from services.procedures.imports.splitting import Damage, Element
from services.procedures.models import ItemState
from services.procedures.records import ProcedureRecord

EXCERPT_MAX: Final = 500
VALIDITY: Final = frozenset({"/valid_from", "/valid_to"})

DAMAGES: Final[Mapping[Damage, str]] = {
    Damage.UNBALANCED: "Thiếu hoặc thừa dấu ngoặc, hoặc thiếu dấu nháy kép.",
    Damage.TOO_LARGE: "Bản ghi dài quá mức cho phép.",
    Damage.CUT_OFF: "Tệp bị cắt ngang: danh sách không được đóng lại.",
}


@dataclass(frozen=True, slots=True)
class Published:
    """The newest published version of a procedure."""

    version: int
    document: bytes


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a piece cannot be taken."""

    code: str
    detail: str
    pointer: str = ""


@dataclass(slots=True)
class Item:
    """What is kept of a piece; the JSON is written already."""

    number: int
    member: str | None
    line: int
    state: ItemState
    code: str | None = None
    name: str | None = None
    reason: Reason | None = None
    excerpt: str | None = None
    anomaly_codes: tuple[str, ...] = ()
    anomalies: bytes | None = None
    differences: bytes | None = None
    base_version: int | None = None
    document: bytes | None = None


def read(element: Element, valid_from: date) -> ProcedureRecord | Reason:
    """The record that a piece is, in whatever shape, or why it is none."""
    if element.damage is not None:
        return Reason(element.damage, DAMAGES[element.damage])
    try:
        raw = orjson.loads(element.raw)
    except orjson.JSONDecodeError as broken:
        return Reason("not_json", f"Không đọc được JSON, ký tự thứ {broken.pos + 1}: {broken.msg}.")
    if not isinstance(raw, dict):
        return Reason("not_an_object", "Mỗi thủ tục phải là một đối tượng JSON {…}.")
    try:
        return formats.read(raw, valid_from=valid_from)
    except formats.Unreadable as unreadable:
        return Reason(unreadable.code, unreadable.detail, unreadable.pointer)


def bad(number: int, member: str | None, element: Element, reason: Reason) -> Item:
    """A piece that is no record, with its beginning for who looks for it."""
    beginning = element.raw[: 2 * EXCERPT_MAX].decode(errors="replace").replace("\x00", "\ufffd")
    return Item(
        number,
        member,
        element.line,
        ItemState.BAD,
        reason=reason,
        excerpt=beginning[:EXCERPT_MAX],
    )


def repeated(item: Item, first: int) -> Item:
    """The same record of a procedure that an earlier one of the file is about already."""
    item.state = ItemState.DUPLICATE
    item.reason = Reason("code_repeated", f"Mã {item.code} đã có ở bản ghi thứ {first}.", "/code")
    return item


def compared(
    number: int,
    member: str | None,
    line: int,
    record: ProcedureRecord,
    *,
    published: Published | None,
    known_fields: Collection[str],
) -> Item:
    """A record beside the newest published version of its procedure; validity is not compared."""
    changes: tuple[Difference, ...] = ()
    if published is not None:
        old = ProcedureRecord.model_validate_json(published.document)
        if changes := _changes(old, record):
            record = carried(old, record)
            changes = _changes(old, record)
        changes = changes or _remarks(old, record)
    odd = anomalies(record, known_fields=known_fields)
    return Item(
        number,
        member,
        line,
        _state(published, changes),
        code=record.code,
        name=record.name,
        anomaly_codes=tuple(dict.fromkeys(str(anomaly.code) for anomaly in odd)),
        anomalies=_json([asdict(anomaly) for anomaly in odd]),
        differences=_json([asdict(change) for change in changes]),
        base_version=published.version if published else None,
        document=_json(record.model_dump(mode="json", exclude_defaults=True)),
    )


def _changes(old: ProcedureRecord, new: ProcedureRecord) -> tuple[Difference, ...]:
    return tuple(one for one in differences(old, new) if one.pointer not in VALIDITY)


def _remarks(old: ProcedureRecord, new: ProcedureRecord) -> tuple[Difference, ...]:
    """What only the source has fields for: no content, yet an export is to give it back."""
    if not new.as_received or new.as_received == old.as_received:
        return ()
    before, after = ([spot.pointer for spot in each.as_received] for each in (old, new))
    return (Difference("/as_received", DifferenceKind.CHANGED, before, after),)


def _state(published: Published | None, changes: Collection[Any]) -> ItemState:
    if published is None:
        return ItemState.NEW
    return ItemState.CHANGED if changes else ItemState.UNCHANGED


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=str)
