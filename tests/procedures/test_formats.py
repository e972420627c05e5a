"""Records come in and go out in three shapes, and nothing of them is lost."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, reject, settings

from services.procedures import formats
from services.procedures.formats import Shape, Unreadable
from services.procedures.formats.headings import kind_of
from services.procedures.records import (
    UNNAMED,
    FeeKind,
    GroupKind,
    MethodRecord,
    NamedCode,
    ProcedureRecord,
)
from shared.events import AgencyLevel, LimitUnit, Method
from tests.procedures.factories import Json
from tests.procedures.national import ODD, WHOLE
from tests.procedures.test_seed_facts import records

TODAY = date(2026, 3, 2)


def read(raw: Json) -> ProcedureRecord:
    return formats.read(raw, valid_from=TODAY)


def exact(document: Any) -> bytes:
    """Equal only when values are of the same type too."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def stored(record: ProcedureRecord) -> ProcedureRecord:
    """As the record comes back from the database."""
    return ProcedureRecord.model_validate(
        orjson.loads(orjson.dumps(record.model_dump(mode="json", exclude_defaults=True)))
    )


def way(*rows: Json, kenh: object = "1") -> Json:
    return {"MATTHC": "1.999001", "CACHTHUCTHUCHIEN": [{"KENH": kenh, "THOIGIAN": list(rows)}]}


def row_of(row: Json) -> MethodRecord:
    (method,) = read(way(row)).methods
    return method


@settings(max_examples=150, deadline=None)
@given(ODD)
def test_whatever_is_read_is_written_back_to_the_letter(raw: Json) -> None:
    before = exact(raw)
    try:
        record = stored(read(raw))
    except formats.Unreadable:
        # Two and a half calendar days, say: refused with its reason, not read.
        reject()
    assert exact(raw) == before
    assert exact(formats.write(record, Shape.NATIONAL)) == before


def test_numbers_keep_the_type_that_they_came_in() -> None:
    paper = {"TENGIAYTO": "Đơn", "SOBANCHINH": 1.0, "SOBANSAO": "1"}
    raw = {"MATTHC": "1.999001", "THANHPHANHOSO": [{"TRUONGHOP": None, "GIAYTO": [paper]}]}
    assert exact(formats.write(read(raw), Shape.NATIONAL)) == exact(raw)


def test_every_field_of_the_national_record_has_a_place_of_its_own() -> None:
    record = read(WHOLE)
    assert record.as_received == ()
    assert exact(formats.write(record, Shape.NATIONAL)) == exact(WHOLE)
    for key in WHOLE.keys() - {"MATTHC"}:
        without = read({name: value for name, value in WHOLE.items() if name != key})
        assert without.model_copy(update={"as_received": ()}) != record, key


def test_the_seed_goes_out_and_comes_back_in_both_foreign_shapes() -> None:
    for record in records().values():
        national = read(formats.write(record, Shape.NATIONAL))
        assert national.as_received == (), record.code
        assert (national.methods, national.groups) == (record.methods, record.groups)
        portal = read(formats.write(record, Shape.PORTAL))
        assert portal.as_received == (), record.code
        same = {"received_as": None, "valid_from": record.valid_from}
        assert portal.model_copy(update=same) == record
        assert formats.read(formats.write(record, Shape.OWN), valid_from=TODAY) == record


def test_the_names_of_groups_tell_the_seeds_headings_from_its_cases() -> None:
    groups = [group for record in records().values() for group in record.groups]
    assert Counter(group.kind for group in groups) == {
        GroupKind.GENERAL: 86,
        GroupKind.SECTION: 76,
        GroupKind.CASE: 73,
    }
    assert all(kind_of(group.name) is group.kind for group in groups)
    assert kind_of("Một tên chưa ai thấy") is GroupKind.CASE


