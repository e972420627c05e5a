"""The shapes in which a procedure's record is written elsewhere, read and written without loss.

A shape's own code knows the fields it names. What these would not write again as it came is kept
beside them, so that whatever is read is written back exactly.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.procedures.formats import national, own, portal
from services.procedures.formats.received import kept_of, put_back
from services.procedures.formats.source import Unreadable, whole
from services.procedures.records import ProcedureRecord, Shape

__all__ = ["Shape", "Unreadable", "read", "shape_of", "write"]

_WRITERS = {
    Shape.NATIONAL: national.write,
    Shape.PORTAL: portal.write,
    Shape.OWN: own.write,
}


def read(raw: Mapping[str, Any], *, valid_from: date) -> ProcedureRecord:
    """The record that a JSON object of any shape holds, in force from a day; raises Unreadable."""
    source = whole(raw)
    shape = shape_of(raw)
    if shape is Shape.OWN:
        return own.read(source, valid_from=valid_from)
    reader = national.read if shape is Shape.NATIONAL else portal.read
    record = reader(source, valid_from=valid_from)
    kept = kept_of(source.value, _WRITERS[shape](record))
    return record.model_copy(update={"received_as": shape, "as_received": kept})


def write(record: ProcedureRecord, shape: Shape) -> dict[str, Any]:
    """The record in a shape; in the one that it came in, also with what only that shape says."""
    written = _WRITERS[shape](record)
    if record.received_as is shape:
        put_back(record.as_received, written)
    return written


def shape_of(raw: Mapping[str, Any]) -> Shape:
    """Tell the shape by the names of the fields; raises Unreadable when they are nobody's."""
    if not national.NAMES.isdisjoint(raw):
        return Shape.NATIONAL
    if not own.NAMES.isdisjoint(raw):
        return Shape.OWN
    if not portal.NAMES.isdisjoint(raw):
        return Shape.PORTAL
    raise Unreadable("shape_unknown", "Không nhận ra hình thức của bản ghi thủ tục.")
