"""Describes `?view=full` in the merged document, inside intake's own operation."""

from typing import Any

from gateway.composition.asking import Gap
from gateway.composition.parts import PARTS

Document = dict[str, Any]
NAME = "FullDossier"
PATH = "/v1/dossiers/{dossier}"
JSON = "application/json"
SHOWN_AT = {
    "clock": "/v1/clocks/{dossier}",
    "alarms": "/v1/clocks/{dossier}/alarms",
    "steps": "/v1/dossiers/{dossier}/steps",
    "invitations": "/v1/surveys/invitations",
}
"""Where the owner's own document says what a part looks like; of a procedure only some is shown."""

VIEW: Document = {
    "name": "view",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "enum": ["full"]},
    "description": (
        "`full`: kèm đồng hồ, cảnh báo, các bước, thủ tục và lời mời đánh giá; phần chưa lấy được "
        "thì nêu ở `missing`, phần bạn không được xem thì trống / with everything around it."
    ),
}


def describe(document: Document) -> None:
    """Add the view and its schema; nothing while intake's part of the document is missing."""
    operation = document["paths"].get(PATH, {}).get("get")
    if operation is None:
        return
    shown = operation["responses"]["200"]["content"][JSON]
    document["components"]["schemas"][NAME] = _full(document, shown["schema"])
    reference = {"$ref": f"#/components/schemas/{NAME}"}
    shown["schema"] = {"anyOf": [shown["schema"], reference], "title": "DossierShown"}
    operation.setdefault("parameters", []).append(VIEW)


def _full(document: Document, dossier: Document) -> Document:
    parts = {part.name: _or_nothing(_schema(document, part.name)) for part in PARTS}
    around = {
        "parts": {"type": "object", "properties": parts, "required": list(parts)},
        "links": {
            "type": "object",
            "properties": {"explanation": _or_nothing({"type": "string"}), "history": _text()},
            "required": ["explanation", "history"],
        },
        "missing": {"type": "array", "items": _gap()},
    }
    added = {"type": "object", "properties": around, "required": list(around)}
    return {"title": NAME, "allOf": [dossier, added]}


def _schema(document: Document, part: str) -> Document:
    """What the owner says of the part; any object while its document is missing."""
    operation = document["paths"].get(SHOWN_AT.get(part, ""), {}).get("get")
    if operation is None:
        return {"type": "object"}
    schema: Document = operation["responses"]["200"]["content"][JSON]["schema"]
    return schema


def _gap() -> Document:
    properties = {
        "part": {"type": "string", "enum": [part.name for part in PARTS]},
        "service": _text(),
        "code": {"type": "string", "enum": [str(gap) for gap in Gap]},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _or_nothing(schema: Document) -> Document:
    return {"anyOf": [schema, {"type": "null"}]}


def _text() -> Document:
    return {"type": "string"}
