"""Builds parts of a record, and says in one voice why one cannot be built."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from services.procedures.formats.source import Unreadable

Built = TypeVar("Built", bound=BaseModel)


def built(kind: type[Built], /, **parts: Any) -> Built:
    """The part; raises Unreadable when a bound or a rule of the record is broken."""
    try:
        return kind(**parts)
    except ValidationError as refused:
        raise unreadable(refused) from refused


def unreadable(refused: ValidationError) -> Unreadable:
    """The first of what the record's own rules refuse."""
    first = refused.errors(include_url=False)[0]
    pointer = "".join(f"/{step}" for step in first["loc"])
    return Unreadable("record_refused", first["msg"], pointer)
