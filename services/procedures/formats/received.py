"""What a source wrote otherwise than the record's fields would: found, kept, put back."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson

from services.procedures.formats.source import Unreadable, escaped
from services.procedures.records import KEPT_MAX, AsReceived

ABSENT: Final = object()


def kept_of(source: dict[str, Any], written: dict[str, Any]) -> tuple[AsReceived, ...]:
    """Every spot where the source differs, as deep as possible; whole fields where too many do."""
    kept = tuple(_differences(source, written, ""))
    if len(kept) > KEPT_MAX:
        kept = tuple(_of_object(source, written, "", deep=False))
    if len(kept) > KEPT_MAX:
        raise Unreadable("too_many_unknown_fields", "Bản ghi có quá nhiều trường không rõ.")
    return kept


def put_back(kept: Iterable[AsReceived], written: dict[str, Any]) -> None:
    """Restore what the source wrote wherever the record has not changed since."""
    for spot in kept:
        *path, last = [_unescaped(step) for step in spot.pointer.split("/")[1:]]
        if (parent := _reach(written, path)) is None:
            continue
        now = _child(parent, last)
        if _same(ABSENT if spot.instead is None else spot.instead[0], now):
            _put(parent, last, spot.value)


def _differences(source: Any, written: Any, pointer: str) -> Iterator[AsReceived]:
    if isinstance(source, dict) and isinstance(written, dict):
        yield from _of_object(source, written, pointer, deep=True)
    elif isinstance(source, list) and isinstance(written, list) and len(source) == len(written):
        for number, pair in enumerate(zip(source, written, strict=True)):
            yield from _differences(*pair, f"{pointer}/{number}")
    elif not _same(source, written):
        yield _spot(pointer, source, written)


def _of_object(
    source: dict[str, Any], written: dict[str, Any], pointer: str, *, deep: bool
) -> Iterator[AsReceived]:
    for key in {**source, **written}:
        here = f"{pointer}/{escaped(key)}"
        said, would = source.get(key, ABSENT), written.get(key, ABSENT)
        if deep and said is not ABSENT and would is not ABSENT:
            yield from _differences(said, would, here)
        elif not _same(said, would):
            yield _spot(here, said, would)


def _spot(pointer: str, source: Any, written: Any) -> AsReceived:
    return AsReceived(
        pointer=pointer,
        value=None if source is ABSENT else (source,),
        instead=None if written is ABSENT else (written,),
    )


def _same(one: Any, other: Any) -> bool:
    """Equal to the letter: 1, 1.0, true and "1" are four values."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(
        other, option=orjson.OPT_SORT_KEYS
    )


def _reach(document: Any, path: Iterable[str]) -> Any:
    """The object or list at the end of a path, nothing when there is none any more."""
    for step in path:
        document = _child(document, step)
    return document if isinstance(document, dict | list) else None


def _child(parent: Any, step: str) -> Any:
    if isinstance(parent, dict):
        return parent.get(step, ABSENT)
    if isinstance(parent, list) and step.isdecimal() and int(step) < len(parent):
        return parent[int(step)]
    return ABSENT


def _put(parent: Any, step: str, value: tuple[Any] | None) -> None:
    if isinstance(parent, list):
        # Lists of one length are compared element by element, so none is ever absent here.
        if value is not None and step.isdecimal() and int(step) < len(parent):
            parent[int(step)] = value[0]
    elif value is None:
        parent.pop(step, None)
    else:
        parent[step] = value[0]


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
