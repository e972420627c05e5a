"""Honest estimates for citizens, and limits that could be cut: exact, null where lives are few."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import asyncpg
import pytest

from services.sla.estimates.cuts import Cut, shortest
from services.sla.estimates.kept import KEPT_MAX, KEPT_SECONDS, Kept
from shared.events import (
    DossierResolved,
    Event,
    LimitUnit,
    Method,
    Outcome,
    PublishedLimit,
)
from tests.conftest import Client, ServiceClient, Token
from tests.sla.factories import (
    WORKING_TIME,
    at,
    life,
    make_accepted,
    make_agency,
    make_calendar,
    make_method,
    make_procedure,
    published,
    working_days,
    wrap,
)
from tests.sla.facts import asked, given, resolved
from tests.sla.stream import deliver

NOW = at("2026-06-01 10:00")
BEGUN = at("2026-03-02 08:00")
ESTIMATES = "/v1/estimates?procedure=1.001193"
CUTS = "/v1/limit-cuts?from=2026-01-01&to=2026-12-31"


async def test_an_estimate_is_the_exact_percentile_of_net_time_beside_the_published_limit(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW, bearer="")
    minutes = [random.Random(5).randrange(60, 4000) for _ in range(31)]
    await _tell(client, [_lasting(one) for one in minutes])

    answer = (await client.http.get(ESTIMATES)).json()

    assert (answer["name"], answer["limits"]) == (
        "Đăng ký khai sinh",
        [{"value": "10", "unit": "working_day"}],
    )
    assert answer["period"] == {"first": "2025-06-01", "last": "2026-05-31"}
    whole = answer["all"]
    assert whole["lives"] == 31
    assert whole["p50"]["minutes"] == pytest.approx(_percentile(minutes, 0.5))
    assert whole["p90"]["minutes"] == pytest.approx(_percentile(minutes, 0.9))
    assert 0 <= whole["p90"]["days"] * 480 - whole["p90"]["minutes"] < 48


async def test_lives_that_waited_are_told_apart_and_their_wait_is_not_in_their_time(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW, bearer="")
    waited: list[Event] = [
        make_accepted(BEGUN),
        asked("2026-03-03 08:00"),
        given("2026-03-05 08:00"),
        resolved("2026-03-06 08:00"),
    ]
    await _tell(client, [_lasting(480)] * 40 + [waited] * 30)

    answer = (await client.http.get(ESTIMATES)).json()

    assert answer["all"]["lives"] == 70
    assert (answer["without_wait"]["lives"], answer["with_wait"]["lives"]) == (40, 30)
    assert answer["without_wait"]["p90"] == {"minutes": 480.0, "days": 1.0}
    assert answer["with_wait"]["p50"] == {"minutes": 960.0, "days": 2.0}


async def test_too_few_lives_say_nothing(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW, bearer="")
    old = datetime.fromisoformat("2025-03-03T08:00:00+07:00")
    unfinished: list[Event] = [make_accepted(BEGUN)]
    part = [make_accepted(BEGUN, parent="0195552e-7000-7000-8000-000000000001"), *_lasting(60)[1:]]
    lives = [_lasting(480)] * 29 + [_lasting(480, old), unfinished, part]
    await _tell(client, lives)

    answer = (await client.http.get(ESTIMATES)).json()

    assert answer["all"] == {"lives": 29, "p50": None, "p90": None}
    assert answer["with_wait"]["lives"] == 0


async def test_an_estimate_may_be_of_an_agency_and_those_below_it(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW, bearer="")
    elsewhere = [make_accepted(BEGUN, competent_agency="H20.4"), *_lasting(60)[1:]]
    await _tell(client, [_lasting(480)] * 3 + [elsewhere])

    def lives(answer: Any) -> int:
        count: int = answer.json()["all"]["lives"]
        return count

    assert lives(await client.http.get(f"{ESTIMATES}&agency=H20.40")) == 3
    assert lives(await client.http.get(f"{ESTIMATES}&agency=H20.4")) == 1
    unknown = await client.http.get(f"{ESTIMATES}&agency=H99")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "agency_not_found")
    unknown = await client.http.get("/v1/estimates?procedure=9.999999")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "procedure_not_found")


async def test_an_answer_is_kept_for_a_while_and_confirmed_by_its_etag(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW, bearer="")
    await _tell(client, [_lasting(480)])
    first = await client.http.get(ESTIMATES)
    await _tell(client, [_lasting(480)])

    again = await client.http.get(ESTIMATES, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == f"public, max-age={KEPT_SECONDS}"
    assert (await client.http.get(ESTIMATES)).content == first.content


async def test_answers_that_are_old_or_too_many_are_made_anew() -> None:
    kept, made = Kept(), []

    async def ask(key: str, now: datetime) -> bytes:
        async def make() -> bytes:
            made.append(key)
            return key.encode()

        return await kept.get((key,), now, make)

    assert await ask("a", NOW) == await ask("a", NOW) == b"a"
    await ask("a", NOW + timedelta(seconds=KEPT_SECONDS))
    for number in range(KEPT_MAX):
        await ask(str(number), NOW)
    await ask("a", NOW)
    assert made.count("a") == 3


@pytest.mark.parametrize(
    ("histogram", "limit_minutes", "found"),
    [
        # 98 of 100 within three days: exactly enough.
        ({1: 90, 3: 8, 9: 2}, 4800, Cut(3, Fraction(7), 98)),
        ({1: 90, 3: 7, 9: 3}, 4800, Cut(9, Fraction(1), 100)),
        ({0: 5, 1: 45}, 960, Cut(1, Fraction(1), 50)),
        ({1: 45, 2: 5}, 1200, Cut(2, Fraction(1, 2), 50)),
        ({1: 97, 2: 3}, 960, None),
        ({1: 100}, 480, None),
        ({}, 4800, None),
    ],
)
def test_the_shortest_limit_that_is_still_kept_is_found(
    histogram: dict[int, int], limit_minutes: int, found: Cut | None
) -> None:
    assert shortest(histogram, limit_minutes, 98) == found


async def test_a_limit_that_could_be_cut_is_told_with_its_evidence(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    quick = [_lasting(3 * 480 - place) for place in range(49)]
    lives = [*quick, _lasting(3 * 480 + 1)]
    await _tell(client, lives)

    found = (await client.http.get(f"{CUTS}&agency=H20.40")).json()
    (row,) = found["rows"]

    assert (row["procedure"], row["name"], row["agency"]) == ("1.001193", "Đăng ký khai sinh", None)
    assert (row["limit"], row["days"], row["days_less"]) == (
        {"value": "10", "unit": "working_day"},
        3,
        7.0,
    )
    assert row["within_days"] == {"numerator": 49, "denominator": 50, "percent": 98.0}
    assert row["within_limit"]["percent"] == 100.0
    assert row["histogram"] == [{"days": 3, "lives": 49}, {"days": 4, "lives": 1}]
    late = await client.http.get(
        CUTS.replace("cuts?", "cuts/1.001193/dossiers?")
        + "&limit_value=10&limit_unit=working_day&days=3"
    )
    (slow,) = late.json()["items"]
    assert (slow["net_minutes"], row["would_be_late"]) == (3 * 480 + 1, 1)


async def test_different_limits_of_a_procedure_are_counted_apart_and_few_lives_prove_nothing(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    by_days = PublishedLimit(value=working_days(10).value, unit=LimitUnit.DAY)
    lives = [
        *[_lasting(480, limit=working_days(5))] * 30,
        *[_lasting(480, limit=working_days("2.5"))] * 30,
        *[_lasting(480, limit=working_days(7))] * 29,
        *[_lasting(480, limit=by_days)] * 30,
    ]
    await _tell(client, lives)

    rows = (await client.http.get(CUTS)).json()["rows"]
    apart = (await client.http.get(f"{CUTS}&by_agency=true")).json()["rows"]

    assert [(row["limit"]["value"], row["days_less"]) for row in rows] == [("5", 4.0), ("2.5", 1.5)]
    assert [row["agency"] for row in apart] == ["H20.40.01"] * 2


async def test_limit_cuts_are_for_whoever_reports_within_their_scope(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    await _tell(client, [_lasting(480)] * 30)

    def ask(role: str, agency: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token(role, agencies=[agency])}"}

    counter = await client.http.get(CUTS, headers=ask("counter", "H20"))
    elsewhere = await client.http.get(CUTS, headers=ask("reporter", "H20.4"))
    foreign = await client.http.get(f"{CUTS}&agency=H20.40", headers=ask("reporter", "H20.4"))

    assert (counter.status_code, foreign.status_code) == (403, 404)
    assert elsewhere.json()["rows"] == []


def _lasting(minutes: int, begun: datetime = BEGUN, **changed: Any) -> list[Event]:
    """A life of so many working minutes."""
    ended = WORKING_TIME.add(begun, minutes)
    end = DossierResolved(outcome=Outcome.APPROVED, resolved_at=ended)
    return [make_accepted(begun, **changed), end]


async def _tell(client: Client, lives: Sequence[Sequence[Event]]) -> None:
    connection = await asyncpg.connect(client.database_url)
    procedure = make_procedure(
        make_method(1, Method.DIRECT, working_days(10)),
        make_method(2, Method.ONLINE, working_days(10)),
        code="1.001193",
        name="Đăng ký khai sinh",
    )
    agencies = [wrap(make_agency(code), code) for code in ("H20.40", "H20.40.01", "H20.4")]
    await deliver(
        connection,
        [
            published(make_calendar()),
            wrap(procedure, "1.001193"),
            *agencies,
            *(envelope for facts in lives for envelope in life(_renamed(facts))),
        ],
    )
    await connection.close()


def _renamed(facts: Sequence[Event]) -> list[Event]:
    """The same life with a code of its own."""
    begun, *rest = facts
    code = make_accepted(BEGUN).code
    return [begun.model_copy(update={"code": code}), *rest]


def _percentile(values: Sequence[int], share: float) -> float:
    """The percentile between the two nearest values, as PostgreSQL's `percentile_cont` has it."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