def test_a_limit_without_unit_is_taken_for_working_days_and_says_so() -> None:
    limit = row_of({"THOIGIANGIAIQUYET": "1", "DONVITINH": ""}).limit
    assert limit is not None
    assert (limit.value, limit.unit, limit.unit_assumed) == (
        Decimal(1),
        LimitUnit.WORKING_DAY,
        True,
    )
    told = row_of({"THOIGIANGIAIQUYET": "2,5", "DONVITINH": "giờ"}).limit
    assert told is not None
    assert (told.value, told.unit, told.unit_assumed) == (Decimal("2.5"), LimitUnit.HOUR, False)


@pytest.mark.parametrize("nothing", [None, "", "Không có thông tin", "0", 0, "Không quy định"])
def test_no_limit_is_unknown_and_never_zero(nothing: object) -> None:
    assert row_of({"THOIGIANGIAIQUYET": nothing, "DONVITINH": "Ngày"}).limit is None


@pytest.mark.parametrize(
    ("fee", "amount", "text"),
    [
        ({"SOTIEN": 0}, Decimal(0), "Miễn phí"),
        (
            {"SOTIEN": "2,000", "DONVI": "VNĐ", "MOTA": "(/trang)"},
            Decimal(2000),
            "2.000 đồng/trang",
        ),
        ({"SOTIEN": "10", "DONVI": "USD"}, Decimal(10), "10 USD"),
        ({"MOTA": "Trang ba trở đi 1.000 đồng"}, None, "Trang ba trở đi 1.000 đồng"),
        ({"SOTIEN": 50, "DONVI": "nghìn đồng"}, None, "50 nghìn đồng"),
    ],
)
def test_a_fee_is_an_amount_or_only_text(fee: Json, amount: Decimal | None, text: str) -> None:
    (line,) = row_of({"PHILEPHI": [fee]}).fees
    assert (line.amount, line.text) == (amount, text)


def test_an_absent_fee_is_no_line_and_a_charge_is_no_fee() -> None:
    assert row_of({"PHILEPHI": [{"SOTIEN": None, "MOTA": ""}]}).fees == ()
    remarks = ["Lệ phí đăng ký", "Phí thẩm định", "Phí, lệ phí theo nghị quyết"]
    lines = row_of({"PHILEPHI": [{"SOTIEN": 5, "MOTA": remark} for remark in remarks]}).fees
    assert [line.kind for line in lines] == [FeeKind.CHARGE, FeeKind.FEE, None]


def test_papers_without_counts_are_notes_and_large_counts_stay() -> None:
    papers = [{"TENGIAYTO": ""}, {"TENGIAYTO": "Đơn", "SOBANCHINH": "20240"}]
    raw = {"MATTHC": "1.999001", "THANHPHANHOSO": [{"TRUONGHOP": "", "GIAYTO": papers}]}
    record = read(raw)
    (group,) = record.groups
    note, paper = group.components
    assert (note.id, note.name, note.is_note) == ("1.999001-c01-01", UNNAMED, True)
    assert (paper.originals, paper.is_note) == (20240, False)
    assert group.kind is GroupKind.GENERAL
    assert formats.write(record, Shape.NATIONAL) == raw


def test_the_first_field_leads_and_levels_are_told_by_word() -> None:
    record = read(WHOLE)
    assert (record.field, record.field_code) == ("Hộ tịch", "G15-TP05")
    assert record.other_fields == (NamedCode(code="G15-TP06", name="Chứng thực"),)
    assert record.levels == (AgencyLevel.PROVINCE, AgencyLevel.COMMUNE)
    assert read({"MATTHC": "1.999001"}).levels == (AgencyLevel.OTHER,)
    assert [row.method for row in record.methods] == [
        Method.DIRECT,
        Method.DIRECT,
        Method.ONLINE,
        Method.POSTAL,
    ]


def test_an_edited_record_says_what_it_says_now() -> None:
    raw = WHOLE | {"TENTTHC": "  Tên cũ ", "GHICHU": [1, None], "YEUCAU": ""}
    record = stored(read(raw))
    assert formats.write(record, Shape.NATIONAL) == raw
    edited = record.model_copy(update={"name": "Tên mới"})
    written = formats.write(edited, Shape.NATIONAL)
    assert written == raw | {"TENTTHC": "Tên mới"}
    assert "GHICHU" not in formats.write(edited, Shape.PORTAL)


