"""Targets of plans against what was counted: Tân Hồng's five, and those of the catalogue."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.sla.figures.formulas import FORMULAS
from services.sla.targets.results import NOT_MEASURED
from shared.events import Channel, Envelope, Event, TargetChanged
from tests.conftest import Client, ServiceClient, Token
from tests.sla.factories import (
    at,
    life,
    make_accepted,
    make_agency,
    make_calendar,
    make_procedure,
    published,
    wrap,
)
from tests.sla.facts import resolved
from tests.sla.index_lives import keep, make_life
from tests.sla.rows import rebuilt_tables
from tests.sla.stream import deliver

SEEDS = Path(__file__).resolve().parents[2] / "services/procedures/seeds/targets.json"
NOW = at("2022-01-10 10:00")
TAN_HONG, COMMUNE = "H20.41", "H20.41.01"
YEAR = "from=2021-01-01&to=2021-12-31"


def seed_targets() -> list[Envelope[Event]]:
    """The targets of the project's own seed, as procedures tells them."""
    told = []
    for number, seed in enumerate(json.loads(SEEDS.read_text())["targets"], 1):
        values = {"evaluated": True, "unit": "percent"} | seed
        values.pop("note", None)
        told.append(wrap(TargetChanged.model_validate(values), seed["code"], number))
    return told


async def tell(client: Client, *envelopes: Envelope[Event]) -> asyncpg.Connection:
    connection: asyncpg.Connection = await asyncpg.connect(client.database_url)
    agencies = [make_agency(TAN_HONG), make_agency(COMMUNE)]
    await deliver(
        connection,
        [
            published(make_calendar()),
            *(wrap(one, one.code) for one in agencies),
            *seed_targets(),
            *envelopes,
        ],
    )
    return connection


async def results(client: Client, query: str) -> dict[str, Any]:
    answer = await client.http.get(f"/v1/targets/results?{query}")
    assert answer.status_code == 200, answer.text
    return {one["code"]: one for one in answer.json()["items"]}


def test_every_formula_of_the_seed_is_counted_or_says_why_not() -> None:
    formulas = {seed["formula"] for seed in json.loads(SEEDS.read_text())["targets"]}

    assert formulas <= FORMULAS.keys() | NOT_MEASURED.keys()
    assert not FORMULAS.keys() & NOT_MEASURED.keys()


