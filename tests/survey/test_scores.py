"""Scores equal a recount of the slips, and hide what too few people said."""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import asyncpg
import pytest

from services.survey import instruments
from services.survey.scores import recount
from services.survey.scores.asking import GroupBy
from services.survey.scores.means import mean
from services.survey.scores.recount import Difference
from shared import clock
from tests.conftest import Client, ServiceClient
from tests.survey.factories import RETURNED, SLIP, hand_out, invite, rows
from tests.survey.test_instruments import FILLED, OWN

Token = Callable[..., str]
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}


async def fill_in(
    survey: Client,
    choices: dict[str, Any],
    *,
    at: datetime = RETURNED,
    instrument: str | None = None,
    late: bool | None = None,
    **changed: Any,
) -> None:
    dossier = await invite(survey.database_url, returned_at=at, **changed)
    told = "update invitation set late = $2, instrument = coalesce($3, instrument)"
    version = ", instrument_version = case when $3 is null then instrument_version else 1 end"
    query = f"{told}{version} where dossier = $1"
    await rows(survey.database_url, query, dossier, late, instrument)
    survey.app.dependency_overrides[clock.now] = lambda: at
    link = await hand_out(survey.http, dossier)
    answer = await survey.http.post(link, json={"choices": choices})
    assert answer.status_code == 201, answer.text


async def uncounted(survey: Client) -> list[Difference]:
    connection = await asyncpg.connect(survey.database_url)
    try:
        return await recount.differences(connection)
    finally:
        await connection.close()


