"""The table of all events: who tells them, who listens, what they carry."""

import types
import typing

from pydantic import BaseModel

from deploy.cli.registry import SERVICES
from gateway.asyncapi.words import KINDS
from shared.events import EVENTS, Event, kind_of

HEAD = """# Events

Generated from `shared/events` and each service's `HANDLERS` by `make docs`; do not edit.

Every event is a CloudEvents 1.0 JSON object: `id` (unique), `type`, `source` (who told it),
`subject` (the aggregate's id), `time` (technical), `sequence` (1, 2, 3 … within the aggregate),
`agency` and `data` (the fields below). It travels on the subject
`events.<type without version>.<agency>` of the stream `EVENTS`. The stream is at least once and
nearly in order; `id` and `sequence` let a receiver make it exactly once and in order. Within a
version fields are only added. No event carries personal data.
"""


def page() -> str:
    """docs/events.md as it should be now."""
    sections = [HEAD]
    for kind in dict.fromkeys(kind_of(name) for name in EVENTS):
        rows = [_row(name, event) for name, event in EVENTS.items() if kind_of(name) == kind]
        sections.append(
            f"## {kind} (told by {KINDS[kind].told_by})\n\n"
            "| Type | Meaning | Heard by | Data |\n|---|---|---|---|\n" + "\n".join(rows)
        )
    return "\n\n".join(section.rstrip() for section in sections) + "\n"


def _row(name: str, event: type[Event]) -> str:
    listeners = [s.name for s in SERVICES if event in s.consumers.HANDLERS]
    meaning = " ".join((event.__doc__ or "").split())
    fields = ", ".join(
        f"`{field}`: {_name(info.annotation)}" for field, info in event.model_fields.items()
    )
    return f"| `{name}` | {meaning} | {', '.join(listeners) or '–'} | {fields} |"


def _name(annotation: object) -> str:
    """A type as a reader of JSON would name it."""
    origin = typing.get_origin(annotation)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_name(part) for part in typing.get_args(annotation))
    if origin in (tuple, list):
        return f"list of {_name(typing.get_args(annotation)[0])}"
    if origin is dict:
        return "object"
    if annotation is type(None):
        return "absent"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        parts = ", ".join(f"{n}: {_name(f.annotation)}" for n, f in annotation.model_fields.items())
        return f"{{{parts}}}"
    return getattr(annotation, "__name__", str(annotation))
