"""Rates, rankings, comparisons and channels: exact, with their denominators, null when empty."""

from datetime import date
from typing import Any

import asyncpg
import pytest

from services.sla.models import Life
from services.sla.reports.periods import Period, before, year_before
from services.sla.reports.ranking import rank, scale_on
from services.sla.reports.rates import Resolved
from services.sla.schemas.rates import channels_row
from tests.conftest import ServiceClient, Token
from tests.sla.factories import at
from tests.sla.report_lives import COMMUNE, DEPARTMENT, MARCH, NOW, tell_lives


def make_life(dossier: str, **changed: Any) -> dict[str, Any]:
    """A row of a life that ended on time at the commune."""
    values: dict[str, Any] = {
        column.name: 0 if column.type.python_type is int else None
        for column in Life.__table__.columns
    }
    values |= {
        "dossier": dossier, "code": dossier, "counted": True, "agency": COMMUNE,
        "receiving_agency": COMMUNE, "boundary_free": False, "procedure": "1.001193",
        "procedure_version": 1, "field": "Hộ tịch", "level": "commune", "channel": "counter",
        "way_of_return": "counter", "filed_at": NOW, "accepted_at": NOW,
        "received_on": date(2026, 3, 2), "ended_on": date(2026, 3, 16), "verdict": "on_time",
        "reappointed": False, "apologised": False, "digital_result": False, "paid_online": False,
    }  # fmt: skip
    return values | changed


async def keep_lives(url: str, *lives: dict[str, Any]) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("delete from life")
    for life in lives:
        places = ", ".join(f"${place}" for place in range(1, len(life) + 1))
        await connection.execute(
            f"insert into life ({', '.join(life)}) values ({places})", *life.values()
        )
    await connection.close()


