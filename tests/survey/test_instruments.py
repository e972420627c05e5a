"""Instruments are data: checked when they are drafted, fixed when they are published."""

import re
from typing import Any

import asyncpg
import pytest

from services.survey import instruments
from services.survey.instruments import filling
from services.survey.instruments.packaged import AGENCY_PART, ONLINE_SERVICE, SIPAS
from services.survey.schemas.instruments import Audience, Content, Instrument, Kind
from shared.errors import Unprocessable
from tests.conftest import ServiceClient, Token
from tests.survey.factories import SLIP, rows


def words(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def option(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "text": words(name)} | more


OWN: dict[str, Any] = {
    "code": "H20-PHIEU",
    "agency": "H20",
    "name": words("Phiếu của tỉnh"),
    "legal_ground": "Quyết định của UBND tỉnh",
    "answer_within_days": 15,
    "questions": [
        {"id": "came", "text": words("?"), "options": [option("online"), option("counter")]},
        {
            "id": "waited",
            "kind": "number",
            "least": 0,
            "most": 480,
            "text": words("?"),
            "shown_if": {"question": "came", "any_of": ["counter"]},
        },
        {
            "id": "better",
            "kind": "multiple",
            "most": 2,
            "text": words("?"),
            "options": [option("seats"), option("signs"), option("staff")],
        },
        {
            "id": "overall",
            "kind": "scale",
            "content": "satisfaction",
            "text": words("?"),
            "options": [
                option("good", level=2, satisfied=True),
                option("bad", level=1, satisfied=False),
            ],
        },
        {"id": "said", "kind": "text", "required": False, "most": 20, "text": words("?")},
    ],
}
FILLED: dict[str, Any] = {
    "came": "counter",
    "waited": 30,
    "better": ["seats", "staff"],
    "overall": "good",
}


def own(**changed: Any) -> Instrument:
    document = {name: value for name, value in OWN.items() if name != "agency"}
    return Instrument.model_validate(document | {"version": 1} | changed)


def test_the_packaged_slips_ask_what_the_rules_name() -> None:
    current, first = instruments.current(), instruments.get("TT01-2018", 1)

    assert [q.number for q in current.questions] == [1, 2, 3, 4, 6, 7, 10, 11]
    assert [q.index for q in current.questions] == [1, 2, 3, 4, 6, 7, None, None]
    assert [q.index for q in first.questions] == [1, 3, 4, 7, None]
    for question in current.questions:
        assert {option.points for option in question.options} >= {0, 1, 2}, question.id
    part = instruments.current(AGENCY_PART)
    assert part.audience == Audience.AGENCY
    assert [q.index for q in part.questions] == [5, 8, 9]
    service = instruments.current(ONLINE_SERVICE)
    assert [(q.id, q.required, len(q.options)) for q in service.questions] == [
        ("overall", True, 3), ("ease", False, 3), ("timeliness", False, 3), ("attitude", False, 3)
    ]  # fmt: skip


def test_sipas_has_five_factors_and_22_criteria_on_five_levels() -> None:
    questions = instruments.current(SIPAS).questions
    criteria = [q for q in questions if q.criterion is not None]

    assert [q.criterion for q in criteria] == list(range(1, 23))
    assert [sum(q.factor == factor for q in criteria) for factor in range(1, 6)] == [4, 5, 6, 3, 4]
    assert all({o.level for o in q.options} == {1, 2, 3, 4, 5} for q in criteria)
    assert all({o.level for o in q.options if o.satisfied} == {4, 5} for q in criteria)
    assert sum(q.content == Content.SATISFACTION for q in questions) == 6
    assert {q.kind for q in questions} == {Kind.SCALE, Kind.MULTIPLE, Kind.TEXT}


def test_a_slip_is_taken_apart_into_what_is_counted_and_what_is_read() -> None:
    slip = filling.check(own(), FILLED | {"said": "  Cảm ơn  "})

    assert slip.choices == FILLED
    assert slip.remarks == {"said": "Cảm ơn"}


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"came": "online"}, {"/choices/waited": "hidden"}),
        ({"waited": None}, {"/choices/waited": "missing"}),
        ({"waited": 481}, {"/choices/waited": "out_of_bounds"}),
        ({"waited": -1}, {"/choices/waited": "out_of_bounds"}),
        ({"waited": "30"}, {"/choices/waited": "wrong_kind"}),
        ({"better": []}, {"/choices/better": "out_of_bounds"}),
        ({"better": ["seats", "signs", "staff"]}, {"/choices/better": "out_of_bounds"}),
        ({"better": ["seats", "seats"]}, {"/choices/better": "twice"}),
        ({"better": ["food"]}, {"/choices/better": "not_an_option"}),
        ({"better": "seats"}, {"/choices/better": "wrong_kind"}),
        ({"overall": "fair"}, {"/choices/overall": "not_an_option"}),
        ({"overall": ["good"]}, {"/choices/overall": "wrong_kind"}),
        ({"said": "x" * 21}, {"/choices/said": "out_of_bounds"}),
        ({"said": "a\x00b"}, {"/choices/said": "out_of_bounds"}),
        ({"a/b": "x"}, {"/choices/a~1b": "unknown"}),
        ({"came": "bus", "overall": None}, {
            "/choices/came": "not_an_option", "/choices/waited": "hidden",
            "/choices/overall": "missing",
        }),
    ],
)  # fmt: skip
def test_each_spot_that_does_not_stand_is_named(
    changed: dict[str, Any], wrong: dict[str, str]
) -> None:
    filled = {name: value for name, value in (FILLED | changed).items() if value is not None}

    with pytest.raises(Unprocessable) as refused:
        filling.check(own(), filled)

    assert {error.pointer: error.code for error in refused.value.errors} == wrong


