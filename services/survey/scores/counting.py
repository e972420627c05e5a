"""Counts a slip as it comes, in the transaction that takes it."""

from typing import Final

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import Answer

KEY: Final = "agency, procedure, field, channel, timeliness, month, instrument, instrument_version"
GIVEN: Final = ", ".join(f":{column}" for column in KEY.split(", "))

# The slip's row is the lock: who counts at the same agency and procedure counts in turn.
COUNT_SLIP: Final = text(f"""
    insert into score as s ({KEY}, slips) values ({GIVEN}, 1)
    on conflict ({KEY}) do update set slips = s.slips + 1
""")  # noqa: S608 (only constants)
COUNT_QUESTIONS: Final = text(f"""
    insert into score_question as q ({KEY}, question, answers, total)
    select {GIVEN}, c.key, 1,
           case when jsonb_typeof(c.value) = 'number' then c.value::numeric else 0 end
    from jsonb_each(cast(:choices as jsonb)) as c
    on conflict ({KEY}, question)
    do update set answers = q.answers + 1, total = q.total + excluded.total
""")  # noqa: S608 (only constants)
COUNT_OPTIONS: Final = text(f"""
    insert into score_option as o ({KEY}, question, option, answers)
    select {GIVEN}, c.key, chosen.option, 1
    from jsonb_each(cast(:choices as jsonb)) as c,
         jsonb_array_elements_text(
             case jsonb_typeof(c.value)
                 when 'array' then c.value
                 when 'string' then jsonb_build_array(c.value)
                 else '[]'::jsonb
             end) as chosen (option)
    on conflict ({KEY}, question, option)
    do update set answers = o.answers + 1
""")  # noqa: S608 (only constants)


async def count(session: AsyncSession, answer: Answer) -> None:
    """Count a slip that was just written."""
    key = {
        "agency": answer.agency,
        "procedure": answer.procedure,
        "field": answer.field,
        "channel": answer.channel,
        "timeliness": timeliness(answer.late),
        "month": answer.month,
        "instrument": answer.instrument,
        "instrument_version": answer.instrument_version,
    }
    choices = key | {"choices": orjson.dumps(answer.choices).decode()}
    await session.execute(COUNT_SLIP, key)
    await session.execute(COUNT_QUESTIONS, choices)
    await session.execute(COUNT_OPTIONS, choices)


def timeliness(late: bool | None) -> str:
    """How the dossier was told to be: late, on_time or unknown."""
    if late is None:
        return "unknown"
    return "late" if late else "on_time"
