"""Asks the HTTP doors of indices: lives put in, figures entered, scores read."""

from typing import Any

import asyncpg
import httpx

from shared.events import AgencyLevel
from tests.conftest import Client
from tests.sla.factories import at, make_agency, wrap
from tests.sla.index_lives import keep
from tests.sla.stream import deliver

QUARTER = "from=2026-01-01&to=2026-03-31"
COMMUNE, OTHER = "H20.40.01", "H20.40.02"
OF_COMMUNE = f"{QUARTER}&agency={COMMUNE}"


async def fill(client: Client, *lives: dict[str, Any]) -> None:
    connection = await asyncpg.connect(client.database_url)
    agencies = [
        make_agency("H20.40", AgencyLevel.DISTRICT),
        make_agency(COMMUNE),
        make_agency(OTHER),
        make_agency("H20.40.03", valid_to=at("2026-01-01 00:00").date()),
    ]
    await deliver(connection, [wrap(one, one.code) for one in agencies])
    await keep(connection, *lives)
    await connection.close()


async def enter(client: Client, **changed: Any) -> httpx.Response:
    body = {
        "component": "DOSSIER_SYNC",
        "agency": COMMUNE,
        "period": {"first": "2026-01-01", "last": "2026-03-31"},
        "numerator": 50,
        "denominator": 100,
        "evidence": "Báo cáo 12/BC-UBND",
    }
    scheme = changed.pop("scheme", "766")
    return await client.http.put(f"/v1/indices/{scheme}/entries", json=body | changed)


def criteria(scores: dict[str, Any]) -> dict[str, Any]:
    return {one["code"]: one for group in scores["groups"] for one in group["criteria"]}


async def scores_of(client: Client, query: str = OF_COMMUNE, scheme: str = "766") -> dict[str, Any]:
    answer = await client.http.get(f"/v1/indices/{scheme}/scores?{query}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
