"""Satisfaction and SIPAS come out to the digit, and hide what too few said."""

import asyncio
from datetime import date
from decimal import Decimal

from services.survey import instruments
from services.survey.instruments.packaged import SIPAS
from services.survey.scores import sipas
from tests.conftest import ServiceClient, Token
from tests.survey.counted import ANSWERED, COMMUNE, agencies, count, satisfaction


def overall(good: int, bad: int) -> dict[str, dict[str, int]]:
    return {"overall": {"satisfied": good, "not_satisfied": bad}}


# The worked example of the domain: answers 5×40, 4×45, 3×10, 2×3, 1×2 of a hundred.
HUNDRED = {
    "very_satisfied": 40, "satisfied": 45, "neutral": 10, "unsatisfied": 3, "very_unsatisfied": 2
}  # fmt: skip


def test_sipas_is_the_share_of_the_two_upper_levels() -> None:
    instrument = instruments.current(SIPAS)
    counted = {("overall", option): answers for option, answers in HUNDRED.items()}
    counted |= {("criterion_01", option): answers for option, answers in HUNDRED.items()}
    counted |= {("criterion_02", "very_unsatisfied"): 50}

    found = sipas.result(instrument, counted, answers_min=5)

    assert found.overall == sipas.Share(100, 85, Decimal("85.00"))
    assert found.criteria[0].share.percent == Decimal("85.00")
    assert found.factors[1] == sipas.Share(150, 85, Decimal("56.67"))
    assert found.factors[2] == sipas.Share(0, 0, None)
    assert len(found.criteria) == 22


def test_sipas_hides_a_factor_that_would_tell_what_few_said() -> None:
    few = {("criterion_01", "satisfied"): 4, ("criterion_02", "satisfied"): 100}

    found = sipas.result(instruments.current(SIPAS), few, answers_min=5)

    assert found.criteria[0].share == found.factors[1] == sipas.Share(None, None, None)
    assert found.criteria[1].share.percent == 100


async def test_sipas_is_told_of_the_months_and_agencies_asked_for(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await count(survey, {"overall": HUNDRED}, instrument=SIPAS)
    await count(survey, {"overall": {"neutral": 100}}, agency="H21", instrument=SIPAS)

    asked = {"from": "2026-01-01", "to": "2026-12-31", "agency": "H20"}
    shown = (await survey.http.get("/v1/surveys/sipas", params=asked)).json()

    assert shown["overall"] == {"answers": 100, "satisfied": 85, "percent": 85.0}
    assert shown["factors"]["1"] == {"answers": 0, "satisfied": 0, "percent": None}


async def test_satisfaction_is_laid_against_lateness(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    await count(survey, overall(9, 1), timeliness="on_time")
    await count(survey, overall(2, 6), timeliness="late")
    await count(survey, overall(4, 0), timeliness="unknown")

    shown = await satisfaction(survey, group_by="timeliness")

    assert {group: line["percent"] for group, line in shown.items()} == {
        "on_time": 90.0, "late": 25.0, "unknown": None
    }  # fmt: skip
    assert shown["unknown"]["answers"] is None
    assert (shown["late"]["answers"], shown["late"]["satisfied"]) == (8, 2)


async def test_satisfaction_is_compared_with_the_period_before_and_the_year_before(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await count(survey, overall(8, 2), month=date(2026, 3, 1))
    await count(survey, overall(6, 4), month=date(2026, 2, 1))
    await count(survey, overall(5, 5), month=date(2025, 3, 1))
    await count(survey, overall(1, 3), month=date(2026, 1, 1))

    agency = (await satisfaction(survey))[COMMUNE]
    months = await satisfaction(survey, group_by="month", **{"from": "2026-01-01"})

    [march] = (await satisfaction(survey, group_by="month")).values()

    assert (march["before"], march["year_before"]) == (60.0, 50.0)
    assert (agency["percent"], agency["before"], agency["year_before"]) == (80.0, 60.0, 50.0)
    assert agency["change"] == 20.0
    assert [months[m]["percent"] for m in sorted(months)] == [None, 60.0, 80.0]
    assert [months[m]["before"] for m in sorted(months)] == [None, None, 60.0]
    assert [months[m]["year_before"] for m in sorted(months)] == [None, None, 50.0]


async def test_equal_agencies_share_the_first_rank_and_the_second_is_left_out(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    for agency, good in (("H20.1", 8), ("H20.2", 16), ("H20.3", 7), ("H20.4", 4)):
        await count(survey, overall(good, (good // 4) if good > 7 else 10 - good), agency=agency)
    await count(survey, overall(3, 0), agency="H20.5")

    shown = await satisfaction(survey)

    assert [shown[agency]["rank"] for agency in sorted(shown)] == [1, 1, 3, 4, None]
    assert [shown[agency]["percent"] for agency in sorted(shown)] == [80.0, 80.0, 70.0, 40.0, None]


async def test_results_are_for_those_who_report_and_only_of_their_own_agencies(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await service_client("survey")
    await count(survey, ANSWERED)
    await count(survey, ANSWERED, agency="H21.1")
    months = {"from": "2026-03-01", "to": "2026-03-31"}
    paths = [("satisfaction", months), ("sipas", months), ("indices", {"year": "2026"})]

    async def ask(role: str, **more: str) -> list[int]:
        headers = {"Authorization": f"Bearer {token(role, agencies=['H20'])}"}
        answers = await asyncio.gather(
            *(
                survey.http.get(f"/v1/surveys/{path}", params=params | more, headers=headers)
                for path, params in paths
            )
        )
        return [answer.status_code for answer in answers]

    assert await ask("counter") == [403, 403, 403]
    assert await ask("leader") == [200, 200, 200]
    assert await ask("leader", agency="H21") == [404, 404, 404]
    survey.http.headers["Authorization"] = f"Bearer {token('leader', agencies=['H20'])}"
    assert list(await agencies(survey)) == [COMMUNE]
    assert list(await satisfaction(survey)) == [COMMUNE]


async def test_long_lists_of_agencies_come_page_by_page(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    for number in range(5):
        await count(survey, overall(6, 1), agency=f"H20.1{number}")
    seen: list[str] = []
    after: dict[str, str] = {}
    for _ in range(3):
        asked = {"from": "2026-03-01", "to": "2026-03-31", "limit": "2"} | after
        page = (await survey.http.get("/v1/surveys/satisfaction", params=asked)).json()
        seen += [line["group"] for line in page["items"]]
        after = {"after": page["next"]} if page["next"] else {}

    assert seen == [f"H20.1{number}" for number in range(5)]
    assert after == {}
