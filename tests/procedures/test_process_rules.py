"""The times of a process add up to the limit of the case, to the minute."""

from decimal import Decimal
from functools import cache

import orjson
import pytest
from pydantic import ValidationError

from services.procedures.first_run import SEEDS
from services.procedures.processes import ProcessRecord, rules, total_of
from services.procedures.records import ProcedureRecord
from shared.errors import Unprocessable
from tests.procedures.factories import Json, make_method, make_record
from tests.procedures.making_processes import days, hours, make_process, make_step


@cache
def seeded_processes() -> dict[str, Json]:
    written = orjson.loads((SEEDS / "processes.json").read_bytes())["processes"]
    return {process["procedure"]: process for process in written}


@cache
def seeded_procedure(code: str) -> ProcedureRecord:
    seed = orjson.loads((SEEDS / "procedures.json").read_bytes())
    (content,) = [content for content in seed["procedures"] if content["code"] == code]
    return procedure(content | {"valid_from": seed["valid_from"]})


@pytest.mark.parametrize(
    ("code", "sum_in_hours", "timed"),
    [("2.000908", 8, 4), ("1.012994", 168, 6), ("1.014464", 24, 5), ("1.012644", 240, 9)],
)
def test_a_real_process_adds_up_to_its_limit(code: str, sum_in_hours: int, timed: int) -> None:
    real = process(seeded_processes()[code])
    rules.check(real, seeded_procedure(code))
    assert total_of(real).amount == sum_in_hours
    assert sum(step.limit is not None for step in real.steps) == timed


@pytest.mark.parametrize(
    ("code", "step"),
    [
        (code, place)
        for code, written in seeded_processes().items()
        for place, step in enumerate(written["steps"])
        if "limit" in step
    ],
)
@pytest.mark.parametrize("change", ["0.25", "-0.1"])
def test_a_real_process_with_one_time_changed_is_refused(code: str, step: int, change: str) -> None:
    written = orjson.loads(orjson.dumps(seeded_processes()[code]))
    limit = written["steps"][step]["limit"]
    limit["value"] = str(Decimal(limit["value"]) + Decimal(change))
    assert refusal(written, seeded_procedure(code)).code == "process_sum_differs"


def test_the_refusal_names_both_sums() -> None:
    short = make_process(
        steps=[
            make_step("nhan", kind="receive", limit=None),
            make_step("tra", kind="return", limit=days("4.5")),
        ]
    )
    detail = refusal(short).detail
    assert "36 giờ làm việc (4,5 ngày làm việc)" in detail
    assert "40 giờ làm việc (5 ngày làm việc)" in detail


def test_steps_at_the_same_time_count_once_by_the_longest() -> None:
    def at_once(longest: str) -> Json:
        steps = make_process()["steps"]
        steps[1:2] = [
            make_step("tham-dinh", group="dong-thoi", limit=hours(8)),
            make_step("thuc-dia", group="dong-thoi", limit=days(longest)),
            make_step("lay-y-kien", group="dong-thoi", limit=days("2")),
        ]
        return make_process(steps=steps)

    rules.check(process(at_once("4")), procedure(make_record()))
    assert refusal(at_once("3")).code == "process_sum_differs"


def test_a_day_has_as_many_hours_as_the_process_says() -> None:
    # Five days of seven hours are 35; 4 hours, four days and 3 hours are just that.
    steps = make_process()["steps"]
    steps[2]["limit"] = hours(3)
    rules.check(process(make_process(steps=steps, hours_per_day=7)), procedure(make_record()))
    assert refusal(make_process(steps=steps)).code == "process_sum_differs"


def test_a_commitment_counts_before_the_statutory_limit() -> None:
    committed = make_method("m1", limit=days("9"), committed=days("5"))
    rules.check(process(make_process()), procedure(make_record(methods=[committed])))
    # Five days by law and five days of nine promised are one and the same limit.
    both = [committed, make_method("m2", method="online")]
    rules.check(process(make_process()), procedure(make_record(methods=both)))


def test_calendar_days_are_stated_in_calendar_days() -> None:
    calendar_days = procedure(
        make_record(methods=[make_method("m", limit={"value": "5", "unit": "day"})])
    )
    assert refusal(make_process(), calendar_days).code == "process_unit_differs"
    steps = [
        make_step("nhan", kind="receive", limit={"value": "1", "unit": "day"}),
        make_step("tra", kind="return", limit={"value": "4", "unit": "day"}),
    ]
    rules.check(process(make_process(steps=steps)), calendar_days)
    steps[1]["limit"] = days("4")
    assert refusal(make_process(steps=steps), calendar_days).code == "process_unit_differs"


