"""The seed's facts, checked against what the sources say (no database needed)."""

from decimal import Decimal
from functools import cache

import orjson
import pytest

from services.procedures.first_run import SEEDS
from services.procedures.records import FeeRecord, MethodRecord, ProcedureRecord
from shared.events import AgencyLevel, LimitUnit, Method


@cache
def records() -> dict[str, ProcedureRecord]:
    seed = orjson.loads((SEEDS / "procedures.json").read_bytes())
    written = [content | {"valid_from": seed["valid_from"]} for content in seed["procedures"]]
    return {
        content["code"]: ProcedureRecord.model_validate_json(orjson.dumps(content))
        for content in written
    }


def the_only_row(code: str, method: Method) -> MethodRecord:
    (row,) = [row for row in records()[code].methods if row.method is method]
    return row


def the_only_fee(code: str, method: Method) -> FeeRecord:
    (fee,) = the_only_row(code, method).fees
    return fee


def test_there_are_137_public_procedures() -> None:
    assert len(records()) == 137
    assert not any(record.internal for record in records().values())
    levels = [set(record.levels) for record in records().values()]
    assert levels.count({AgencyLevel.COMMUNE}) == 68
    assert levels.count({AgencyLevel.PROVINCE}) == 43


@pytest.mark.parametrize(
    ("code", "method", "days"),
    [
        ("1.012753", Method.ONLINE, 17),
        ("1.012753", Method.POSTAL, 30),
        ("1.012753", Method.DIRECT, 20),
        ("1.004222", Method.ONLINE, 7),
        ("1.012644", Method.ONLINE, 30),
        ("1.004335", Method.DIRECT, 60),
    ],
)
def test_limits_in_working_days(code: str, method: Method, days: int) -> None:
    limit = the_only_row(code, method).limit
    assert limit is not None
    assert (limit.value, limit.unit) == (Decimal(days), LimitUnit.WORKING_DAY)
    assert not limit.unit_assumed


def test_hours_and_calendar_days_stay_what_they_are() -> None:
    for code, value, unit in (
        ("1.003984", 24, LimitUnit.HOUR),
        ("1.010733", 35, LimitUnit.DAY),
        ("3.000333", 10, LimitUnit.DAY),
    ):
        limits = {(row.limit.value, row.limit.unit) for row in records()[code].methods if row.limit}
        assert (Decimal(value), unit) in limits, code


def test_fees_differ_by_way_of_filing() -> None:
    online, direct = (the_only_fee("1.004222", method) for method in (Method.ONLINE, Method.DIRECT))
    assert (online.amount, direct.amount) == (Decimal(10_000), Decimal(20_000))
    assert (online.text, direct.text) == ("10.000 đồng", "20.000 đồng")


def test_one_way_may_have_several_rows_with_fees_in_two_currencies() -> None:
    rows = records()["2.000815"].methods
    assert [row.method for row in rows] == [Method.DIRECT, Method.DIRECT]
    fees = [(fee.amount, fee.currency, fee.per) for row in rows for fee in row.fees]
    assert fees == [(Decimal(2000), "VND", "trang"), (Decimal(10), "USD", "bản")]


def test_certified_copies_are_due_the_same_day() -> None:
    assert records()["2.000815"].same_day
    assert sum(record.same_day for record in records().values()) == 8
    assert not records()["1.001612"].same_day


def test_an_unknown_limit_is_none_and_no_limit_is_zero() -> None:
    rows = [row for record in records().values() for row in record.methods]
    assert len(rows) == 360
    assert sum(row.limit is None for row in rows) == 35
    assert all(row.limit is None or row.limit.value > 0 for row in rows)


def test_an_unknown_fee_is_none_and_free_is_zero() -> None:
    rows = [row for record in records().values() for row in record.methods]
    assert sum(not row.fees for row in rows) == 41
    free = [fee for row in rows for fee in row.fees if fee.amount == 0]
    assert len(free) == 234
    assert {fee.text for fee in free} == {"Miễn phí"}


def test_a_missing_unit_is_marked_as_assumed() -> None:
    rows = [row for record in records().values() for row in record.methods]
    assert sum(row.limit is not None and row.limit.unit_assumed for row in rows) == 45
    limit = the_only_row("1.001193", Method.DIRECT).limit
    assert limit is not None
    assert limit.unit_assumed


def test_notes_ask_for_no_paper() -> None:
    papers = [
        paper for record in records().values() for case in record.cases for paper in case.components
    ]
    notes = [paper for paper in papers if paper.is_note]
    assert len(notes) > 100
    assert all(paper.originals == paper.copies == 0 for paper in notes)
    assert all(paper.originals + paper.copies > 0 for paper in papers if not paper.is_note)


def test_component_ids_tell_procedure_case_and_place() -> None:
    birth = records()["1.001193"].cases[0]
    assert birth.components[2].id == "1.001193-c01-03"
    assert birth.components[2].is_note
    assert len(records()["1.004222"].cases) == 6


def test_every_procedure_has_a_case_to_choose() -> None:
    assert all(record.cases for record in records().values())


def test_procedures_once_done_by_districts_say_so() -> None:
    former = {code for code, record in records().items() if record.former_levels}
    assert former == {"2.000528", "2.000806", "1.001612"}