async def test_the_five_targets_of_tan_hong(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    begun = at("2021-03-01 08:00")
    place = {"competent_agency": COMMUNE, "receiving_agency": COMMUNE}
    ends = ["2021-03-05 08:00", "2021-03-15 08:00", "2021-03-16 08:00"]
    lives = [one for end in ends for one in life([make_accepted(begun, **place), resolved(end)])]
    procedures = [
        make_procedure(code="1.1", online_level="partial"),
        make_procedure(code="1.2", online_level="full"),
        make_procedure(code="1.3", online_level="full"),
    ]
    connection = await tell(client, *lives, *(wrap(one, one.code) for one in procedures))
    of_2021 = {"agency": COMMUNE, "accepted_at": begun, "ended_on": date(2021, 3, 10)}
    online = {"channel": Channel.ONLINE_FULL}
    await connection.execute("delete from life")
    await keep(
        connection,
        make_life(**of_2021, procedure="1.1", due_on=None),
        make_life(**of_2021, procedure="1.1", due_on=None, **online),
        make_life(**of_2021, procedure="1.2", due_on=None, **online),
        *(make_life(**of_2021, procedure="1.2", due_on=None) for _ in range(9)),
        make_life(**of_2021, due_on=date(2021, 3, 8), verdict="late"),
    )
    await connection.close()

    told = await results(client, f"{YEAR}&agency={TAN_HONG}")

    tan_hong = {
        code[-2:]: (
            one["state"], one["figure"]["numerator"], one["figure"]["denominator"], one["more"]
        )
        for code, one in told.items() if code.startswith("TAN-HONG")
    }  # fmt: skip
    assert tan_hong == {
        "T1": ("missed", 2, 3, 1),
        "T2": ("missed", 0, 1, 1),
        "T3": ("reached", 2, 3, 0),
        "T4": ("reached", 1, 2, 0),
        "T5": ("missed", 1, 10, 1),
    }
    first = told["TAN-HONG-2021-T1"]
    assert (first["threshold"], first["figure"]["percent"], first["bound"]) == ("98", "66.67", 3)
    assert told["QD468-CHO"]["state"] == "not_measured"
    assert "xếp hàng" in told["QD468-CHO"]["reason"]


async def test_a_target_counts_the_days_that_both_periods_share_and_its_own_agency(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    await (await tell(client)).close()

    asked = "from=2020-07-01&to=2021-03-31"
    above = (await results(client, f"{asked}&agency=H20"))["TAN-HONG-2021-T1"]
    below = (await results(client, f"{asked}&agency={COMMUNE}"))["TAN-HONG-2021-T1"]

    assert (above["agency"], above["first"], above["last"]) == (
        TAN_HONG, "2021-01-01", "2021-03-31",
    )  # fmt: skip
    assert below["agency"] == COMMUNE
    # Nothing resolved is no hundred per cent.
    assert (above["state"], above["figure"]["percent"], above["more"]) == ("empty", None, None)
    elsewhere = await results(client, f"{asked}&agency=H20.42")
    assert "TAN-HONG-2021-T1" not in elsewhere
    one = await results(client, f"{asked}&agency=H20&target=TAN-HONG-2021-T3")
    assert list(one) == ["TAN-HONG-2021-T3"]


@pytest.mark.parametrize(
    ("ends", "state", "more"),
    [
        (["2023-06-05 08:00", "2023-06-05 08:00"], "reached", 0),
        (["2023-06-30 08:00", "2023-06-05 08:00"], "reached", 0),
        (["2023-06-30 08:00", "2023-06-30 08:00"], "missed", 1),
    ],
)
async def test_a_target_may_be_the_share_of_the_period_before(
    service_client: ServiceClient, ends: list[str], state: str, more: int
) -> None:
    """Of May's two one was late; June must not be worse."""
    client = await service_client("sla", at=at("2023-07-10 10:00"))
    may, june = at("2023-05-04 08:00"), at("2023-06-01 08:00")
    lives = [
        *life([make_accepted(may), resolved("2023-05-10 08:00")]),
        *life([make_accepted(may), resolved("2023-05-30 08:00")]),
        *(one for end in ends for one in life([make_accepted(june), resolved(end)])),
    ]
    await (await tell(client, *lives)).close()

    told = await results(client, "from=2023-06-01&to=2023-06-30&agency=H20.40")

    kon_tum = told["KON-TUM-DUNG-HAN"]
    assert (kon_tum["state"], kon_tum["bound"], kon_tum["more"]) == (state, 1, more)
    assert kon_tum["before"] == {"numerator": 1, "denominator": 2, "percent": "50.00"}


async def test_the_version_at_the_end_of_the_period_counts_and_references_are_not_judged(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=at("2026-01-10 10:00"))
    await (await tell(client)).close()

    first = await results(client, f"{YEAR}&agency=H20.40")
    last = await results(client, "from=2025-01-01&to=2025-12-31&agency=H20.40")

    assert (first["QD468-CHO"]["threshold"], last["QD468-CHO"]["threshold"]) == ("30", "15")
    assert last["QD468-SO-HOA-XA"]["figure"]["denominator"] == 0
    assert last["QD468-SO-HOA-XA"]["levels"] == ["commune"]


async def test_results_stay_within_the_callers_scope(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    url = f"/v1/targets/results?{YEAR}&agency={TAN_HONG}"

    for roles, agencies, status in (
        (("reporter",), [TAN_HONG], 200),
        (("reporter",), ["H20.40"], 404),
        (("counter",), [TAN_HONG], 403),
    ):
        bearer = {"Authorization": f"Bearer {token(*roles, agencies=agencies)}"}
        assert (await client.http.get(url, headers=bearer)).status_code == status


async def test_targets_are_kept_as_they_were_last_told(empty: asyncpg.Connection) -> None:
    told = seed_targets()
    await deliver(empty, told)
    first = await rebuilt_tables(empty)
    for envelope in told:
        await deliver(empty, [envelope])

    assert (await rebuilt_tables(empty))["target_copy"] == first["target_copy"]
    rows = await empty.fetch("select levels, agency from target_copy where code like 'TAN%T1'")
    assert [tuple(row) for row in rows] == [(["district", "commune"], TAN_HONG)]