def test_ways_with_different_limits_need_to_be_named() -> None:
    two_ways = procedure(
        make_record(
            methods=[
                make_method("tai-quay"),
                make_method("truc-tuyen", method="online", limit=days("3")),
            ]
        )
    )
    refused = refusal(make_process(), two_ways)
    assert refused.code == "method_needed"
    assert [(row["id"], row["limit"]["value"]) for row in refused.members["rows"]] == [
        ("tai-quay", "5"),
        ("truc-tuyen", "3"),
    ]
    rules.check(process(make_process(method="direct")), two_ways)
    assert refusal(make_process(method="online"), two_ways).code == "process_sum_differs"
    assert refusal(make_process(method="postal"), two_ways).code == "method_not_offered"


def test_the_same_limit_in_hours_and_days_is_one_limit() -> None:
    both = [make_method("m1"), make_method("m2", method="online", limit=hours(40))]
    rules.check(process(make_process()), procedure(make_record(methods=both)))


def test_cases_with_different_limits_need_to_be_named() -> None:
    cases = [{"id": f"c{n}", "kind": "case", "name": f"Ca {n}", "components": []} for n in (1, 2)]
    by_case = procedure(
        make_record(
            groups=cases,
            methods=[make_method("chung"), make_method("rieng", case="c2", limit=days("2"))],
        )
    )
    assert refusal(make_process(), by_case).code == "case_needed"
    rules.check(process(make_process(case="c1")), by_case)
    assert refusal(make_process(case="c2"), by_case).code == "process_sum_differs"
    assert refusal(make_process(case="c3"), by_case).code == "case_unknown"


def test_a_limit_that_nobody_knows_cannot_be_kept() -> None:
    unknown = procedure(make_record(methods=[make_method("m", limit=None)]))
    assert refusal(make_process(), unknown).code == "limit_unknown"
    two_rows = [make_method("m1"), make_method("m2", limit=days("7"))]
    ambiguous = procedure(make_record(methods=two_rows))
    case = ambiguous.cases[0].id
    assert refusal(make_process(method="direct", case=case), ambiguous).code == "limit_ambiguous"


@pytest.mark.parametrize(
    ("place", "change", "words"),
    [
        (1, {"id": "nhan"}, "bị trùng"),
        (0, {"kind": "work"}, "Bước đầu phải là bước tiếp nhận"),
        (3, {"kind": "work", "limit": {"value": "1", "unit": "hour"}}, "Bước cuối phải"),
        (1, {"kind": "return"}, "Chỉ bước đầu tiếp nhận"),
        (1, {"limit": None}, "phải có thời hạn"),
        (1, {"loops_back_to": ["ky"]}, "chỉ được quay lại bước trước"),
        (1, {"loops_back_to": ["thu-ly"]}, "chỉ được quay lại bước trước"),
        (2, {"loops_back_to": ["khong-co"]}, "chỉ được quay lại bước trước"),
        (3, {"group": "dong-thoi"}, "không làm đồng thời"),
        (1, {"limit": {"value": "0.333", "unit": "working_day"}}, "không chẵn"),
        (1, {"limit": {"value": "0", "unit": "hour"}}, "greater than 0"),
        (1, {"status": 11}, "less than or equal to 10"),
    ],
)
def test_steps_lead_from_the_intake_to_the_return(place: int, change: Json, words: str) -> None:
    steps = make_process()["steps"]
    steps[place] |= change
    with pytest.raises(ValidationError, match=words):
        process(make_process(steps=steps))


def test_a_loop_leads_back_and_resets_nothing() -> None:
    steps = make_process()["steps"]
    steps[2]["loops_back_to"] = ["thu-ly", "nhan"]
    rules.check(process(make_process(steps=steps)), procedure(make_record()))


def test_steps_at_the_same_time_stand_together_and_do_not_loop_to_each_other() -> None:
    steps = make_process()["steps"]
    apart = [steps[0], steps[1] | {"group": "a"}, steps[2], make_step("x", group="a"), steps[3]]
    with pytest.raises(ValidationError, match="phải liền nhau"):
        process(make_process(steps=apart))
    looped = [steps[0], *(steps[n] | {"group": "a"} for n in (1, 2)), steps[3]]
    looped[2]["loops_back_to"] = ["thu-ly"]
    with pytest.raises(ValidationError, match="chỉ được quay lại"):
        process(make_process(steps=looped))


def test_a_process_is_for_an_agency_or_a_level_not_both() -> None:
    with pytest.raises(ValidationError, match="không cả hai"):
        process(make_process(agency="H20.100", level="commune"))


def process(written: Json) -> ProcessRecord:
    return ProcessRecord.model_validate_json(orjson.dumps(written))


def procedure(written: Json) -> ProcedureRecord:
    return ProcedureRecord.model_validate_json(orjson.dumps(written))


def refusal(written: Json, of: ProcedureRecord | None = None) -> Unprocessable:
    with pytest.raises(Unprocessable) as refused:
        rules.check(process(written), of or procedure(make_record()))
    return refused.value
