"""Odd spots of a record are told, sound records are left in peace."""

from typing import Any

import orjson
import pytest

from services.procedures.anomalies import AnomalyCode, Severity, anomalies
from services.procedures.first_run import SEEDS
from services.procedures.records import ProcedureRecord
from tests.procedures.factories import Json, make_component, make_method, make_record

FREE = {"amount": 0, "currency": "VND", "text": "Miễn phí"}
SOUND: Json = {
    "steps": [{"steps": ["Nộp hồ sơ", "Nhận kết quả"]}],
    "methods": [make_method("m1", fees=[FREE])],
    "dossier_sets": 1,
    "subjects": ["Công dân Việt Nam"],
    "competent_agency": "Ủy ban nhân dân cấp xã",
    "results": [{"name": "Giấy phép"}],
    "legal_grounds": [{"number": "61/2018/NĐ-CP"}],
}


def found(**changed: Any) -> list[tuple[str, str]]:
    record = ProcedureRecord.model_validate(make_record(**SOUND | changed))
    return [
        (anomaly.code.value, anomaly.pointer)
        for anomaly in anomalies(record, known_fields={"Hộ tịch"})
    ]


def method(identity: str, amount: int | None = 0, **changed: Any) -> Json:
    fees = [] if amount is None else [{"amount": amount, "currency": "VND", "text": "phí"}]
    return make_method(identity, fees=fees, **changed)


def papers(*components: Json) -> Json:
    return {"groups": [{"id": "g", "kind": "general", "components": components}]}


def test_a_sound_record_has_nothing_odd() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"methods": [method("m", limit={"value": 3, "unit": "day", "unit_assumed": True})]},
            [("unit_missing", "/methods/0/limit")],
        ),
        (
            {"methods": [method("m", limit=None)]},
            [("content_incomplete", ""), ("limit_unknown", "/methods/0/limit")],
        ),
        ({"methods": [method("m", limit=None)], "same_day": True}, []),
        ({"methods": [method("m", 50)]}, [("fee_odd", "/methods/0/fees/0/amount")]),
        (
            {"methods": [method("m", 1000), method("n", 100_000, method="online")]},
            [("fee_odd", "/methods"), ("channels_differ", "/methods")],
        ),
        ({"methods": [method("m", None)]}, [("fee_unknown", "/methods/0/fees")]),
        ({"methods": []}, [("content_incomplete", ""), ("no_method", "/methods")]),
        ({"steps": []}, [("content_incomplete", ""), ("no_steps", "/steps")]),
        ({"results": []}, [("no_result", "/results")]),
        ({"legal_grounds": []}, [("no_legal_ground", "/legal_grounds")]),
        ({"code": "5.000001"}, [("internal_procedure", "/code")]),
        ({"levels": ["other"]}, [("level_unknown", "/levels")]),
        ({"decision": "(không tên)"}, [("decision_missing", "/decision")]),
        ({"field": "Lạ"}, [("field_unknown", "/field")]),
        ({"name": "Cấp giấy phép…"}, [("name_cut", "/name")]),
        ({"groups": []}, [("content_incomplete", ""), ("no_component", "/groups")]),
        (
            papers(make_component("a"), make_component("b")),
            [("paper_repeated", "/groups/0/components/1/name")],
        ),
        (
            papers(make_component("a", originals=20_240)),
            [("copies_odd", "/groups/0/components/0/originals")],
        ),
        (
            papers(make_component("a", originals=0)),
            [("note_as_paper", "/groups/0/components/0")],
        ),
        (
            papers(make_component("a", name="(không tên)")),
            [("name_blank", "/groups/0/components/0/name")],
        ),
        (
            {"methods": [make_method("m", fees=[FREE | {"amount": 10, "currency": "USD"}])]},
            [("currency_foreign", "/methods/0/fees/0/amount")],
        ),
        (
            {"methods": [method("m"), method("n", method="online", limit=None)], "same_day": True},
            [("channels_differ", "/methods")],
        ),
    ],
)
def test_each_oddity_is_told_where_it_stands(
    changed: Json, expected: list[tuple[str, str]]
) -> None:
    assert found(**changed) == expected


def test_every_kind_has_a_name_and_a_weight() -> None:
    assert all(code.label and code.severity in Severity for code in AnomalyCode)


def test_the_seeds_have_the_oddities_of_their_source() -> None:
    seed = orjson.loads((SEEDS / "procedures.json").read_bytes())
    by_code: dict[str, set[str]] = {}
    for content in seed["procedures"]:
        record = ProcedureRecord.model_validate({"valid_from": seed["valid_from"]} | content)
        for anomaly in anomalies(record):
            by_code.setdefault(anomaly.code, set()).add(record.code)
    assert by_code["fee_odd"] == {"1.002010", "2.001610"}
    assert by_code["currency_foreign"] == {"2.000815", "2.000884"}
    assert by_code["no_method"] == {"1.012657"}
    assert (len(by_code["unit_missing"]), len(by_code["limit_unknown"])) == (15, 8)
    assert len(by_code["no_steps"]) == 137
