"""Counts all answers afresh and lays the result beside what was counted as they came."""

from typing import Final, NamedTuple

import asyncpg

from services.survey.scores.counting import KEY

AFRESH: Final = """
    with slip as (
        select agency, procedure, field, channel,
               case when late then 'late' when not late then 'on_time' else 'unknown' end
                   as timeliness,
               month, instrument, instrument_version, choices
        from answer
    )
"""
SLIPS: Final = f"{AFRESH} select {KEY}, count(*)::int as slips from slip group by {KEY}"  # noqa: S608 (only constants)
QUESTIONS: Final = f"""
    {AFRESH}
    select {KEY}, c.key as question, count(*)::int as answers,
           coalesce(sum(c.value::numeric) filter (where jsonb_typeof(c.value) = 'number'), 0)
               as total
    from slip, jsonb_each(choices) as c group by {KEY}, c.key
"""  # noqa: S608 (only constants)
OPTIONS: Final = f"""
    {AFRESH}
    select {KEY}, c.key as question, chosen.option, count(*)::int as answers
    from slip, jsonb_each(choices) as c,
         jsonb_array_elements_text(
             case jsonb_typeof(c.value)
                 when 'array' then c.value
                 when 'string' then jsonb_build_array(c.value)
                 else '[]'::jsonb
             end) as chosen (option)
    group by {KEY}, c.key, chosen.option
"""  # noqa: S608 (only constants)
TABLES: Final = {"score": SLIPS, "score_question": QUESTIONS, "score_option": OPTIONS}


class Difference(NamedTuple):
    """A row that stands on one side only."""

    table: str
    counted: bool
    """Whether it is among the counted ones, or among those that should have been."""
    row: tuple[object, ...]


async def differences(connection: asyncpg.Connection) -> list[Difference]:
    """What the incremental counts and a recount do not agree on; no answer is taken meanwhile."""
    async with connection.transaction():
        await connection.execute("lock table answer in share mode")
        found = []
        for table, afresh in TABLES.items():
            query = f"""
                with counted as (select * from {table}), afresh as ({afresh})
                (select true, c.* from (select * from counted except select * from afresh) as c)
                union all
                (select false, a.* from (select * from afresh except select * from counted) as a)
            """  # noqa: S608 (only constants)
            rows = await connection.fetch(query)
            found += [Difference(table, row[0], tuple(row)[1:]) for row in rows]
        return found


async def repair(connection: asyncpg.Connection) -> None:
    """Put the recount in place of what was counted; no answer is taken meanwhile."""
    async with connection.transaction():
        await connection.execute("lock table answer in share mode")
        for table, afresh in TABLES.items():
            await connection.execute(f"delete from {table}")  # noqa: S608 (only constants)
            await connection.execute(f"insert into {table} {afresh}")
