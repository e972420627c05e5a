"""What an installation starts with."""

import json
import shutil
from pathlib import Path

import asyncpg
import pytest

from services.procedures import first_run
from services.procedures.first_run import Counts, load_seeds
from shared.database import Database
from shared.events import EVENTS, NATIONAL, ProcedurePublished, TargetChanged, decode
from shared.outbox import BODY_BYTES_MAX
from tests.conftest import FreshDatabase


async def test_brings_everything_once_and_nothing_the_second_time(
    fresh_database: FreshDatabase,
) -> None:
    database = Database(await fresh_database("procedures"), connections_max=2)
    first = await load_seeds(database)
    second = await load_seeds(database)
    await database.close()
    assert first == Counts(
        calendars=1,
        fields=142,
        agencies=136,
        published=137,
        drafted=0,
        processes=4,
        linked_groups=3,
        competences=4,
        targets=19,
    )
    assert second == Counts(calendars=0, fields=0, agencies=0, published=0, drafted=0)


async def test_a_changed_record_waits_as_a_draft(
    seeded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(first_run.SEEDS, seeds)
    content = json.loads((seeds / "procedures.json").read_text())
    content["procedures"][0]["decision"] = "999/QĐ-BTP"
    (seeds / "procedures.json").write_text(json.dumps(content))
    monkeypatch.setattr(first_run, "SEEDS", seeds)
    database = Database(seeded, connections_max=2)
    counts = await load_seeds(database)
    again = await load_seeds(database)
    await database.close()
    assert counts == Counts(calendars=0, fields=0, agencies=0, published=0, drafted=1)
    assert again.drafted == 0
    versions = await _rows(
        seeded,
        "select version, published_at is null as draft from procedure_version"
        " where code = $1 order by version",
        content["procedures"][0]["code"],
    )
    assert [tuple(row) for row in versions] == [(1, False), (2, True)]


async def test_every_recorded_fact_is_readable_and_fits_the_stream(seeded: str) -> None:
    rows = await _rows(seeded, "select subject, body from outbox order by position")
    envelopes = [decode(row["body"]) for row in rows]
    assert len(envelopes) == 1 + 136 + 137 + 4 + 2 + 4 + 19
    assert max(len(row["body"]) for row in rows) <= BODY_BYTES_MAX
    assert [row["subject"] for row in rows] == [envelope.subject for envelope in envelopes]
    once = [envelope for envelope in envelopes if not isinstance(envelope.data, TargetChanged)]
    assert {envelope.sequence for envelope in once} == {1}
    assert {type(envelope.data) for envelope in envelopes} <= set(EVENTS.values())
    national = [envelope for envelope in envelopes if isinstance(envelope.data, ProcedurePublished)]
    assert {envelope.agency for envelope in national} == {NATIONAL}


async def test_parents_and_calendars_are_told_before_those_who_need_them(seeded: str) -> None:
    rows = await _rows(seeded, "select body from outbox order by position")
    told: set[str] = set()
    for envelope in (decode(row["body"]) for row in rows):
        parent = getattr(envelope.data, "parent", None)
        calendar = getattr(envelope.data, "calendar", None)
        assert parent is None or f"agency/{parent}" in told
        assert calendar is None or f"calendar/{calendar}" in told
        told.add(envelope.aggregate)


async def _rows(url: str, statement: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
    finally:
        await connection.close()
    return rows
