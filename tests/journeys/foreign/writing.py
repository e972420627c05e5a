"""Bodies for what can be done: as little as the merged document asks for, as right as can be."""

from collections.abc import Mapping
from typing import Any, Final

from tests.journeys.foreign.operations import Document, Operation
from tests.journeys.foreign.places import Known

Schema = Mapping[str, Any]
BY_FORMAT: Final = {
    "date": "2026-01-05",
    "date-time": "2026-01-05T08:00:00+07:00",
    "uuid": "01a205b6-4dd4-7318-a5af-541262b4ce8e",
}
DEPTH_MAX: Final = 8


def body(document: Document, operation: Operation, known: Known) -> Any:
    """A body with all that must be in it; None where none is taken."""
    told = document["paths"][operation.path][operation.method.lower()].get("requestBody", {})
    for kind, content in told.get("content", {}).items():
        if kind == "application/json":
            return _value(document, content.get("schema", {}), "", known, DEPTH_MAX)
    return None


def _value(document: Document, schema: Schema, name: str, known: Known, depth: int) -> Any:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if not depth or "const" in schema or "enum" in schema:
        return schema.get("const", next(iter(schema.get("enum", ())), None))
    if several := schema.get("anyOf", schema.get("oneOf", schema.get("allOf"))):
        return _value(document, several[0], name, known, depth - 1)
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            value: Any = {
                one: _value(document, properties[one], one, known, depth - 1)
                for one in schema.get("required", ())
            }
        case "array":
            item = _value(document, schema.get("items", {}), name, known, depth - 1)
            value = [item] * schema.get("minItems", 0)
        case "integer" | "number":
            value = schema.get("minimum", 1)
        case "boolean":
            value = True
        case _:
            value = known.get(name, BY_FORMAT.get(schema.get("format", ""), "Lời của người lạ"))
    return value
