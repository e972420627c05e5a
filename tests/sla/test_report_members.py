"""The dossiers behind a cell of the report come to the cell, for any cell of any row."""

import random
from datetime import date
from typing import Any

import asyncpg

from services.sla.reports import Group, Question, count
from services.sla.reports.cells import LATE_LIST, PARTS, Cell
from services.sla.reports.columns import columns
from services.sla.reports.members import Members, page
from shared.database import Database
from shared.events import AgencyLevel, Channel
from tests.conftest import FreshDatabase
from tests.sla.test_report_against_raw_lives import ask, fill


def narrowed(question: Question, row: dict[str, Any]) -> Question:
    """The question whose only row is this one."""
    agencies, alone = question.agencies, False
    if Group.AGENCY in question.group_by:
        agencies, alone = (row["agency"],), True
    return Question(
        first=question.first,
        last=question.last,
        agencies=agencies,
        group_by=(),
        level=AgencyLevel(row["level"]) if Group.LEVEL in question.group_by else question.level,
        channel=Channel(row["channel"]) if Group.CHANNEL in question.group_by else None,
        procedure=row.get("procedure", question.procedure),
        field=row.get("field", question.field),
        alone=alone,
    )


async def test_the_members_of_every_cell_come_to_the_cell(fresh_database: FreshDatabase) -> None:
    chance = random.Random(1)
    url = await fresh_database("sla")
    connection = await asyncpg.connect(url)
    await fill(connection, chance, 300)
    database = Database(url, connections_max=1)
    compared = 0
    for _ in range(12):
        question = ask(chance)
        async with database.transaction() as session:
            rows = await count(session, question)
        for row in chance.sample(rows, min(2, len(rows))):
            told = columns(row)
            for cell in Cell:
                members = await page(connection, Members(narrowed(question, row), PARTS[cell]))
                assert sum(one["count"] for one in members) == told[cell], (cell, question, row)
                compared += bool(members)
    await database.close()
    await connection.close()
    assert compared > 50


async def test_pages_of_members_are_the_whole_list_once(fresh_database: FreshDatabase) -> None:
    chance = random.Random(3)
    connection = await asyncpg.connect(await fresh_database("sla"))
    await fill(connection, chance, 100)
    question = Question(date(2024, 1, 1), date(2026, 1, 1))

    whole = await page(connection, Members(question, LATE_LIST))
    walked, after = [], None
    while rows := await page(connection, Members(question, LATE_LIST, after, 7)):
        walked += rows
        after = rows[-1]["dossier"]
    await connection.close()

    assert len(whole) > 14
    assert walked == whole