def test_remarks_of_the_portal_are_kept_beside_the_record() -> None:
    raw = formats.write(records()["2.000815"], Shape.PORTAL)
    raw |= {"source": "nơi thu thập", "confidence": "high", "internal_process": {"steps": [1, "2"]}}
    raw["methods"][0]["fee"]["text"] = "2,000 Việt Nam Đồng"
    raw["methods"][0]["note"] = "2,000 Việt Nam Đồng(/trang)Thu tại xã."
    record = stored(read(raw))
    assert record.same_day
    assert record.methods[0].fees[0].text == "2.000 đồng/trang"
    assert record.methods[0].note == "Thu tại xã."
    assert exact(formats.write(record, Shape.PORTAL)) == exact(raw)


def test_far_more_oddities_than_are_kept_singly_are_kept_by_whole_fields() -> None:
    papers = [{"TENGIAYTO": f"Tờ {n}", "x": n, "SOBANCHINH": "1"} for n in range(250)]
    groups = [{"TRUONGHOP": f"Trường hợp {n}", "GIAYTO": papers} for n in range(9)]
    raw = {"MATTHC": "1.999001", "THANHPHANHOSO": groups}
    record = read(raw)
    assert len(record.as_received) < 100
    assert exact(formats.write(record, Shape.NATIONAL)) == exact(raw)


@pytest.mark.parametrize(
    ("raw", "code", "pointer"),
    [
        ({"x": 1}, "shape_unknown", ""),
        ({"TENTTHC": "Không mã"}, "code_missing", "/MATTHC"),
        ({"MATTHC": "01.1"}, "code_malformed", "/MATTHC"),
        ({"MATTHC": ["1.999001"]}, "wrong_type", "/MATTHC"),
        ({"MATTHC": "1.999001", "TENTTHC": "x" * 1001}, "too_long", "/TENTTHC"),
        (way(kenh="9"), "channel_unknown", "/CACHTHUCTHUCHIEN/0/KENH"),
        (way(kenh=None), "channel_unknown", "/CACHTHUCTHUCHIEN/0/KENH"),
        (
            way({}, {"THOIGIANGIAIQUYET": "vài ngày"}),
            "limit_unreadable",
            "/CACHTHUCTHUCHIEN/0/THOIGIAN/1/THOIGIANGIAIQUYET",
        ),
        (
            way({"THOIGIANGIAIQUYET": "1,5", "DONVITINH": "Tháng"}),
            "limit_unreadable",
            "/CACHTHUCTHUCHIEN/0/THOIGIAN/0/THOIGIANGIAIQUYET",
        ),
        (
            way({"THOIGIANGIAIQUYET": 2, "DONVITINH": "Tuần"}),
            "unit_unknown",
            "/CACHTHUCTHUCHIEN/0/THOIGIAN/0/DONVITINH",
        ),
        (
            way({"PHILEPHI": [{"SOTIEN": -5}]}),
            "amount_unreadable",
            "/CACHTHUCTHUCHIEN/0/THOIGIAN/0/PHILEPHI/0/SOTIEN",
        ),
        ({"MATTHC": "1.999001", "THANHPHANHOSO": {}}, "wrong_type", "/THANHPHANHOSO"),
        ({"MATTHC": "1.999001", "THANHPHANHOSO": [7]}, "wrong_type", "/THANHPHANHOSO"),
        ({"MATTHC": "1.999001", "x": "\x00"}, "not_storable", ""),
        ({"MATTHC": "1.999001", "x": 2**60}, "not_storable", ""),
        ({"MATTHC": "1.999001", "x": [float("nan")]}, "not_storable", ""),
        ({"code": "x", "components": []}, "code_malformed", "/code"),
        ({"code": "1.999001", "decision": "1", "levels": []}, "record_refused", "/name"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(raw: Json, code: str, pointer: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(raw)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert refused.value.detail
