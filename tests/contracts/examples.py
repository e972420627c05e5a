"""Makes an example of any event from its own fields, for golden messages of new types.

`python -m tests.contracts.examples` writes what is missing; what exists is never rewritten.
"""

import types
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel

from shared.events import EVENTS, Envelope, Event

GOLDEN = Path(__file__).parent / "golden"
MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PLAIN: dict[Any, Any] = {
    str: "H20.100",
    int: 3,
    bool: True,
    datetime: MOMENT,
    date: MOMENT.date(),
    Decimal: Decimal("1.5"),
    Any: "value",
}


def example(annotation: Any) -> Any:
    """A value that the annotation allows, optional ones filled in too."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        return example(arguments[0])
    if origin is tuple:
        return (example(arguments[0]),)
    if origin is dict:
        return {"key": example(arguments[1])}
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation(**{n: example(f.annotation) for n, f in annotation.model_fields.items()})
    return PLAIN[annotation]


def envelope(event: type[Event]) -> Envelope[Event]:
    """An envelope with everything fixed."""
    return Envelope(
        id="0195552e-7000-7000-8000-000000000000",
        source="example",
        aggregate_id="0195552e-7000-7000-8000-000000000001",
        sequence=1,
        agency="H20.100",
        recorded_at=MOMENT,
        data=typing.cast(Event, example(event)),
    )


def path_of(event_type: str) -> Path:
    """Where a type's golden message lies."""
    return GOLDEN / f"{event_type}.json"


if __name__ == "__main__":
    for name, event in EVENTS.items():
        if not path_of(name).exists():
            message = orjson.loads(envelope(event).encode())
            path_of(name).write_bytes(
                orjson.dumps(message, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
            )
