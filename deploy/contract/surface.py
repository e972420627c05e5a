"""The part of the merged document that a client can come to depend on, without its words."""

import json
from collections.abc import Iterator
from typing import Any, Final

Document = dict[str, Any]

WORDS: Final = frozenset({"title", "description", "examples", "example", "default", "deprecated"})
NAMES: Final = frozenset({"properties", "$defs"})
"""Members whose keys are names of the API's own, whatever they sound like."""

SUCCESS: Final = "2"
REFUSED: Final = "4XX"


def surface(document: Document) -> Document:
    """Each operation by its id, and each schema by its name; refusals are all alike."""
    (_, any_operation), *_ = _found(document)
    return {
        "refusal": _content(any_operation["responses"][REFUSED]),
        "operations": dict(sorted(_operations(document))),
        "schemas": {
            name: _schema(schema)
            for name, schema in sorted(document["components"]["schemas"].items())
        },
    }


def written(contract: Document) -> bytes:
    """A line for each operation and each schema, so that a change is read in its line."""
    parts = [f"{json.dumps(part)}: {_lines(content)}" for part, content in contract.items()]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _lines(content: Any) -> str:
    if not isinstance(content, dict):
        return _line(content)
    lines = (f"{json.dumps(name)}: {_line(one)}" for name, one in content.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def _line(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _found(document: Document) -> Iterator[tuple[str, Document]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def _operations(document: Document) -> Iterator[tuple[str, Document]]:
    for at, operation in _found(document):
        told: Document = {"at": at, "open": _is_open(operation)}
        if parameters := operation.get("parameters"):
            told["parameters"] = dict(sorted(map(_parameter, parameters)))
        if body := operation.get("requestBody"):
            told["body"] = {"required": body.get("required", False), **_content(body)}
        told["answers"] = {
            status: _content(response)
            for status, response in sorted(operation["responses"].items())
            if status.startswith(SUCCESS)
        }
        yield operation["operationId"], told


def _is_open(operation: Document) -> bool:
    """Whether no token is needed."""
    security = operation.get("security", [])
    return not security or {} in security


def _parameter(parameter: Document) -> tuple[str, Document]:
    required = parameter.get("required", False)
    told = {"required": required, "schema": _sent(_schema(parameter["schema"]))}
    return f"{parameter['in']} {parameter['name']}", told


def _sent(schema: Document) -> Document:
    """What a parameter may be where it stands at all; nobody sends null in an address."""
    forms = [form for form in schema.get("anyOf", ()) if form != {"type": "null"}]
    return forms[0] if len(forms) == 1 else schema


def _content(holder: Document) -> Document:
    content = sorted(holder.get("content", {}).items())
    return {"content": {kind: _schema(told.get("schema", {})) for kind, told in content}}


def _schema(node: Any, *, names: bool = False) -> Any:
    """Leave out what is only said to a reader; `names`: the keys are names of the API's own."""
    if isinstance(node, dict):
        return {
            key: _schema(value, names=not names and key in NAMES)
            for key, value in node.items()
            if names or key not in WORDS
        }
    if isinstance(node, list):
        return [_schema(part) for part in node]
    return node
