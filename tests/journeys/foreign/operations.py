"""What can be asked of the running system, taken from its merged OpenAPI document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from tests.journeys.foreign.marks import Marks
from tests.journeys.foreign.places import PLACES, QUESTIONS, READING, Known

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: where it stands, and what it may be when that is told."""

    name: str
    where: str
    required: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    identity: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Question:
    """One request, as a caller makes it."""

    operation: Operation
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any] | None

    def __str__(self) -> str:
        return f"{self.operation.method} {self.path} {dict(self.query)} {self.body or ''}"

    def names_a_secret(self, marks: Marks) -> bool:
        """Whether its path names one thing of the first world, so that 2xx says that it exists."""
        return bool(marks.found_in_text(self.path))


class Unfilled(LookupError):
    """Nobody said what of the first world belongs in a parameter."""


def reading(document: Document) -> list[Operation]:
    """Every operation that only tells: all GETs, and the POSTs that are known to be questions."""
    return [one for one in operations(document) if one.method == "GET" or one.identity in READING]


def operations(document: Document) -> list[Operation]:
    """Every operation, with the parameters of its path item."""
    return [
        Operation(
            operation["operationId"],
            method.upper(),
            path,
            tuple(
                _parameter(document, one)
                for one in (*item.get("parameters", ()), *operation.get("parameters", ()))
            ),
        )
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, Mapping) and "operationId" in operation
    ]


def questions(operation: Operation, known: Known, *, choices_max: int) -> list[Question]:
    """Ask plainly, then with each filter that could reach the first world, in each form.

    Raises Unfilled for a parameter that must be there and of which nothing is known.
    """
    needed = [one for one in operation.parameters if one.where == "path" or one.required]
    optional = [one for one in operation.parameters if one not in needed]
    filters = [
        {one.name: value}
        for one in optional
        for value in _asked(operation, one, known)[:choices_max]
    ]
    body = READING[operation.identity](known) if operation.identity in READING else None
    return [
        _question(
            operation, dict(zip((one.name for one in needed), values, strict=True)), more, body
        )
        for values in product(*(_needed(operation, one, known)[:choices_max] for one in needed))
        for more in ({}, *filters)
    ]


def _question(
    operation: Operation,
    values: Mapping[str, str],
    more: Mapping[str, str],
    body: Mapping[str, Any] | None,
) -> Question:
    path, query = operation.path, dict(more)
    for name, value in values.items():
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", value)
        else:
            query[name] = value
    return Question(operation, path, query, body)


def _needed(operation: Operation, one: Parameter, known: Known) -> Sequence[str]:
    found = _asked(operation, one, known)
    if not found:
        raise Unfilled(f"{operation}: {one.name} ({_name(operation, one)})")
    return found


def _asked(operation: Operation, one: Parameter, known: Known) -> Sequence[str]:
    """Each of its choices, or what the first world has; headers are left as they are."""
    if one.where not in {"path", "query"}:
        return ()
    name = _name(operation, one)
    found = [known[name]] if name in known else []
    if not one.choices:
        return found
    # What the first world has comes first, for not all choices are asked when time is short.
    return [*(value for value in found if value in one.choices), *one.choices]


def _name(operation: Operation, one: Parameter) -> str:
    for prefix, names in PLACES:
        if operation.path.startswith(prefix) and one.name in names:
            return names[one.name]
    return QUESTIONS.get(one.name, one.name)


def _parameter(document: Document, told: Mapping[str, Any]) -> Parameter:
    schema = told.get("schema", {})
    choices = tuple(_choices(document, schema))
    return Parameter(told["name"], told["in"], told.get("required", False), choices)


def _choices(document: Document, schema: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    yield from map(str, schema.get("enum", ()))
    if "const" in schema:
        yield str(schema["const"])
    if schema.get("type") == "boolean":
        yield "true"
    for part in schema.get("anyOf", ()):
        yield from _choices(document, part)