async def test_scores_equal_a_recount_of_the_slips(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    chance = random.Random(7)
    questions = instruments.current().questions
    filled: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for _ in range(60):
        agency = chance.choice(["H20.40.01", "H20.40.02"])
        procedure = chance.choice(["1.001193", "1.004222"])
        field = chance.choice(["Hộ tịch", "Đất đai"])
        channel = chance.choice(["counter", "online_full"])
        late = chance.choice([True, False, None])
        at = RETURNED + timedelta(days=chance.randrange(50))
        choices = {q.id: chance.choice(q.options).id for q in questions}
        traits = {"competent_agency": agency, "procedure": procedure, "field": field}
        await fill_in(survey, choices, at=at, late=late, channel=channel, **traits)
        month = (at + timedelta(hours=7)).strftime("%Y-%m")
        told = {True: "late", False: "on_time", None: "unknown"}[late]
        filled[agency, procedure, field, channel, told, month].append(choices)

    assert await uncounted(survey) == []
    for position, group_by in enumerate(GroupBy):
        shown = (
            await survey.http.get("/v1/surveys/scores", params=YEAR | {"group_by": group_by})
        ).json()
        expected: dict[str, list[dict[str, str]]] = defaultdict(list)
        for key, slips in filled.items():
            expected[key[position]] += slips
        assert [line["group"] for line in shown["items"]] == sorted(expected)
        for line in shown["items"]:
            assert line["slips"] == len(expected[line["group"]])
            assert means(line) == brute_means(expected[line["group"]])
        assert shown["total"]["slips"] == 60


async def test_a_recount_finds_and_repairs_what_was_counted_wrong(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await fill_in(survey, SLIP)
    await rows(survey.database_url, "update score_option set answers = 7 where question = 'time'")
    await rows(survey.database_url, "delete from score")

    found = await uncounted(survey)

    assert sorted({(one.table, one.counted) for one in found}) == [
        ("score", False), ("score_option", False), ("score_option", True)
    ]  # fmt: skip
    connection = await asyncpg.connect(survey.database_url)
    await recount.repair(connection)
    await connection.close()
    assert await uncounted(survey) == []


async def test_every_kind_of_question_is_counted_in_its_own_way(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await survey.http.post("/v1/instruments", json=OWN)
    await survey.http.post("/v1/instruments/H20-PHIEU:publish")
    told: list[dict[str, Any]] = [
        {"came": "counter", "waited": minutes, "better": better, "overall": "good"}
        for minutes, better in [(10, ["seats"]), (20, ["seats", "staff"]), (15, ["signs"])]
    ]
    told += [{"came": "online", "better": ["seats"], "overall": "bad"}] * 2
    for choices in [*told, FILLED, FILLED | {"waited": 6}]:
        await fill_in(survey, choices, instrument="H20-PHIEU")

    shown = (await survey.http.get("/v1/surveys/scores", params=YEAR)).json()

    assert await uncounted(survey) == []
    asked = {question["question"]: question for question in shown["total"]["questions"]}
    assert (asked["waited"]["answers"], asked["waited"]["average"]) == (5, 16.2)
    assert [one["answers"] for one in asked["better"]["options"]] == [6, 1, 3]
    assert [one["percent"] for one in asked["better"]["options"]] == [85.7, 14.3, 42.9]
    assert (asked["overall"]["satisfied"], asked["overall"]["average"]) == (71.43, 1.71)
    assert "said" not in asked


async def test_a_question_that_too_few_answered_is_left_out(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await survey.http.post("/v1/instruments", json=OWN)
    await survey.http.post("/v1/instruments/H20-PHIEU:publish")
    online = {"came": "online", "better": ["seats"], "overall": "good"}
    for choices in [online, online, online, online, FILLED]:
        await fill_in(survey, choices, instrument="H20-PHIEU")

    shown = (await survey.http.get("/v1/surveys/scores", params=YEAR)).json()

    asked = [question["question"] for question in shown["items"][0]["questions"]]
    assert asked == ["came", "better", "overall"]
    assert shown["items"][0]["slips"] == 5


def means(line: dict[str, Any]) -> dict[str, float | None]:
    return {question["question"]: question["mean"] for question in line["questions"]}


def brute_means(slips: list[dict[str, str]]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for question in instruments.current().questions:
        worth = [question.points(slip[question.id]) for slip in slips]
        points = [Decimal(w) for w in worth if w is not None]
        exact = sum(points, Decimal(0)) / len(points) if points else None
        found[question.id] = (
            None if exact is None else float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))
        )
    return found


async def test_fewer_than_five_slips_are_not_shown(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    for _ in range(4):
        await fill_in(survey, SLIP, competent_agency="H20.40.01")

    few = (await survey.http.get("/v1/surveys/scores", params=YEAR)).json()
    assert few["items"] == [{"group": "H20.40.01", "slips": None, "questions": None}]
    assert few["total"] == {"group": None, "slips": None, "questions": None}

    await fill_in(survey, SLIP, competent_agency="H20.40.01")
    enough = (await survey.http.get("/v1/surveys/scores", params=YEAR)).json()
    assert enough["items"][0]["slips"] == 5
    assert enough["total"]["slips"] == 5
    overall = enough["items"][0]["questions"][-1]
    assert [option["percent"] for option in overall["options"]] == [100.0, 0.0, 0.0]


async def test_a_hidden_group_cannot_be_found_by_subtraction(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    for _ in range(5):
        await fill_in(survey, SLIP, competent_agency="H20.40.01")
    await fill_in(survey, SLIP, competent_agency="H20.40.02")

    shown = (await survey.http.get("/v1/surveys/scores", params=YEAR)).json()

    assert [line["slips"] for line in shown["items"]] == [5, None]
    assert shown["total"]["slips"] is None


async def test_an_answer_without_points_counts_as_a_slip_but_not_in_the_mean(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    for contacts in ("never", "never", "once", "own_fault", "own_fault"):
        await fill_in(survey, SLIP | {"contacts": contacts})

    shown = (await survey.http.get("/v1/surveys/scores", params=YEAR)).json()

    contacts = next(q for q in shown["total"]["questions"] if q["question"] == "contacts")
    assert (contacts["answers"], contacts["scored"], contacts["mean"]) == (5, 3, 1.7)


@pytest.mark.parametrize(
    ("points", "scored", "expected"),
    [(186, 100, "1.9"), (185, 100, "1.9"), (184, 100, "1.8"), (0, 3, "0.0"), (0, 0, None)],
)
def test_means_are_rounded_half_up_to_one_decimal(
    points: int, scored: int, expected: str | None
) -> None:
    assert mean(points, scored) == (None if expected is None else Decimal(expected))


async def test_the_month_is_the_one_in_vietnam(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    for _ in range(5):
        await fill_in(survey, SLIP, at=datetime(2026, 3, 31, 18, 0, tzinfo=UTC))

    april = {"from": "2026-04-15", "to": "2026-04-15", "group_by": "month"}
    shown = (await survey.http.get("/v1/surveys/scores", params=april)).json()

    assert [line["group"] for line in shown["items"]] == ["2026-04"]
    assert (shown["from"], shown["to"]) == ("2026-04-01", "2026-04-30")


async def test_callers_see_their_own_subtree_only(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await service_client("survey")
    for agency in ("H20.40.01", "H20.4", "H20.400"):
        for _ in range(5):
            await fill_in(survey, SLIP, competent_agency=agency)

    async def ask(*roles: str, **params: str) -> Any:
        headers = {"Authorization": f"Bearer {token(*roles, agencies=['H20.40'])}"}
        return await survey.http.get("/v1/surveys/scores", params=YEAR | params, headers=headers)

    own = (await ask("leader")).json()
    assert [line["group"] for line in own["items"]] == ["H20.40.01"]
    assert own["total"]["slips"] == 5
    assert (await ask("reporter", agency="H20.40.01")).json()["total"]["slips"] == 5
    assert (await ask("leader", agency="H20")).status_code == 404
    assert (await ask("leader", agency="H20.4")).status_code == 404
    assert (await ask("counter")).status_code == 403


async def test_long_lists_are_walked_page_by_page(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    agencies = [f"H20.1{n:02}" for n in range(5)]
    for agency in agencies:
        await fill_in(survey, SLIP, competent_agency=agency)

    seen: list[str] = []
    after: dict[str, str] = {}
    for _ in range(3):
        page = (
            await survey.http.get("/v1/surveys/scores", params=YEAR | {"limit": "2"} | after)
        ).json()
        seen += [line["group"] for line in page["items"]]
        after = {"after": page["next"]} if page["next"] else {}

    assert seen == agencies
    assert after == {}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"from": "2026-02-01", "to": "2026-01-01"},
        {"from": "1900-01-01", "to": "2026-01-01"},
        {"from": "yesterday", "to": "2026-01-01"},
        YEAR | {"group_by": "officer"},
        YEAR | {"after": "!!"},
        YEAR | {"after": "WzFd"},
        YEAR | {"agency": "h20\x00"},
    ],
)
async def test_a_question_that_makes_no_sense_is_422(
    service_client: ServiceClient, params: dict[str, str]
) -> None:
    survey = await service_client("survey")

    assert (await survey.http.get("/v1/surveys/scores", params=params)).status_code == 422
