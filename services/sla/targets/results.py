"""Evaluates the targets of plans for an agency and a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.figures import formulas
from services.sla.figures.figure import Figure
from services.sla.figures.formulas import FORMULAS
from services.sla.figures.scope import Scope
from services.sla.reports import periods
from services.sla.reports.periods import Period
from services.sla.targets.evaluation import Comparison, Held, State, hold, threshold_share
from shared import paging
from shared.database import driver_of

OF_CATALOGUE: Final = "Danh mục đếm số này, xem /v1/statistics; sla không có dữ liệu."
NOT_HEARD: Final = "Không nguồn nào báo cho hệ thống."
NOT_MEASURED: Final[Mapping[str, str]] = {
    "modern_one_stop_share": OF_CATALOGUE,
    "iso_agency_share": OF_CATALOGUE,
    "iso_procedure_share": OF_CATALOGUE,
    "mean_waiting": "Chưa có hệ thống xếp hàng báo thời gian chờ từng lượt giao dịch.",
    "officer_productivity": "Chưa có số cán bộ tiếp nhận của từng bộ phận một cửa.",
}
# In the version of the period's end: of every target whose own period meets the one asked for.
LIST: Final = """
select * from (
    select distinct on (code) * from target_copy
     where effective_from <= $2 order by code, effective_from desc) as target
 where period_from <= $2 and (period_to is null or period_to >= $1)
   and ($3::text is null or code = $3)
   and (agency is null or agency = $4 or starts_with($4, agency || '.')
        or starts_with(agency, $4 || '.'))
   and code > $5
 order by code limit $6
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """For which agency and period; a target of an agency below it is counted for that one."""

    agency: str
    first: date
    last: date
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a target came to, and with what it was compared."""

    target: Mapping[str, Any]
    agency: str
    first: date
    last: date
    figure: Figure | None
    held: Held
    before: Figure | None = None
    """The figure of the period before, of a target that is held against it."""
    reason: str | None = None


async def list_results(
    session: AsyncSession, asked: Asked, *, now: datetime, after: str | None, limit: int
) -> tuple[Sequence[Result], str | None]:
    """One page of targets by code, each evaluated for the days that both periods share."""
    connection = await driver_of(await session.connection())
    past = "" if after is None else paging.decode_texts(after, 1)[0]
    rows = await connection.fetch(
        LIST, asked.first, asked.last, asked.code, asked.agency, past, limit + 1
    )
    page = rows[:limit]
    results = [await _evaluate(session, asked, row, now) for row in page]
    return results, paging.encode(page[-1]["code"]) if len(rows) > limit else None


async def _evaluate(
    session: AsyncSession, asked: Asked, row: asyncpg.Record, now: datetime
) -> Result:
    agency = asked.agency
    if row["agency"] is not None and row["agency"].startswith(f"{agency}."):
        agency = row["agency"]
    first = max(asked.first, row["period_from"])
    last = asked.last if row["period_to"] is None else min(asked.last, row["period_to"])
    if row["formula"] not in FORMULAS:
        reason = NOT_MEASURED.get(row["formula"], NOT_HEARD)
        return Result(row, agency, first, last, None, Held(State.NOT_MEASURED), reason=reason)
    own = Scope(first, last, now, (agency,), tuple(row["levels"]))
    figure = await _figure(session, row["formula"], own)
    comparison = Comparison(row["comparison"])
    before = against = None
    if comparison is Comparison.AT_LEAST_PREVIOUS:
        before = await _figure(
            session, row["formula"], own.at(*periods.before(Period(first, last)))
        )
        against = before.share
    elif row["threshold"] is not None:
        against = threshold_share(row["threshold"])
    held = hold(figure, comparison, _only(against, judged=row["evaluated"]))
    return Result(row, agency, first, last, figure, held, before)


def _only(against: Fraction | None, *, judged: bool) -> Fraction | None:
    """A target that is for reference only is held against nothing."""
    return against if judged else None


async def _figure(session: AsyncSession, name: str, scope: Scope) -> Figure:
    counted = await formulas.load(session, scope, [name])
    return FORMULAS[name].make(counted, None)
