from datetime import date

import pytest

from shared.events import LimitUnit, Method
from tests.intake.conftest import Office
from tests.intake.factories import (
    COMMUNE,
    NO_LIMIT,
    SAME_DAY,
    SEVERAL_LIMITS,
    a_calendar,
    a_procedure,
    a_row,
    an_agency,
    tell,
)


async def test_acceptance_promises_a_date_and_tells_what_it_rests_on(office: Office) -> None:
    dossier = await office.accepted()

    assert dossier["status"] == {"code": 2, "name": "Được tiếp nhận"}
    assert dossier["due_at"] == "2026-03-16T08:00:00+07:00"
    assert dossier["limit"] == {"value": "10", "unit": "working_day"}
    _, fact = await office.told(dossier)
    assert (fact["type"], fact["sequence"]) == ("dossier.accepted.v1", 2)
    told = fact["data"]
    assert told["due_at"] == "2026-03-16T01:00:00Z"
    assert (told["calendar"], told["calendar_version"]) == ("VN-HANH-CHINH", 1)
    assert told["limit"] == {"value": "10", "unit": "working_day"}
    assert (told["agency_level"], told["code"]) == ("commune", dossier["code"])


@pytest.mark.parametrize(
    ("filed", "accepted", "due"),
    [
        ("2026-03-02 10:00", "2026-03-02 10:30", "2026-03-09T10:30:00+07:00"),
        # In the last working hour it counts from the next working day's opening.
        ("2026-03-02 16:00", "2026-03-02 16:05", "2026-03-09T17:00:00+07:00"),
        ("2026-03-06 20:00", "2026-03-07 09:00", "2026-03-13T17:00:00+07:00"),
        # Accepted later than that, it counts from acceptance.
        ("2026-03-02 16:30", "2026-03-03 09:00", "2026-03-10T09:00:00+07:00"),
    ],
)
async def test_an_online_filing_of_the_last_hour_counts_from_the_next_opening(
    office: Office, filed: str, accepted: str, due: str
) -> None:
    office.clock(filed)
    dossier = await office.file(channel="online_full")
    office.clock(accepted)

    assert (await office.do(dossier, "acceptance"))["due_at"] == due


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-03-02 15:00", "2026-03-02T17:00:00+07:00"),
        ("2026-03-02 15:01", "2026-03-03T17:00:00+07:00"),
    ],
)
async def test_a_same_day_result_is_due_the_next_working_day_after_15_00(
    office: Office, moment: str, due: str
) -> None:
    office.clock(moment)

    dossier = await office.accepted(procedure=SAME_DAY)

    assert dossier["due_at"] == due


async def test_an_unknown_limit_is_no_due_date(office: Office) -> None:
    dossier = await office.accepted(procedure=NO_LIMIT)

    assert (dossier["limit"], dossier["due_at"]) == (None, None)


async def test_of_several_limits_the_officer_chooses(office: Office) -> None:
    dossier = await office.file(procedure=SEVERAL_LIMITS)

    open_question = await office.ask(dossier, "acceptance")
    wrong = await office.ask(dossier, "acceptance", {"limit_row": "other"})
    accepted = await office.do(dossier, "acceptance", {"limit_row": "long"})

    assert (open_question.status_code, open_question.json()["code"]) == (422, "limit_row_needed")
    assert [row["id"] for row in open_question.json()["rows"]] == ["short", "long"]
    assert wrong.json()["code"] == "limit_row_unknown"
    assert (accepted["limit_row"], accepted["limit"]["value"]) == ("long", "30")


async def test_what_was_filed_before_a_change_is_accepted_by_the_version_of_that_day(
    office: Office,
) -> None:
    before = await office.file()
    newer = a_procedure(
        version=2, valid_from=date(2026, 3, 3), methods=(a_row("direct", Method.DIRECT, "3"),)
    )
    await tell(office.database_url, [a_procedure(valid_to=date(2026, 3, 2)), newer])
    office.clock("2026-03-03 08:00")
    after = await office.file()

    accepted = [await office.do(dossier, "acceptance") for dossier in (before, after)]

    assert [dossier["version"] for dossier in accepted] == [1, 2]
    assert accepted[0]["due_at"] > accepted[1]["due_at"] == "2026-03-06T08:00:00+07:00"


async def test_a_withdrawn_procedure_is_accepted_no_more(office: Office) -> None:
    dossier = await office.file()
    await tell(office.database_url, [a_procedure(valid_to=date(2026, 3, 1))])

    answer = await office.ask(dossier, "acceptance")

    assert (answer.status_code, answer.json()["code"]) == (409, "procedure_not_in_force")


async def test_an_agency_that_was_abolished_meanwhile_names_its_successor(office: Office) -> None:
    dossier = await office.file()
    ended = an_agency(COMMUNE, valid_to=date(2026, 3, 1), successors=("H20.101",))
    await tell(office.database_url, [ended])

    answer = await office.ask(dossier, "acceptance")

    assert (answer.status_code, answer.json()["code"]) == (409, "agency_not_in_force")
    assert answer.json()["successors"] == ["H20.101"]


async def test_an_agencys_calendar_is_its_own_or_its_parents(office: Office) -> None:
    mornings = a_calendar().definition | {
        "code": "SANG",
        "weekly": {"0": [{"start": "07:00", "end": "11:00"}]},
    }
    calendar = a_calendar().model_copy(update={"code": "SANG", "definition": mornings})
    await tell(office.database_url, [calendar, an_agency("H20", calendar="SANG")])

    dossier = await office.accepted()

    assert dossier["calendar"] == "SANG"


async def test_the_newest_calendar_version_counts(office: Office) -> None:
    holiday = {"2026-03-03": {"name": "Nghỉ", "shifts": []}}
    await tell(office.database_url, [a_calendar(2, exceptions=holiday)])

    dossier = await office.accepted()

    assert dossier["calendar_version"] == 2
    assert dossier["due_at"] == "2026-03-17T08:00:00+07:00"


async def test_a_promise_beyond_every_calendar_is_refused_not_guessed(office: Office) -> None:
    endless = a_procedure(methods=(a_row("direct", Method.DIRECT, "90000", LimitUnit.MONTH),))
    dossier = await office.file()
    await tell(office.database_url, [endless])

    answer = await office.ask(dossier, "acceptance")

    assert (answer.status_code, answer.json()["code"]) == (409, "out_of_range")


async def test_a_case_can_be_corrected_at_acceptance(office: Office) -> None:
    dossier = await office.file()

    accepted = await office.do(dossier, "acceptance", {"case": "c02"})

    assert accepted["case"] == "c02"


async def test_a_refusal_at_the_counter_is_an_end_with_a_reason(office: Office) -> None:
    dossier = await office.file()
    without = await office.ask(dossier, "intake-refusal")

    refused = await office.do(dossier, "intake-refusal", {"ground": "Sai thẩm quyền."})

    assert without.status_code == 422
    assert refused["status"]["code"] == 3
    assert refused["allowed_actions"] == []
    assert refused["ended_at"] is not None
    assert (await office.told(dossier))[-1]["data"]["ground"] == "Sai thẩm quyền."
