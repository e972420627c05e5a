"""The nine indices, their classes and ranks come out to the digit."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from services.survey.schemas.indices import Duty, Grade
from services.survey.scores import nine
from services.survey.scores.periods import Period
from tests.conftest import ServiceClient, Token
from tests.survey.counted import ANSWERED, COMMUNE, OTHER, agencies, count, enter, know


def points(*values: str) -> dict[int, Decimal]:
    return {index: Decimal(value) for index, value in enumerate(values, 1) if value}


@pytest.mark.parametrize(
    ("given", "total", "grade"),
    [
        (("1.8", "1.6", "1.9", "1.7", "2", "2", "1.5", "2", "1"), "15.5", Grade.EXCELLENT),
        (("1.8", "1.6", "1.9", "1.7", "1", "2", "1.5", "2", "1"), "14.5", Grade.GOOD),
        (("2", "2", "2", "2", "2", "2", "2", "1", "0"), "15", Grade.EXCELLENT),
        (("2", "2", "2", "2", "2", "2", "2", "0.9", "0"), "14.9", Grade.GOOD),
        (("2", "2", "2", "2", "2", "2", "0", "0", "0"), "12", Grade.GOOD),
        (("2", "2", "2", "2", "2", "1.9", "0", "0", "0"), "11.9", Grade.FAIR),
        (("2", "2", "2", "2", "1", "0", "0", "0", "0"), "9", Grade.FAIR),
        (("2", "2", "2", "2", "0.9", "0", "0", "0", "0"), "8.9", Grade.AVERAGE),
        (("2", "2", "2", "0", "0", "0", "0", "0", "0"), "6", Grade.AVERAGE),
        (("2", "2", "1.9", "0", "0", "0", "0", "0", "0"), "5.9", Grade.WEAK),
        # Without index 9: 13.4 of 16 is 15.075 of 18, where a zero would have made it "good".
        (("1.8", "1.6", "1.9", "1.6", "1", "2", "1.5", "2", ""), "13.4", Grade.EXCELLENT),
        ((), None, None),
    ],
)
def test_classes_have_exact_bounds_and_what_has_no_data_is_left_out(
    given: tuple[str, ...], total: str | None, grade: Grade | None
) -> None:
    assert nine.total(points(*given)) == (None if total is None else Decimal(total))
    assert nine.grade(points(*given)) == grade


@pytest.mark.parametrize(
    ("given", "total", "duty"),
    [
        (("2", "1", "2", "1", "", "2", "1"), "7", Duty.FULL),
        (("1", "1", "1", "1", "", "", "1"), "5", Duty.FULL),
        (("1", "1", "1", "1", "", "2", "0.9"), "4.9", Duty.PARTLY),
        (("1", "1", "1", "0.5", "", "2", "0"), "3.5", Duty.PARTLY),
        (("1", "1", "1", "0.4", "", "2", "0"), "3.4", Duty.LITTLE),
        (("", "", "", "", "2", "2", ""), None, None),
    ],
)
def test_an_officers_total_leaves_index_6_out(
    given: tuple[str, ...], total: str | None, duty: Duty | None
) -> None:
    assert nine.officer_total(points(*given)) == (None if total is None else Decimal(total))
    assert nine.duty(points(*given)) == duty


def test_ranks_are_by_the_exact_share() -> None:
    shares = [Fraction(1, 3), None, Fraction(2, 3), Fraction(1, 3), Fraction(1, 4)]

    assert nine.ranks(shares) == [2, None, 1, 2, 4]


def test_a_quarter_and_a_year_have_their_days() -> None:
    assert (Period(2026, 1).first, Period(2026, 1).last) == (date(2026, 1, 1), date(2026, 3, 31))
    assert (Period(2026, 4).first, Period(2026, 4).last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert (Period(2024, None).first, Period(2024, None).last.day) == (date(2024, 1, 1), 31)


async def test_the_example_of_the_circular_comes_out_of_slips_and_entries(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await know(survey, COMMUNE)
    await count(survey, ANSWERED)
    without = (await agencies(survey))[COMMUNE]
    assert await enter(survey, 5, 1) == 201
    first = (await agencies(survey))[COMMUNE]
    assert await enter(survey, 5, 2) == 201
    assert await enter(survey, 9, 1) == 201

    shown = (await agencies(survey))[COMMUNE]

    assert [one["points"] for one in shown["indices"]] == [1.8, 1.6, 1.9, 1.7, 2, 2, 1.5, 2, 1]
    assert (shown["total"], shown["out_of"], shown["grade"]) == (15.5, 18, "excellent")
    assert (first["total"], first["out_of"]) == (13.5, 16)
    assert (without["total"], without["out_of"]) == (12.5, 14)
    assert shown["name"] == "Xã H20.40.01"
    assert shown["slips"] == 10
    assert shown["satisfaction"] == {
        "very_satisfied": 50.0, "satisfied": 30.0, "not_satisfied": 20.0
    }  # fmt: skip


async def test_the_appraisers_points_count_and_nobody_appraises_the_own_agency(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await service_client("survey")
    await know(survey, COMMUNE)
    await count(survey, ANSWERED)
    less: dict[str, Any] = {"kind": "appraised", "reason": "Có hồ sơ trễ"}

    survey.http.headers["Authorization"] = f"Bearer {token('leader', agencies=[COMMUNE])}"
    assert await enter(survey, 9, 2) == 201
    assert await enter(survey, 1, 1.2, **less) == 403
    survey.http.headers["Authorization"] = f"Bearer {token('reporter', agencies=['H20'])}"
    assert await enter(survey, 1, 1.2, **less) == 201
    assert await enter(survey, 9, 0.5, **less) == 201

    shown = (await agencies(survey))[COMMUNE]
    nineth = shown["indices"][8]
    assert (nineth["self_score"], nineth["appraised"], nineth["points"]) == (2.0, 0.5, 0.5)
    assert nineth["reason"] == "Có hồ sơ trễ"
    assert (shown["indices"][0]["measured"], shown["indices"][0]["points"]) == (1.8, 1.2)


async def test_a_years_points_are_the_mean_of_its_quarters(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    await know(survey, COMMUNE)
    for quarter, points_ in ((1, 1.5), (2, 2.0), (4, 1.0)):
        assert await enter(survey, 5, points_, quarter=quarter) == 201
    await count(survey, ANSWERED, month=date(2026, 3, 1))
    await count(survey, {"time": {"late": 10}}, month=date(2026, 12, 1))

    year = (await agencies(survey, None))[COMMUNE]

    assert year["indices"][4]["points"] == 1.5
    assert year["indices"][0]["points"] == 0.9
    assert year["slips"] == 20


async def test_few_slips_feed_no_index_and_equal_agencies_share_a_rank(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await know(survey, COMMUNE, OTHER)
    for agency in (COMMUNE, OTHER, "H20.40.04"):
        await count(survey, {"time": {"on_time": 5}}, agency=agency)
    await count(survey, {"time": {"early": 4}}, agency="H20.40.03")

    shown = await agencies(survey)

    assert [shown[agency]["rank"] for agency in sorted(shown)] == [1, 1, None, 1]
    few = shown["H20.40.03"]
    assert few["slips"] is None
    assert few["indices"][0]["points"] is None
    assert (few["total"], few["out_of"], few["grade"]) == (None, 0, None)


async def test_points_of_entries_are_tenths_up_to_two_with_a_reason_for_less(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    await know(survey, COMMUNE)

    assert await enter(survey, 9, 1.25) == 422
    assert await enter(survey, 9, 2.1) == 422
    assert await enter(survey, 9, -0.1) == 422
    assert await enter(survey, 10, 1) == 422
    assert await enter(survey, 9, 1, quarter=5) == 422
    assert await enter(survey, 9, 1, kind="appraised") == 422
    assert await enter(survey, 9, 1, reason="a\x00") == 422
    assert await enter(survey, 9, 1, agency="H20.99") == 404