def test_who_came_online_is_not_asked_how_long_they_waited() -> None:
    filled: dict[str, Any] = {"came": "online", "better": ["signs"], "overall": "bad"}

    assert filling.check(own(), filled).choices == filled


@pytest.mark.parametrize(
    ("spot", "value", "complaint"),
    [
        (0, {"options": [option("online")]}, "two or more"),
        (1, {"most": None}, "has bounds"),
        (1, {"least": 500}, "above `most`"),
        (1, {"options": [option("a"), option("b")]}, "questions of choice"),
        (1, {"shown_if": {"question": "overall", "any_of": ["good"]}}, "an earlier one's options"),
        (1, {"shown_if": {"question": "came", "any_of": ["bus"]}}, "an earlier one's options"),
        (2, {"options": [option("seats"), option("seats")]}, "stands twice"),
        (2, {"id": "came"}, "stands twice"),
        (3, {"options": [option("good"), option("bad")]}, "a level of its own"),
        (3, {"index": 1}, "a single choice"),
    ],
)
def test_an_instrument_that_cannot_be_filled_in_is_refused(
    spot: int, value: dict[str, Any], complaint: str
) -> None:
    questions = [*OWN["questions"]]
    questions[spot] = questions[spot] | value

    with pytest.raises(ValueError, match=re.escape(complaint)):
        own(questions=questions)


async def test_a_draft_is_replaced_until_it_is_published_and_then_a_new_version_begins(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await service_client("survey", bearer=token("catalogue", agencies=["H20"]))

    first = await survey.http.post("/v1/instruments", json=OWN)
    again = await survey.http.post("/v1/instruments", json=OWN | {"answer_within_days": 20})
    unseen = await survey.http.get("/v1/surveys/instruments/H20-PHIEU/1")
    published = await survey.http.post("/v1/instruments/H20-PHIEU:publish")
    twice = await survey.http.post("/v1/instruments/H20-PHIEU:publish")
    later = await survey.http.post("/v1/instruments", json=OWN)

    assert (first.status_code, again.status_code, later.status_code) == (201, 201, 201)
    assert [one.json()["instrument"]["version"] for one in (first, again, later)] == [1, 1, 2]
    assert unseen.status_code == 404
    assert published.json()["published"] is True
    assert (twice.status_code, twice.json()["code"]) == (409, "nothing_to_publish")
    seen = (await survey.http.get("/v1/surveys/instruments/H20-PHIEU/1")).json()
    assert seen["answer_within_days"] == 20
    listed = (await survey.http.get("/v1/surveys/instruments")).json()["items"]
    assert ("H20-PHIEU", 1) in {(one["code"], one["version"]) for one in listed}
    assert ("H20-PHIEU", 2) not in {(one["code"], one["version"]) for one in listed}


async def test_what_is_published_stays_as_it_is_whoever_writes(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await survey.http.post("/v1/instruments", json=OWN)
    await rows(survey.database_url, "update instrument set drafted_by = 'x'")
    await survey.http.post("/v1/instruments/H20-PHIEU:publish")

    for change in ("update instrument set document = '{}'", "delete from instrument"):
        with pytest.raises(asyncpg.RestrictViolationError, match="H20-PHIEU version 1 stays"):
            await rows(survey.database_url, change)


async def test_drafting_is_for_those_who_keep_the_provinces_catalogue(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await service_client("survey", bearer="")

    async def draft(*roles: str, agency: str = "H20", owner: str = "H20", **changed: Any) -> int:
        headers = {"Authorization": f"Bearer {token(*roles, agencies=[agency])}"}
        answer = await survey.http.post(
            "/v1/instruments", json=OWN | {"agency": owner} | changed, headers=headers
        )
        return answer.status_code

    assert await draft("counter") == 403
    assert await draft("catalogue", agency="H21") == 404
    assert await draft("catalogue", code="TT01-2018") == 409
    assert await draft("catalogue") == 201
    assert await draft("catalogue", agency="H21", owner="H21") == 409
    assert await draft("catalogue", questions=[]) == 422
    assert await draft("catalogue", legal_ground="\x00") == 422
    other = {"Authorization": f"Bearer {token('leader', agencies=['H21'])}"}
    foreign = await survey.http.post("/v1/instruments/H20-PHIEU:publish", headers=other)
    assert foreign.status_code == 404


def test_points_and_indices_follow_from_the_choices() -> None:
    instrument = instruments.current()
    chosen = SLIP | {"contacts": "own_fault", "attitude": "fair"}

    assert filling.points(instrument, chosen)["overall"] == 2
    told = filling.indices(instrument, chosen)
    assert told == {"1": 2, "2": 2, "4": 2, "6": 2, "7": 1}
