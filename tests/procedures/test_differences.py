"""What changed between two versions is told spot by spot; what only moved is not."""

from typing import Any

import pytest

from services.procedures.differences import differences
from services.procedures.records import ProcedureRecord
from tests.conftest import Client
from tests.procedures.factories import Json, make_component, make_method, make_record

Told = list[tuple[str, str, Any, Any]]


def group(*papers: Json, **changed: Any) -> Json:
    return {"id": "g1", "kind": "general", "components": papers} | changed


def told(before: Json, after: Json) -> Told:
    found = differences(
        ProcedureRecord.model_validate(before), ProcedureRecord.model_validate(after)
    )
    return [(one.pointer, one.kind.value, one.before, one.after) for one in found]


def test_the_same_content_differs_in_nothing() -> None:
    assert told(make_record(), make_record()) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"note": None}, {"note": "Mới"}, [("/note", "added", None, "Mới")]),
        ({"note": "Cũ"}, {"note": None}, [("/note", "removed", "Cũ", None)]),
        ({"name": "A"}, {"name": "B"}, [("/name", "changed", "A", "B")]),
        (
            {"levels": ["commune", "province"]},
            {"levels": ["province", "commune"]},
            [],
        ),
        (
            {"steps": [{"steps": ["một", "hai", "ba"]}]},
            {"steps": [{"steps": ["một", "HAI", "ba", "bốn"]}]},
            [
                ("/steps/0/steps/1", "changed", "hai", "HAI"),
                ("/steps/0/steps/3", "added", None, "bốn"),
            ],
        ),
        (
            {"form_schema": {"type": "object", "title": "a"}},
            {"form_schema": {"type": "object", "title": "b"}},
            [
                (
                    "/form_schema",
                    "changed",
                    {"type": "object", "title": "a"},
                    {"type": "object", "title": "b"},
                )
            ],
        ),
        (
            {"results": [{"code": "KQ1", "name": "Giấy A"}, {"name": "Giấy B"}]},
            {"results": [{"name": "Giấy B"}, {"code": "KQ1", "name": "Giấy C"}]},
            [("/results/1/name", "changed", "Giấy A", "Giấy C")],
        ),
    ],
)
def test_a_spot_is_told_with_what_stood_and_what_stands(
    before: Json, after: Json, expected: Told
) -> None:
    assert told(make_record(**before), make_record(**after)) == expected


def test_a_paper_put_in_between_is_one_difference_though_all_ids_move() -> None:
    before = group(make_component("p1", name="Đơn"), make_component("p2", name="Thẻ"))
    fresh = make_component("p2", name="Ảnh")
    after = group(make_component("p1", name="Đơn"), fresh, make_component("p3", name="Thẻ"))
    ((pointer, kind, _, what),) = told(make_record(groups=[before]), make_record(groups=[after]))
    assert (pointer, kind, what["name"]) == ("/groups/0/components/1", "added", "Ảnh")


def test_a_longer_name_and_more_copies_are_changes_of_the_same_paper() -> None:
    cut = "Bản sao giấy chứng nhận quyền sử dụng đất hoặc giấy tờ khác về"
    before = group(make_component("p1", name=cut))
    after = group(make_component("p1", name=f"{cut} đất đai", copies=2))
    assert told(make_record(groups=[before]), make_record(groups=[after])) == [
        ("/groups/0/components/0/name", "changed", cut, f"{cut} đất đai"),
        ("/groups/0/components/0/copies", "changed", 0, 2),
    ]


def test_a_row_keeps_its_case_by_the_cases_name() -> None:
    def with_case(identity: str) -> Json:
        case = group(id=identity, kind="case", name="Cấp lại")
        return make_record(groups=[case], methods=[make_method("m1", case=identity)])

    assert told(with_case("g1"), with_case("g7")) == []


async def test_two_versions_are_compared_by_their_numbers(catalogue: Client) -> None:
    path = "/v1/procedures/1.004222"
    record = (await catalogue.http.get(path)).json()["record"]
    changed = record | {"name": "Đăng ký thường trú mới", "valid_from": "2030-01-01"}
    assert (await catalogue.http.post("/v1/procedures", json=changed)).status_code == 201
    pair = {"from": 1, "to": 2}
    answer = await catalogue.http.get(f"{path}/differences", params=pair)
    assert answer.json()["differences"] == [
        {"pointer": "/name", "kind": "changed", "before": record["name"], "after": changed["name"]},
        {
            "pointer": "/valid_from",
            "kind": "changed",
            "before": "2019-01-01",
            "after": "2030-01-01",
        },
    ]
    nobody = {"Authorization": ""}
    hidden = await catalogue.http.get(f"{path}/differences", params=pair, headers=nobody)
    assert hidden.status_code == 404
