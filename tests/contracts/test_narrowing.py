"""What an API may not lose within a version is found; what it may gain is not."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from deploy.contract.bounds import VALUES
from deploy.contract.narrowing import broken
from deploy.contract.schemas import COMPARED
from deploy.contract.surface import surface, written
from deploy.documents.writing import CONTRACT

Change = Callable[[Any], object]
TEXT, NULL = {"type": "string"}, {"type": "null"}


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


REFUSAL = {"content": {"application/problem+json": {"schema": reference("Problem")}}}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/v1/dossiers": {
            "post": {
                "operationId": "file_dossier",
                "summary": "Nộp hồ sơ",
                "security": [{"bearer": []}],
                "parameters": [
                    {
                        "name": "limit",
                        "in": "query",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 100},
                    },
                    {"name": "agency", "in": "query", "required": True, "schema": TEXT},
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": reference("Filing")}},
                },
                "responses": {
                    "201": {
                        "description": "",
                        "content": {"application/json": {"schema": reference("View")}},
                    },
                    "4XX": REFUSAL,
                },
            }
        },
        "/v1/calendars": {
            "get": {
                "operationId": "list_calendars",
                "responses": {
                    "200": {"description": ""},
                    "4XX": REFUSAL,
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Filing": {
                "type": "object",
                "required": ["procedure"],
                "properties": {
                    "procedure": {"type": "string", "maxLength": 20},
                    "channel": {"enum": ["counter", "online"], "type": "string"},
                    "note": {"anyOf": [TEXT, NULL]},
                    "papers": {"type": "array", "items": reference("Paper"), "maxItems": 9},
                    "count": {"type": "integer"},
                    "price": {"type": "number", "multipleOf": 0.3},
                    "answers": {"type": "object", "additionalProperties": TEXT},
                    "pair": {"type": "array", "prefixItems": [TEXT, {"type": "number"}]},
                    "loose": {"type": "array"},
                },
            },
            "Paper": {
                "type": "object",
                "properties": {"id": TEXT, "parts": {"type": "array", "items": reference("Paper")}},
            },
            "View": {
                "type": "object",
                "required": ["code", "due_at"],
                "properties": {
                    "code": TEXT,
                    "due_at": {"anyOf": [{"type": "string", "format": "date-time"}, NULL]},
                    "status": {"enum": ["filed"], "type": "string"},
                    "parts": {
                        "type": "object",
                        "additionalProperties": reference("Part"),
                        "propertyNames": {"enum": ["a", "b"], "type": "string"},
                    },
                    "steps": {"type": "array", "items": TEXT, "uniqueItems": True},
                    "share": {"type": "number", "multipleOf": 0.1},
                    "pair": {"type": "array", "prefixItems": [TEXT, TEXT]},
                },
            },
            "Part": {"type": "object", "required": ["name"], "properties": {"name": TEXT}},
            "Problem": {"type": "object", "required": ["code"], "properties": {"code": TEXT}},
        }
    },
}


def filing(document: Any) -> Any:
    return document["paths"]["/v1/dossiers"]["post"]


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def member(document: Any, name: str, of: str) -> Any:
    return schema(document, of)["properties"][name]


def rename(document: Any) -> None:
    filing(document)["operationId"] = "submit_dossier"


def move(document: Any) -> None:
    document["paths"]["/v1/filings"] = document["paths"].pop("/v1/dossiers")


LOSSES: dict[str, tuple[Change, list[str]]] = {
    "an operation is renamed": (rename, ["file_dossier: is gone"]),
    "an operation moves": (move, ["file_dossier: was POST /v1/dossiers, is POST /v1/filings"]),
    "a token is needed": (
        lambda d: d["paths"]["/v1/calendars"]["get"].update(security=[{"bearer": []}]),
        ["list_calendars: asks for a token now"],
    ),
    "a parameter is gone": (
        lambda d: filing(d)["parameters"].pop(0),
        ["file_dossier query limit: is gone"],
    ),
    "a parameter must be there": (
        lambda d: filing(d)["parameters"][0].update(required=True),
        ["file_dossier query limit: is required now"],
    ),
    "a new parameter must be there": (
        lambda d: filing(d)["parameters"].append(
            {"name": "x", "in": "query", "required": True, "schema": TEXT}
        ),
        ["file_dossier query x: is required now"],
    ),
    "a page is smaller": (
        lambda d: filing(d)["parameters"][0]["schema"].update(maximum=50),
        ["file_dossier query limit: maximum was 100, is 50"],
    ),
    "a bound is new": (
        lambda d: member(d, "count", "Filing").update(minimum=0),
        ["Filing.count: minimum was open, is 0"],
    ),
    "a body is gone": (
        lambda d: filing(d).pop("requestBody"),
        ["file_dossier body: is gone"],
    ),
    "a body must be there": (
        lambda d: d["paths"]["/v1/calendars"]["get"].update(
            requestBody={"required": True, "content": {}}
        ),
        ["list_calendars body: is required now"],
    ),
    "a member of the body must be there": (
        lambda d: schema(d, "Filing")["required"].append("channel"),
        ["Filing.channel: is required now"],
    ),
    "a member of the body is gone": (
        lambda d: schema(d, "Filing")["properties"].pop("note"),
        ["Filing.note: is gone"],
    ),
    "a member of an item within itself is gone": (
        lambda d: schema(d, "Paper")["properties"].pop("id"),
        ["Paper.id: is gone"],
    ),
    "null is no longer taken": (
        lambda d: schema(d, "Filing")["properties"].update(note=TEXT),
        ["Filing.note: null is no longer taken"],
    ),
    "a value is no longer taken": (
        lambda d: member(d, "channel", "Filing")["enum"].pop(),
        ["Filing.channel: 'online' is no longer taken"],
    ),
    "a type changes": (
        lambda d: schema(d, "Filing")["properties"].update(count=TEXT),
        ["Filing.count: integer is no longer taken"],
    ),
    "a format is asked for": (
        lambda d: member(d, "procedure", "Filing").update(format="uuid"),
        ["Filing.procedure: format was None, is uuid"],
    ),
    "more members are refused": (
        lambda d: schema(d, "Filing").update(additionalProperties=False),
        ["Filing: other members are no longer taken"],
    ),
    "what is taken is constant": (
        lambda d: member(d, "channel", "Filing").update(const="counter"),
        ["Filing.channel: 'online' is no longer taken"],
    ),
    "things sent must differ": (
        lambda d: member(d, "papers", "Filing").update(uniqueItems=True),
        ["Filing.papers: uniqueItems was None, is True"],
    ),
    "numbers go in steps": (
        lambda d: member(d, "count", "Filing").update(multipleOf=5),
        ["Filing.count: multipleOf was None, is 5"],
    ),
    "numbers go in steps that miss the former ones": (
        lambda d: member(d, "price", "Filing").update(multipleOf=0.2),
        ["Filing.price: multipleOf was 0.3, is 0.2"],
    ),
    "there are members enough": (
        lambda d: member(d, "answers", "Filing").update(maxProperties=9),
        ["Filing.answers: maxProperties was open, is 9"],
    ),
    "there are members too few": (
        lambda d: member(d, "answers", "Filing").update(minProperties=1),
        ["Filing.answers: minProperties was open, is 1"],
    ),
    "members' names are bounded": (
        lambda d: member(d, "answers", "Filing").update(propertyNames={"maxLength": 9}),
        ["Filing.answers names: maxLength was open, is 9"],
    ),
    "members' names are of a kind": (
        lambda d: member(d, "answers", "Filing").update(propertyNames={"format": "uuid"}),
        ["Filing.answers names: format was None, is uuid"],
    ),
    "a place of a list is of another kind": (
        lambda d: member(d, "pair", "Filing")["prefixItems"].reverse(),
        [
            "Filing.pair[0]: string is no longer taken",
            "Filing.pair[1]: number is no longer taken",
        ],
    ),
    "a list of anything is one of texts": (
        lambda d: member(d, "loose", "Filing").update(items=TEXT),
        ["Filing.loose[]: anything is no longer taken"],
    ),
    "a kind of body is gone": (
        lambda d: filing(d)["requestBody"].update(content={}),
        ["file_dossier body: application/json is gone"],
    ),
    "a success is another": (
        lambda d: filing(d)["responses"].update({"202": filing(d)["responses"].pop("201")}),
        ["file_dossier: no longer answers 201"],
    ),
    "a kind of answer is gone": (
        lambda d: filing(d)["responses"]["201"].pop("content"),
        ["file_dossier 201: application/json is gone"],
    ),
    "a member of the answer is gone": (
        lambda d: schema(d, "View")["properties"].pop("status"),
        ["View.status: is gone"],
    ),
    "a member of the answer may be missing": (
        lambda d: schema(d, "View")["required"].remove("code"),
        ["View.code: may be missing now"],
    ),
    "a member of the answer may be null": (
        lambda d: schema(d, "View")["properties"].update(code={"anyOf": [TEXT, NULL]}),
        ["View.code: null may come now"],
    ),
    "a moment becomes any text": (
        lambda d: schema(d, "View")["properties"].update(due_at={"anyOf": [TEXT, NULL]}),
        ["View.due_at: format was date-time, is None"],
    ),
    "things told may be alike": (
        lambda d: member(d, "steps", "View").pop("uniqueItems"),
        ["View.steps: uniqueItems was True, is None"],
    ),
    "figures have more places": (
        lambda d: member(d, "share", "View").update(multipleOf=0.01),
        ["View.share: multipleOf was 0.1, is 0.01"],
    ),
    "names of members may be of another kind": (
        lambda d: member(d, "parts", "View").update(propertyNames={"type": "integer"}),
        ["View.parts names: integer may come now"],
    ),
    "members of a map may be anything": (
        lambda d: member(d, "parts", "View").pop("additionalProperties"),
        ["View.parts: other members may be anything now"],
    ),
    "a place of a list told is of another kind": (
        lambda d: member(d, "pair", "View")["prefixItems"].__setitem__(1, NULL),
        ["View.pair[1]: null may come now"],
    ),
    "a member of a part is gone": (
        lambda d: schema(d, "Part")["properties"].pop("name"),
        ["Part.name: is gone"],
    ),
    "a refusal says less": (
        lambda d: schema(d, "Problem")["properties"].pop("code"),
        ["Problem.code: is gone"],
    ),
}
GAINS: dict[str, Change] = {
    "an operation": lambda d: d["paths"].update(
        {"/v1/x": {"get": {"operationId": "get_x", "responses": {"4XX": REFUSAL}}}}
    ),
    "an optional parameter": lambda d: filing(d)["parameters"].append(
        {"name": "x", "in": "query", "schema": TEXT}
    ),
    "an optional member of the body": lambda d: schema(d, "Filing")["properties"].update(x=TEXT),
    "a value that is taken": lambda d: member(d, "channel", "Filing")["enum"].append("post"),
    "a value that may come": lambda d: member(d, "status", "View")["enum"].append("accepted"),
    "a longer text": lambda d: member(d, "procedure", "Filing").update(maxLength=40),
    "no bound": lambda d: member(d, "papers", "Filing").pop("maxItems"),
    "a wider number": lambda d: schema(d, "Filing")["properties"].update(count={"type": "number"}),
    "null that is taken": lambda d: schema(d, "Filing")["properties"].update(
        count={"anyOf": [{"type": "integer"}, NULL]}
    ),
    "a member that need not be sent": lambda d: schema(d, "Filing").update(required=[]),
    "a member of the answer": lambda d: schema(d, "View")["properties"].update(x=TEXT),
    "a promise": lambda d: schema(d, "View")["required"].append("status"),
    "an answer that is never null": lambda d: schema(d, "View")["properties"].update(
        due_at={"type": "string", "format": "date-time"}
    ),
    "steps of which the former are multiples": lambda d: member(d, "price", "Filing").update(
        multipleOf=0.1
    ),
    "numbers of any kind": lambda d: member(d, "price", "Filing").pop("multipleOf"),
    "steps that say nothing": lambda d: member(d, "count", "Filing").update(multipleOf=1),
    "figures that are multiples of the former": lambda d: member(d, "share", "View").update(
        multipleOf=0.5
    ),
    "figures that are whole": lambda d: member(d, "share", "View").update(
        type="integer", multipleOf=1
    ),
    "a name of a member that may come": lambda d: member(d, "parts", "View")["propertyNames"][
        "enum"
    ].append("c"),
    "names that say nothing": lambda d: member(d, "answers", "Filing").update(
        propertyNames={"type": "string"}
    ),
    "things told that differ": lambda d: schema(d, "Part")["properties"].update(
        x={"type": "array", "uniqueItems": True}
    ),
    "another kind of answer": lambda d: filing(d)["responses"]["201"]["content"].update(
        {"text/csv": {"schema": TEXT}}
    ),
    "other words": lambda d: filing(d).update(summary="Nộp", description="Nộp hồ sơ"),
    "an operation without a token": lambda d: filing(d).pop("security"),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_named(loss: str) -> None:
    change, expected = LOSSES[loss]

    assert broken(surface(DOCUMENT), surface(changed(change))) == expected


@pytest.mark.parametrize("gain", GAINS)
def test_a_gain_is_no_loss(gain: str) -> None:
    before, after = surface(DOCUMENT), surface(changed(GAINS[gain]))

    assert broken(before, after) == []
    assert (before == after) is (gain == "other words")


def test_every_word_of_the_contract_is_compared() -> None:
    words = set(words_of(json.loads(CONTRACT.read_bytes())))

    assert words - COMPARED == set()
    assert {"propertyNames", "multipleOf", "maxProperties"} <= words


def words_of(contract: Any) -> Iterator[str]:
    """Every word of JSON Schema in a contract; names of the API's own are none."""
    for operation in contract["operations"].values():
        holders = [operation.get("body", {}), *operation["answers"].values()]
        for holder in (*holders, contract["refusal"]):
            yield from (
                word for one in holder.get("content", {}).values() for word in words_in(one)
            )
        for parameter in operation.get("parameters", {}).values():
            yield from words_in(parameter["schema"])
    for one in contract["schemas"].values():
        yield from words_in(one)


