"""Schemas of interactive forms: what is taken with a version, and how they are given out."""

import re
from typing import Any

import pytest

from services.procedures.records.form_schema import check
from shared.events import ProcedurePublished
from shared.form_schema import compiled
from tests.conftest import Client
from tests.procedures.factories import Json, facts_of, make_record

BIRTH = "/v1/procedures/1.001193/form-schema"
NAME = {"title": "Tên", "type": "string"}


def make_schema(**changed: Any) -> Json:
    return {"type": "object", "properties": {"name": NAME}} | changed


def make_bomb(levels: int) -> Json:
    """A schema of a few lines whose references double at each level."""
    twice = {
        str(n): {"allOf": [{"$ref": f"#/$defs/{n + 1}"}, {"$ref": f"#/$defs/{n + 1}"}]}
        for n in range(levels)
    }
    return make_schema(**{"$ref": "#/$defs/0", "$defs": twice | {str(levels): NAME}})


async def test_the_birth_form_is_given_out_under_an_id_of_its_version(catalogue: Client) -> None:
    answer = await catalogue.http.get(BIRTH)

    schema = answer.json()
    assert answer.headers["content-type"] == "application/schema+json"
    assert schema["$id"] == "urn:motcua:form-schema:1.001193:1"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    unchanged = {"If-None-Match": answer.headers["etag"]}
    assert (await catalogue.http.get(BIRTH, headers=unchanged)).status_code == 304
    child = {"name": "Nguyễn Thị Mầm", "born_on": "2026-02-27", "sex": "nữ", "ethnicity": "Kinh"}
    child |= {"nationality": "Việt Nam", "born_at": "Trạm y tế xã", "home_town": "Xã Thử"}
    requester = {"name": "Trần Văn Bố", "identity_number": "087200001234", "relation": "cha"}
    requester |= {"residence": "Xã Thử"}
    form = {"requester": requester, "child": child, "copies": 2}
    assert compiled(schema).is_valid(form)
    assert not compiled(schema).is_valid(form | {"copies": 51})
    assert not compiled(schema).is_valid(form | {"requester": {**requester, "name": "0"}})


async def test_the_schema_of_a_version_stays_when_the_next_one_changes_it(
    catalogue: Client,
) -> None:
    code = "1.999001"
    for number, day in enumerate(("2026-01-01", "2026-06-01"), 1):
        schema = make_schema(required=["name"] * (number - 1))
        record = make_record(form_schema=schema, valid_from=day)
        drafted = await catalogue.http.post("/v1/procedures", json=record)
        path = f"/v1/procedures/{code}/versions/{number}/publication"
        assert (await catalogue.http.post(path)).status_code == 200, drafted.text

    path = f"/v1/procedures/{code}/form-schema"
    shown = {
        asked: (await catalogue.http.get(f"{path}?{asked}")).json()
        for asked in ("version=1", "on=2026-03-01", "version=2", "on=2026-07-01")
    }
    assert shown["version=1"] == shown["on=2026-03-01"]
    assert (shown["version=1"]["required"], shown["version=2"]["required"]) == ([], ["name"])
    assert shown["on=2026-07-01"]["$id"].endswith(":2")
    facts = await facts_of(catalogue.database_url, f"procedure/{code}")
    published = [fact.data for fact in facts if isinstance(fact.data, ProcedurePublished)]
    assert published[1].form_schema == make_schema(required=["name"])


async def test_a_procedure_without_a_form_says_so(catalogue: Client) -> None:
    answer = await catalogue.http.get("/v1/procedures/1.000894/form-schema")

    assert (answer.status_code, answer.json()["code"]) == (404, "no_form_schema")


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "array"}, '"type": "object"'),
        (make_schema(properties={"a": {"type": "chuỗi"}}), "/properties/a/type"),
        (make_schema(properties={"a": {"pattern": "(?<=a)b"}}), "/properties/a/pattern"),
        (make_schema(properties={"a": {"format": "cccd"}}), "/properties/a/format"),
        (make_schema(properties={"a": {"$ref": "https://noi.khac/a.json"}}), "trong chính"),
        (make_schema(properties={"a": {"$ref": "#/$defs/khong-co"}}), "không trỏ tới đâu"),
        (make_schema(properties={"a": {"$ref": "#/properties/a"}}), "quay về chính nó"),
        (make_schema(**{"$schema": "http://json-schema.org/draft-07/schema#"}), "2020-12"),
        (make_schema(**{"$id": "https://noi.khac/"}), "$id"),
        (make_schema(description="x" * 33_000), "32 KiB"),
        (make_bomb(11), "khai triển"),
        (make_bomb(20), "quá 12 bước"),
    ],
)
def test_a_schema_that_no_form_can_be_checked_by_is_refused(schema: Json, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        check(schema)


async def test_a_draft_with_such_a_schema_is_refused_where_it_stands(catalogue: Client) -> None:
    record = make_record(form_schema=make_schema(properties={"a": {"type": "chuỗi"}}))

    answer = await catalogue.http.post("/v1/procedures", json=record)

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, "/body/form_schema")
    assert "/properties/a/type" in error["detail"]


def test_a_schema_may_refer_to_itself_by_place() -> None:
    person = {"type": "object", "required": ["name"], "properties": {"name": NAME}}
    refer = {"$ref": "#/$defs/a~1b"}
    schema = make_schema(
        properties={"mother": refer, "father": refer}, **{"$defs": {"a/b": person}}
    )

    assert check(schema) == schema
