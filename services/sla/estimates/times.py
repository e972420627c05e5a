"""How long a procedure really takes: exact percentiles of net working time."""

from datetime import date, timedelta
from typing import Final, NamedTuple

import asyncpg

from services.sla import published, rules
from services.sla.models.lives import RESULTS
from shared.errors import NotFound
from shared.events import PublishedLimit

WINDOW_DAYS: Final = 365

TIMES: Final = f"""
select waited, grouping(waited) = 1 as whole, count(*)::int as lives,
       percentile_cont(0.5) within group (order by net_minutes) as p50,
       percentile_cont(0.9) within group (order by net_minutes) as p90
  from (select waited_minutes > 0 as waited, net_minutes from life
         where procedure = $1 and ended_on between $2 and $3 and {RESULTS}
           and ($4::text is null or agency = $4
                or (agency >= $4 || '.' and agency < $4 || '/'))) as finished
 group by grouping sets ((), (waited))
"""  # noqa: S608 (only constants)


class Group(NamedTuple):
    """Lives of one kind; percentiles in working minutes, none where the lives are too few."""

    lives: int
    p50: float | None = None
    p90: float | None = None


class Estimate(NamedTuple):
    """What the last year's results took, beside the limits that are published."""

    procedure: str
    name: str
    agency: str | None
    first: date
    last: date
    lives_min: int
    whole: Group
    straight: Group
    """Lives in which nobody waited for the person."""
    waited: Group
    """Lives that waited for papers, payment or another cause; the wait itself is not in them."""
    limits: tuple[PublishedLimit, ...]
    same_day: bool


async def estimate(
    connection: asyncpg.Connection, procedure: str, agency: str | None, on: date
) -> Estimate:
    """Tell what results of the year before `on` took, by an agency's subtree or everywhere.

    Raises NotFound for a procedure that is not in force or an agency that was never told.
    """
    known = await published.in_force(connection, procedure, on)
    if known is None:
        raise NotFound("Không có thủ tục này đang có hiệu lực.", code="procedure_not_found")
    if agency is not None and not await published.knows_agency(connection, agency):
        raise NotFound("Không có cơ quan này.", code="agency_not_found")
    first, last = on - timedelta(days=WINDOW_DAYS), on - timedelta(days=1)
    lives_min = rules.value("estimate_lives_min", on)
    rows = await connection.fetch(TIMES, procedure, first, last, agency)
    groups = {None if row["whole"] else row["waited"]: _group(row, lives_min) for row in rows}
    limits = (method.limit for method in known.methods if method.limit is not None)
    return Estimate(
        procedure=procedure,
        name=known.name,
        agency=agency,
        first=first,
        last=last,
        lives_min=lives_min,
        whole=groups.get(None, Group(0)),
        straight=groups.get(False, Group(0)),
        waited=groups.get(True, Group(0)),
        limits=tuple(dict.fromkeys(limits)),
        same_day=known.same_day,
    )


def _group(row: asyncpg.Record, lives_min: int) -> Group:
    if row["lives"] < lives_min:
        return Group(row["lives"])
    return Group(row["lives"], row["p50"], row["p90"])