def words_in(schema: Any) -> Iterator[str]:
    parts = schema if isinstance(schema, list) else []
    if isinstance(schema, dict):
        yield from schema
        own = schema.get("properties", {})
        parts = [*own.values(), *(v for k, v in schema.items() if k not in VALUES)]
        parts = [part for part in parts if part is not own]
    for part in parts:
        yield from words_in(part)


def test_what_is_the_same_under_another_name_is_no_loss() -> None:
    renamed = changed(lambda d: d["components"]["schemas"].update(DossierView=schema(d, "View")))
    filing(renamed)["responses"]["201"]["content"]["application/json"]["schema"] = reference(
        "DossierView"
    )
    del renamed["components"]["schemas"]["View"]

    assert broken(surface(DOCUMENT), surface(renamed)) == []


def test_each_operation_and_each_schema_stands_in_its_line() -> None:
    lines = written(surface(DOCUMENT)).decode().splitlines()

    assert [line.split(":")[0] for line in lines if line.startswith('"')] == [
        '"refusal"',
        '"content"',
        '"operations"',
        '"file_dossier"',
        '"list_calendars"',
        '"schemas"',
        *(f'"{name}"' for name in sorted(DOCUMENT["components"]["schemas"])),
    ]


def changed(change: Change) -> dict[str, Any]:
    document = deepcopy(DOCUMENT)
    change(document)
    return document
