"""The nine indices of Circular 01/2018: points, means, totals and classes to the digit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import asyncpg
import pytest

from services.sla.figures.circular01 import (
    OFFICER_INDICES,
    duty_of,
    online_points,
    petition_points,
    time_points,
)
from services.sla.figures.figure import Figure
from services.sla.indices.published import CIRCULAR_01, packaged
from services.sla.indices.schemes import ONE, SchemeDescription, total
from shared.events import AgencyLevel, Channel, SurveyAnswered
from tests.conftest import ServiceClient, Token
from tests.sla.factories import at, make_agency, make_procedure, wrap
from tests.sla.index_lives import NOW, OPEN, keep, make_life
from tests.sla.rows import rebuilt_tables
from tests.sla.stream import deliver

AGENCY = "H20.40.01"
STAY = """
insert into stay (dossier, number, step, name, agency, given_at, verdict)
values ($1, $2, '', 'Thẩm định', 'H20.05', '2026-03-03', $3)
"""
QUARTER = f"from=2026-01-01&to=2026-03-31&agency={AGENCY}"


@pytest.fixture(scope="module")
def circular() -> SchemeDescription:
    scheme = packaged(CIRCULAR_01)
    assert scheme is not None
    return scheme.description


def agency_total(circular: SchemeDescription, means: list[str | None]) -> Fraction:
    """Means of indices 1 to 9; a hundred dossiers each."""
    points = []
    for criterion, mean in zip(circular.criteria, means, strict=True):
        if mean is not None:
            figure = Figure(100 * Fraction(mean), Fraction(200))
            points.append(circular.score(criterion, figure, ONE))
    return total(points)


@pytest.mark.parametrize(
    ("means", "points", "name"),
    [
        (["1.8", "1.6", "1.9", "1.7", "2", "2", "1.5", "2", "1"], "15.5", "Xuất sắc"),
        (["1.8", "1.6", "1.9", "1.7", "1", "2", "1.5", "2", "1"], "14.5", "Tốt"),
        (["1.8", "1.6", "1.9", "1.7", "2", "2", "1.5", "1.5", "1"], "15.0", "Xuất sắc"),
        (["1.8", "1.6", "1.9", "1.7", "2", "2", "1.5", "1.4", "1"], "14.9", "Tốt"),
        (["1", "1", "1", "1", "1", "2", "1.5", "1.5", "2"], "12.0", "Tốt"),
        (["1", "1", "1", "1", "1", "2", "1.5", "1.4", "2"], "11.9", "Khá"),
        (["1"] * 9, "9.0", "Khá"),
        (["0.9", *["1"] * 8], "8.9", "Trung bình"),
        (["0.6", *["0.675"] * 8], "6.2", "Trung bình"),
        (["0.6", "0.6", "0.6", "0.6", "0.6", "0.6", "0.6", "0.6", "1.2"], "6.0", "Trung bình"),
        (["0.6", "0.6", "0.6", "0.6", "0.6", "0.6", "0.6", "0.6", "1.1"], "5.9", "Yếu"),
        # Without enough data an index is left out of the sum (Art 15(4)(b)).
        (["1.8", "1.6", "1.9", "1.7", None, "2", "1.5", "2", "1"], "13.5", "Tốt"),
    ],
)
def test_totals_and_class_bounds_of_agencies(
    circular: SchemeDescription, means: list[str | None], points: str, name: str
) -> None:
    summed = agency_total(circular, means)

    assert (summed, circular.class_of(summed)) == (Fraction(points), name)


@pytest.mark.parametrize(("mean", "shown"), [("1.86", "1.9"), ("1.85", "1.9"), ("1.849", "1.8")])
def test_a_mean_is_rounded_half_up_to_one_decimal_before_it_is_summed(
    circular: SchemeDescription, mean: str, shown: str
) -> None:
    assert agency_total(circular, [mean, *[None] * 8]) == Fraction(shown)


def test_an_officers_total_leaves_index_six_out() -> None:
    dossier = {"1": 2, "2": 1, "3": 2, "4": 1, "6": 2, "7": 1}

    assert sum(dossier[index] for index in OFFICER_INDICES) == 7


@pytest.mark.parametrize(
    ("points", "share"),
    [("10", "100%"), ("5.0", "100%"), ("4.9", "70%"), ("3.5", "70%"), ("3.4", "dưới 70%")],
)
def test_bounds_of_an_officers_duty(points: str, share: str) -> None:
    assert share in duty_of(Fraction(points))


@pytest.mark.parametrize(
    ("answered", "on_time", "dragging", "points"),
    [(0, 0, 0, 2), (10, 10, 0, 2), (10, 9, 0, 1), (10, 8, 0, 0), (10, 10, 1, 0), (0, 0, 1, 0)],
)
def test_petitions_on_time_and_none_dragging(
    answered: int, on_time: int, dragging: int, points: int
) -> None:
    assert petition_points(answered, on_time, dragging) == Figure.of(points, 2)


@pytest.mark.parametrize(
    ("procedures", "dossiers", "late", "points"),
    [
        ((20, 100), (30, 100), 0, 2),
        ((19, 100), (30, 100), 0, 1),
        ((20, 100), (29, 100), 0, 1),
        ((1, 100), (15, 100), 0, 1),
        ((20, 100), (14, 100), 0, 0),
        ((0, 100), (30, 100), 0, 0),
        ((20, 100), (30, 100), 1, 0),
    ],
)
def test_online_services_are_judged_by_both_shares_and_by_lateness(
    procedures: tuple[int, int], dossiers: tuple[int, int], late: int, points: int
) -> None:
    assert online_points(Figure.of(*procedures), Figure.of(*dossiers), late) == Figure.of(points, 2)


def test_online_services_without_procedures_or_dossiers_have_no_points() -> None:
    assert online_points(Figure.of(0, 0), Figure.of(1, 1), 0).share is None
    assert online_points(Figure.of(1, 1), Figure.of(0, 0), 0).share is None


def test_time_is_two_points_when_early_and_one_on_the_day() -> None:
    assert time_points(early=3, in_time=5, results=6) == Figure.of(8, 12)


def answer(month: int, agency: str = AGENCY, **points: str) -> Any:
    told = {name.removeprefix("i"): Decimal(value) for name, value in points.items()}
    fact = SurveyAnswered(
        instrument="TT01-2018",
        instrument_version=2,
        procedure="1.1",
        scores={},
        indices=told,
        answered_at=at(f"2026-{month:02}-05 00:00"),
    )
    envelope = wrap(fact, f"{month}-{agency}-{points}")
    return replace(envelope, agency=agency)


async def test_an_agency_is_judged_by_its_lives_its_people_and_what_was_entered(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    connection = await asyncpg.connect(client.database_url)
    online = {"channel": Channel.ONLINE_FULL}
    procedure = make_procedure(code="1.1", online_level="full", levels=(AgencyLevel.COMMUNE,))
    await deliver(connection, [wrap(make_agency(AGENCY), AGENCY), wrap(procedure, "1.1")])
    answers = [
        answer(1, i3="2", i4="1"),
        answer(2, i3="1"),
        answer(3, i3="2", i7="0"),
        answer(4, i3="0"),
        answer(2, "H20.41", i3="0"),
        answer(2),
    ]
    await deliver(connection, answers)
    await keep(
        connection,
        make_life(verdict="early", **online),
        make_life(verdict="on_time"),
        make_life(verdict="late"),
        make_life(verdict="on_time", outcome="withdrawn"),
        make_life(verdict="no_due_date", due_on=None),
        make_life(**OPEN, due_on=date(2026, 4, 20), **online),
    )
    for verdicts in (("early", "early"), ("early", "on_time"), ("early", "late"), ("no_due_date",)):
        one = make_life(verdict="on_time", ended_on=date(2026, 3, 16), outcome="approved")
        await keep(connection, one)
        for number, verdict in enumerate(verdicts, 1):
            await connection.execute(STAY, one["dossier"], number, verdict)
    entry = {
        "component": "5",
        "agency": AGENCY,
        "period": {"first": "2026-01-01", "last": "2026-03-31"},
        "numerator": 1,
        "denominator": 2,
        "evidence": "Biên bản kiểm tra",
    }
    entered = await client.http.put("/v1/indices/TT01-2018/entries", json=entry)
    assert entered.status_code == 200, entered.text

    scores = (await client.http.get(f"/v1/indices/TT01-2018/scores?{QUARTER}")).json()

    points = {one["code"]: one["points"] for group in scores["groups"] for one in group["criteria"]}
    assert points == {
        "1": "1.00",
        "2": "1.00",
        "3": "1.70",
        "4": "1.00",
        "5": "1.00",
        "6": None,
        "7": "0.00",
        "8": "2.00",
        "9": "1.00",
    }
    assert (scores["points"], scores["class_name"]) == ("8.70", "Trung bình")
    assert (scores["maximum"], scores["measured_maximum"]) == ("18", "16")
    # One filed online that grew late takes all points of index 9 away.
    await keep(connection, make_life(**OPEN, due_on=date(2026, 3, 20), **online))
    scores = (await client.http.get(f"/v1/indices/TT01-2018/scores?{QUARTER}")).json()
    await connection.close()
    assert scores["groups"][-1]["criteria"][-1]["points"] == "0.00"


async def test_points_of_answers_are_summed_whatever_the_batches(
    empty: asyncpg.Connection,
) -> None:
    answers = [answer(1, i3="2", i4="1.5"), answer(1, i3="1"), answer(2, i3="0.5")]
    await deliver(empty, answers)
    together = (await rebuilt_tables(empty))["survey_points"]
    await empty.execute("truncate survey_points")
    for one in reversed(answers):
        await deliver(empty, [one])

    assert (await rebuilt_tables(empty))["survey_points"] == together
    assert len(together) == 3


async def test_heads_see_the_time_of_each_officers_results(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    connection = await asyncpg.connect(client.database_url)
    await keep(
        connection,
        make_life(verdict="early", officer="cb-1"),
        make_life(verdict="on_time", officer="cb-1"),
        make_life(verdict="early", officer="cb-1"),
        make_life(verdict="late", officer="cb-2"),
        make_life(verdict="early", officer="cb-2", outcome="withdrawn"),
        make_life(verdict="early", officer="cb-3", agency="H20.41"),
    )
    await connection.close()
    url = f"/v1/indices/TT01-2018/officers?{QUARTER}"

    async def ask(role: str) -> Any:
        bearer = {"Authorization": f"Bearer {token(role, agencies=[AGENCY])}"}
        return await client.http.get(url, headers=bearer)

    told = (await ask("leader")).json()["items"]
    assert [(one["officer"], one["results"], one["means"]) for one in told] == [
        ("cb-1", 3, {"1": "1.7"}),
        ("cb-2", 1, {"1": "0.0"}),
    ]
    # Two points of ten say nothing about a duty yet.
    assert {one["duty"] for one in told} == {None}
    assert told[0]["left_out"] == ["2", "3", "4", "7"]
    assert (await ask("reporter")).status_code == 403
