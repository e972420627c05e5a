"""The record's own JSON, as the API takes it and gives it."""

from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from services.procedures.formats.built import unreadable
from services.procedures.formats.source import Source
from services.procedures.records import ProcedureRecord

NAMES: Final = frozenset({"groups", "decision", "legal_grounds", "valid_from"})
"""Fields by which the shape is told."""


def read(source: Source, *, valid_from: date) -> ProcedureRecord:
    """The record, in force from the day that it says itself; raises Unreadable."""
    try:
        return ProcedureRecord.model_validate({"valid_from": valid_from} | source.value)
    except ValidationError as refused:
        raise unreadable(refused) from refused


def write(record: ProcedureRecord) -> dict[str, Any]:
    """The record as JSON, without what it does not say."""
    return record.model_dump(mode="json", exclude_defaults=True)
