"""Counts slips in the transaction that takes them, or that decides on them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.scores.folding import KEY, folded

_ROWS = folded("id = any(cast(:slips as uuid[]))")
# The row of the slips is the lock: who counts at the same agency and procedure counts in turn.
COUNT: Final = (
    text(f"""
        insert into score as s {_ROWS["score"]}
        on conflict ({KEY}) do update set slips = s.slips + excluded.slips
    """),
    text(f"""
        insert into score_question as q {_ROWS["score_question"]}
        on conflict ({KEY}, question)
        do update set answers = q.answers + excluded.answers, total = q.total + excluded.total
    """),
    text(f"""
        insert into score_option as o {_ROWS["score_option"]}
        on conflict ({KEY}, question, option)
        do update set answers = o.answers + excluded.answers
    """),
)


async def count(session: AsyncSession, slips: Sequence[UUID]) -> None:
    """Count slips that are written and were not counted before."""
    for statement in COUNT:
        await session.execute(statement, {"slips": list(slips)})
