"""`motcua docs`: the pages that are generated from the code."""

import json
import types
import typing
from pathlib import Path

import typer
from pydantic import BaseModel

from deploy.cli.described import merged
from deploy.cli.registry import ROOT, SERVICES
from deploy.contract.narrowing import broken
from deploy.contract.surface import surface, written
from gateway.asyncapi.document import encoded
from gateway.asyncapi.words import KINDS
from shared.events import EVENTS, Event, kind_of

CONTRACT = ROOT / "docs" / "api" / "v1.json"
"""What clients of this version of the API rely on; `make docs` only adds to it."""

HEAD = """# Events

Generated from `shared/events` and each service's `HANDLERS` by `make docs`; do not edit.

Every event is a CloudEvents 1.0 JSON object: `id` (unique), `type`, `source` (who told it),
`subject` (the aggregate's id), `time` (technical), `sequence` (1, 2, 3 … within the aggregate),
`agency` and `data` (the fields below). It travels on the subject
`events.<type without version>.<agency>` of the stream `EVENTS`. The stream is at least once and
nearly in order; `id` and `sequence` let a receiver make it exactly once and in order. Within a
version fields are only added. No event carries personal data.
"""


def docs() -> None:
    """Write the generated pages."""
    for path, content in generated().items():
        path.write_bytes(content)
        _tell(path)
    contract = surface(merged())
    if lost := broken(json.loads(CONTRACT.read_bytes()), contract) if CONTRACT.exists() else []:
        typer.echo(
            f"{CONTRACT.name} is not written: this version of the API would lose\n  "
            + "\n  ".join(lost)
            + "\nKeep it and announce its end in gateway/deprecations.py; what was never released "
            "may go: then delete the file first.",
            err=True,
        )
        raise typer.Exit(1)
    CONTRACT.write_bytes(written(contract))
    _tell(CONTRACT)


def _tell(path: Path) -> None:
    typer.echo(f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")


def generated() -> dict[Path, bytes]:
    """What each generated page should be now."""
    pages = ROOT / "docs"
    return {pages / "events.md": events_page().encode(), pages / "asyncapi.json": encoded()}


def events_page() -> str:
    """The table of all events: who tells them, who listens, what they carry."""
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
