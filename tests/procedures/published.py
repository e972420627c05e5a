"""Publishing in one step, for tests that are about something else."""

import httpx

from tests.procedures.factories import Json


async def publish_record(
    http: httpx.AsyncClient, record: Json, *, version: int = 1, body: Json | None = None
) -> None:
    """Draft the record as its procedure's version of that number and put it in force."""
    drafted = await http.post("/v1/procedures", json=record)
    assert drafted.status_code == 201, drafted.text
    path = f"/v1/procedures/{record['code']}/versions/{version}/publication"
    published = await http.post(path, json=body)
    assert published.status_code == 200, published.text
