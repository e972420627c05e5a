"""Scores equal a recount of the slips, and hide what too few people said."""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from services.survey import instruments
from services.survey.means import mean
from shared import clock
from tests.conftest import Client, ServiceClient
from tests.survey.factories import RETURNED, SLIP, invite, rows

Token = Callable[..., str]
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}
RECOUNT = """
    select agency, procedure, date_trunc('month', answered_on)::date as month, instrument,
           instrument_version, c.key as question, c.value as option, count(*)::int as answers
    from answer, jsonb_each_text(choices) as c group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 6, 7
"""


async def fill_in(
    survey: Client, choices: dict[str, str], *, at: datetime = RETURNED, **changed: Any
) -> None:
    dossier = await invite(survey.database_url, returned_at=at, **changed)
    survey.app.dependency_overrides[clock.now] = lambda: at
    listed = await survey.http.get("/v1/surveys/invitations", params={"dossier": str(dossier)})
    answer = await survey.http.post(listed.json()["items"][0]["link"], json={"choices": choices})
    assert answer.status_code == 201


async def test_scores_equal_a_recount_of_the_slips(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    chance = random.Random(7)
    questions = instruments.current().questions
    filled: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
    for _ in range(90):
        agency = chance.choice(["H20.40.01", "H20.40.02"])
        procedure = chance.choice(["1.001193", "1.004222"])
        at = RETURNED + timedelta(days=chance.randrange(60))
        choices = {q.id: chance.choice(q.options).id for q in questions}
        await fill_in(survey, choices, at=at, competent_agency=agency, procedure=procedure)
        month = (at + timedelta(hours=7)).strftime("%Y-%m")
        filled[agency, procedure, month].append(choices)

    recounted = await rows(survey.database_url, RECOUNT)
    kept = await rows(survey.database_url, "select * from score_option order by 1, 2, 3, 6, 7")
    assert [tuple(row) for row in kept] == [tuple(row) for row in recounted]
    for position, group_by in enumerate(["agency", "procedure", "month"]):
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
        assert shown["total"]["slips"] == 90


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