async def test_rates_tell_numerator_and_denominator(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    await tell_lives(client)

    report = (await client.http.get(f"/v1/reports/on-time?{MARCH}&group_by=agency")).json()

    assert report["rows"] == [
        {
            "agency": DEPARTMENT, "early": 1, "on_time": 1, "late": 0,
            "on_time_or_early": {"numerator": 2, "denominator": 2, "percent": 100.0},
        },
        {
            "agency": COMMUNE, "early": 1, "on_time": 1, "late": 1,
            "on_time_or_early": {"numerator": 2, "denominator": 3, "percent": 66.67},
        },
    ]  # fmt: skip
    assert report["total"]["on_time_or_early"]["denominator"] == 5
    empty = (await client.http.get("/v1/reports/on-time?from=2025-03-01&to=2025-03-31")).json()
    assert empty["rows"] == []
    assert empty["total"]["on_time_or_early"] == {
        "numerator": 0, "denominator": 0, "percent": None,
    }  # fmt: skip


async def test_officers_are_shown_to_heads_only(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    ids = [f"00000000-0000-0000-0000-00000000000{n}" for n in range(4)]
    await keep_lives(
        client.database_url,
        make_life(ids[0], officer="can-bo-1"),
        make_life(ids[1], officer="can-bo-1", verdict="late"),
        make_life(ids[2], officer="can-bo-2", agency=DEPARTMENT, verdict="early"),
        make_life(ids[3], officer="can-bo-1", counted=False),
    )
    url = f"/v1/reports/officers?{MARCH}"

    async def ask(role: str, agency: str) -> tuple[int, Any]:
        bearer = {"Authorization": f"Bearer {token(role, agencies=[agency])}"}
        answer = await client.http.get(url, headers=bearer)
        rows = answer.json().get("rows", [])
        return answer.status_code, [
            (row["officer"], row["on_time_or_early"]["percent"]) for row in rows
        ]

    assert await ask("leader", "H20.40") == (200, [("can-bo-1", 50.0)])
    assert await ask("leader", "H20") == (200, [("can-bo-2", 100.0), ("can-bo-1", 50.0)])
    assert await ask("reporter", "H20") == (403, [])


def resolved(agency: str, early: int, late: int) -> Resolved:
    return Resolved({"agency": agency}, early, 0, late)


def test_ranks_are_shared_by_equals_and_their_change_is_told() -> None:
    now = [resolved("A", 9, 1), resolved("B", 18, 2), resolved("C", 1, 1), resolved("D", 0, 0)]
    then = [resolved("A", 1, 1), resolved("B", 9, 1), resolved("C", 1, 0)]

    ranked = rank(now, then, scale_on(date(2026, 3, 31)))

    assert [(one.agency, one.rank, one.rank_before, one.change) for one in ranked] == [
        ("A", 1, 3, 2), ("B", 1, 2, 1), ("C", 3, 1, -2), ("D", None, None, None),
    ]  # fmt: skip
    classes = [one.rank_class and one.rank_class.name for one in ranked]
    assert classes == ["excellent", "excellent", "average", None]


@pytest.mark.parametrize(
    ("in_time", "name"),
    [(900, "excellent"), (899, "good"), (800, "good"), (799, "fair"), (700, "fair"),
     (699, "average"), (500, "average"), (499, "weak"), (0, "weak")],
)  # fmt: skip
def test_a_class_begins_exactly_at_its_bound(in_time: int, name: str) -> None:
    [ranked] = rank([resolved("A", in_time, 1000 - in_time)], [], scale_on(date(2026, 1, 1)))

    assert ranked.rank_class is not None
    assert ranked.rank_class.name == name


async def test_agencies_are_ranked_by_level(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    await tell_lives(client)

    ranking = (await client.http.get(f"/v1/reports/ranking?{MARCH}")).json()
    communes = (await client.http.get(f"/v1/reports/ranking?{MARCH}&level=commune")).json()

    assert [(row["agency"], row["rank"]) for row in ranking["rows"]] == [
        (DEPARTMENT, 1),
        (COMMUNE, 2),
    ]
    assert [(row["agency"], row["rank"]) for row in communes["rows"]] == [(COMMUNE, 1)]
    assert ranking["before"] == {"first": "2026-02-01", "last": "2026-02-28"}
    assert ranking["rows"][1]["rank_class"]["title"] == "Trung bình"


DAY = date.fromisoformat


@pytest.mark.parametrize(
    ("period", "earlier", "last_year"),
    [
        (("2026-04-01", "2026-06-30"), ("2026-01-01", "2026-03-31"), ("2025-04-01", "2025-06-30")),
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        (("2025-02-01", "2025-02-28"), ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31"), ("2025-01-01", "2025-12-31")),
        (("2026-03-10", "2026-03-16"), ("2026-03-03", "2026-03-09"), ("2025-03-10", "2025-03-16")),
        (("2024-02-29", "2024-02-29"), ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
    ],
)
def test_a_period_is_compared_with_its_like(
    period: tuple[str, str], earlier: tuple[str, str], last_year: tuple[str, str]
) -> None:
    asked = Period(*map(DAY, period))

    assert before(asked) == Period(*map(DAY, earlier))
    assert year_before(asked) == Period(*map(DAY, last_year))


async def test_the_on_time_share_is_compared_with_the_period_before(
    service_client: ServiceClient,
) -> None:
    """Seed 004: the share must not fall."""
    client = await service_client("sla", at=NOW)
    await tell_lives(client)
    halves = "/v1/reports/comparison?from=2026-03-16&to=2026-03-30"

    told = (await client.http.get(halves)).json()

    assert told["before"]["period"] == {"first": "2026-03-01", "last": "2026-03-15"}
    assert told["before"]["rates"]["on_time_or_early"]["percent"] == 100.0
    assert told["now"]["rates"]["on_time_or_early"]["percent"] == 66.67
    assert told["since_before"] == {"points": -33.33, "not_worse": False}
    assert told["since_year_before"] == {"points": None, "not_worse": None}


async def test_channels_are_told_with_their_shares(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    dossiers = await tell_lives(client)
    at_home = {"boundary_free": True, "way_of_return": "post"}
    returned = {"returned_at": at("2026-03-20 09:00"), "returned_by": "post"}
    await keep_lives(
        client.database_url,
        make_life(dossiers[0], **returned),
        make_life(dossiers[1], **at_home, returned_at=at("2026-04-01 00:00"), returned_by="post"),
        make_life(dossiers[2], returned_at=at("2026-03-31 23:59"), returned_by="counter"),
    )

    report = (await client.http.get(f"/v1/reports/channels?{MARCH}")).json()
    by_agency = (await client.http.get(f"/v1/reports/channels?{MARCH}&group_by=agency")).json()

    total = report["total"]
    assert (total["received"], total["by_channel"]) == (
        7,
        {"counter": 3, "online_partial": 1, "online_full": 1, "postal": 1, "home": 1},
    )
    shares = {
        name: told["numerator"]
        for name, told in total.items()
        if isinstance(told, dict) and "numerator" in told
    }
    assert shares == {
        "online": 2, "online_partial": 1, "online_full": 1, "direct": 4, "home": 1,
        "filed_by_post": 1, "boundary_free": 1, "return_by_post_asked": 1, "returned_by_post": 1,
    }  # fmt: skip
    assert total["returned_by_post"] == {"numerator": 1, "denominator": 2, "percent": 50.0}
    assert [(row["agency"], row["received"]) for row in by_agency["rows"]] == [
        (DEPARTMENT, 2),
        (COMMUNE, 5),
    ]
    refused = await client.http.get(f"/v1/reports/channels?{MARCH}&group_by=channel")
    assert (refused.status_code, refused.json()["code"]) == (422, "group_unknown")


def test_the_channels_of_thanh_binh_district_in_2019() -> None:
    """Seed 001: 15,380 received, of which 73 at level 3, 173 by post, 1 at home."""
    row = channels_row({}, {"online_partial": 73, "postal": 173, "home": 1, "counter": 15_133})

    assert row.received == 15_380
    assert [share.percent for share in (row.online_partial, row.filed_by_post, row.home)] == [
        0.47, 1.12, 0.01,
    ]  # fmt: skip
    assert row.direct.numerator - row.home.numerator == 15_133
