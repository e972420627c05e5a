from typing import Any

import pytest

from tests.intake.conftest import Office, Officers
from tests.intake.factories import BIRTH_PAPER, COMMUNE, DEPARTMENT, OTHER_COMMUNE

QUESTION = {
    "agency": DEPARTMENT,
    "question": "Có trùng quy hoạch không?",
    "due_at": "2026-03-06T17:00:00+07:00",
}


async def ask(counter: Office, **changed: Any) -> dict[str, Any]:
    dossier = await counter.accepted()
    await counter.do(dossier, "opinions", QUESTION | changed)
    return dossier


async def test_an_opinion_is_asked_and_given_and_pauses_nothing(officers: Officers) -> None:
    counter = await officers("counter", "cuc")
    asked = await officers("specialist", "sau", [DEPARTMENT])
    dossier = await ask(counter)
    path = f"/v1/dossiers/{dossier['code']}"

    [waiting] = (await asked.get("/v1/inbox/opinions")).json()["items"]
    assert (waiting["dossier"], waiting["opinion"]["question"]) == (
        dossier["code"],
        QUESTION["question"],
    )
    answered = await asked.do(dossier, "opinions/1/answer", {"answer": "Không trùng."})

    assert (answered["due_at"], answered["waiting"]) == (dossier["due_at"], None)
    assert answered["status"]["code"] == 2
    assert (await asked.get("/v1/inbox/opinions")).json()["items"] == []
    [opinion] = (await counter.get(f"{path}/opinions")).json()["items"]
    assert (opinion["answer"], opinion["given_by"], opinion["late"]) == (
        "Không trùng.",
        "sau",
        False,
    )
    facts = (await officers.office.told(dossier))[-2:]
    assert [fact["type"] for fact in facts] == [
        "dossier.opinion_asked.v1",
        "dossier.opinion_given.v1",
    ]
    assert "question" not in facts[0]["data"]
    history = (await counter.get(f"{path}/history")).json()["items"]
    assert [line["label"] for line in history][-2:] == ["Lấy ý kiến cơ quan khác", "Cho ý kiến"]


@pytest.mark.parametrize(
    ("moment", "late"), [("2026-03-06 17:30", False), ("2026-03-07 07:00", True)]
)
async def test_an_answer_after_its_day_is_late(officers: Officers, moment: str, late: bool) -> None:
    counter = await officers("counter", "cuc")
    asked = await officers("specialist", "sau", [DEPARTMENT])
    dossier = await ask(counter)
    asked.clock(moment)
    path = f"/v1/dossiers/{dossier['code']}/opinions"
    assert (await asked.get(path)).json()["items"][0]["late"] is late

    await asked.do(dossier, "opinions/1/answer", {"answer": "Có."})

    assert (await officers.office.told(dossier))[-1]["data"]["late"] is late


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"due_at": "2026-03-16T08:01:00+07:00"}, "opinion_due_too_late"),
        ({"due_at": "2026-03-02T07:59:00+07:00"}, "opinion_due_passed"),
        ({"agency": COMMUNE}, "opinion_of_oneself"),
        ({"agency": "H20.999"}, "agency_unknown"),
    ],
)
async def test_a_question_has_a_date_inside_the_dossier_s_own_and_somebody_else_to_answer(
    officers: Officers, changed: dict[str, str], code: str
) -> None:
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()

    answer = await counter.ask(dossier, "opinions", QUESTION | changed)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_nobody_is_asked_about_what_is_not_under_way(officers: Officers) -> None:
    counter = await officers("counter", "cuc")
    dossier = await counter.file()

    answer = await counter.ask(dossier, "opinions", QUESTION)

    assert (answer.status_code, answer.json()["code"]) == (409, "not_under_way")


async def test_only_the_agency_that_was_asked_answers_and_once(officers: Officers) -> None:
    counter = await officers("counter", "cuc")
    asked = await officers("specialist", "sau", [DEPARTMENT])
    stranger = await officers("specialist", "la", [OTHER_COMMUNE])
    dossier = await ask(counter)
    said = {"answer": "Có."}

    assert (await stranger.ask(dossier, "opinions/1/answer", said)).status_code == 404
    own = await counter.ask(dossier, "opinions/1/answer", said)
    assert (own.status_code, own.json()["code"]) == (403, "opinion_of_another")
    assert (await asked.ask(dossier, "opinions/2/answer", said)).status_code == 404
    await asked.do(dossier, "opinions/1/answer", said)
    again = await asked.ask(dossier, "opinions/1/answer", said)
    assert (again.status_code, again.json()["code"]) == (409, "opinion_given")


async def test_whoever_is_asked_sees_the_dossier_and_decides_nothing(officers: Officers) -> None:
    counter = await officers("counter", "cuc")
    asked = await officers("leader", "sau", [DEPARTMENT])
    dossier = await ask(counter)
    path = f"/v1/dossiers/{dossier['code']}"

    assert (await asked.get(path)).status_code == 200
    assert (await asked.get(path, unmask=True)).status_code == 403
    for action, body in (
        ("resolution", {"outcome": "approved"}),
        ("supplement-requests", {"components": [{"id": BIRTH_PAPER, "reason": "x"}]}),
        ("opinions", QUESTION),
        ("withdrawal", {}),
    ):
        assert (await asked.ask(dossier, action, body)).status_code in {403, 404}, action
    free = {"name": "a", "unit": "b", "officer": "c"}
    assert (await asked.ask(dossier, "steps", free)).status_code == 403


async def test_the_same_question_under_one_key_is_asked_once(officers: Officers) -> None:
    counter = await officers("counter", "cuc")
    dossier = await counter.accepted()

    for _ in range(2):
        answer = await counter.ask(dossier, "opinions", QUESTION, Idempotency_Key="k1")
        assert answer.status_code == 200

    path = f"/v1/dossiers/{dossier['code']}/opinions"
    assert len((await counter.get(path)).json()["items"]) == 1
