"""Counts laid down as they would stand after many slips, and results as callers ask for them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import asyncpg

from services.survey import instruments
from tests.conftest import Client

COMMUNE, OTHER = "H20.40.01", "H20.40.02"
ENTRIES = "/v1/surveys/indices/entries"
COUNT = """
    insert into {table} values ($1, 'p', 'f', 'counter', $2, $3, $4, $5, {rest})
"""


async def count(
    survey: Client,
    options: Mapping[str, Mapping[str, int]],
    *,
    agency: str = COMMUNE,
    month: date = date(2026, 3, 1),
    timeliness: str = "unknown",
    instrument: str = "TT01-2018",
) -> None:
    """Say what was counted; the slips are as many as answer the first question."""
    version = instruments.current(instrument).version
    key = (agency, timeliness, month, instrument, version)
    slips = sum(next(iter(options.values())).values())
    connection = await asyncpg.connect(survey.database_url)
    try:
        await connection.execute(COUNT.format(table="score", rest="$6"), *key, slips)
        for question, chosen in options.items():
            for option, answers in chosen.items():
                statement = COUNT.format(table="score_option", rest="$6, $7, $8")
                await connection.execute(statement, *key, question, option, answers)
    finally:
        await connection.close()


async def know(survey: Client, *agencies: str) -> None:
    connection = await asyncpg.connect(survey.database_url)
    statement = "insert into agency_copy (code, name) values ($1, 'Xã ' || $1)"
    await connection.executemany(statement, [(agency,) for agency in agencies])
    await connection.close()


async def satisfaction(survey: Client, **params: str) -> dict[str, dict[str, Any]]:
    asked = {"from": "2026-03-01", "to": "2026-03-31"} | params
    answer = await survey.http.get("/v1/surveys/satisfaction", params=asked)
    assert answer.status_code == 200, answer.text
    return {line["group"]: line for line in answer.json()["items"]}


ANSWERED = {
    "time": {"early": 8, "on_time": 2},
    "each_agency": {"early": 6, "on_time": 4},
    "contacts": {"never": 9, "once": 1, "own_fault": 5},
    "agencies": {"none": 7, "one_stop": 3},
    "publication": {"board_and_online": 10},
    "attitude": {"good": 5, "fair": 5},
    "overall": {"very_satisfied": 5, "satisfied": 3, "not_satisfied": 2},
}


async def agencies(survey: Client, quarter: int | None = 1, **params: str) -> dict[str, Any]:
    asked = {"year": "2026"} | ({"quarter": str(quarter)} if quarter else {}) | params
    answer = await survey.http.get("/v1/surveys/indices", params=asked)
    assert answer.status_code == 200, answer.text
    return {one["agency"]: one for one in answer.json()["items"]}


async def enter(survey: Client, index: int, points: float, **changed: Any) -> int:
    entry = {
        "agency": COMMUNE, "year": 2026, "quarter": 1, "index": index, "kind": "self",
        "points": points,
    }  # fmt: skip
    answer = await survey.http.post(ENTRIES, json=entry | changed)
    return answer.status_code
