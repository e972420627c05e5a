"""Keeps what procedures tells of targets; every version stays."""

from collections.abc import Sequence
from typing import Final, cast

import asyncpg

from shared.events import Envelope, Event, TargetChanged

COLUMNS: Final = (
    "code", "effective_from", "title", "formula", "comparison", "threshold", "unit", "agency",
    "period_from", "period_to", "evaluated", "source",
)  # fmt: skip
KEEP: Final = f"""
insert into target_copy ({", ".join(COLUMNS)}, levels)
select {", ".join(COLUMNS)}, string_to_array(levels, ' ')
  from unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[], $6::numeric[],
              $7::text[], $8::text[], $9::date[], $10::date[], $11::boolean[], $12::text[],
              $13::text[]) as told ({", ".join(COLUMNS)}, levels)
 order by code, effective_from
on conflict (code, effective_from) do update set
    title = excluded.title, formula = excluded.formula, comparison = excluded.comparison,
    threshold = excluded.threshold, unit = excluded.unit, agency = excluded.agency,
    levels = excluded.levels, period_from = excluded.period_from,
    period_to = excluded.period_to, evaluated = excluded.evaluated, source = excluded.source
"""  # noqa: S608 (only constants)


async def keep_targets(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]
) -> None:
    """Keep versions as they were last told: one statement."""
    facts = [cast(TargetChanged, envelope.data) for envelope in envelopes]
    told = {(fact.code, fact.effective_from): fact for fact in facts}
    columns = [[getattr(fact, name) for fact in told.values()] for name in COLUMNS]
    await connection.execute(KEEP, *columns, [" ".join(fact.levels) for fact in told.values()])
