"""How much shorter the committed limits are than the statutory ones, kind by kind of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import ProcedureVersion
from services.procedures.records import LimitRecord, MethodRecord
from services.procedures.statistics.procedures import Wanted, conditions
from shared import paging
from shared.events import LimitUnit
from shared.working_time import LEGAL_DAY_MINUTES


class TimeKind(StrEnum):
    """What a limit is counted in; cuts of two kinds are never added up."""

    WORKING_DAYS = "working_days"
    """Working days, and working hours at eight a day."""
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Cut:
    """One row of a way of filing with its two limits, in its kind of time."""

    row: MethodRecord
    kind: TimeKind
    statutory: Fraction
    committed: Fraction

    @property
    def cut(self) -> Fraction:
        """How much shorter."""
        return self.statutory - self.committed


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of one kind of time, over rows that know their statutory limit."""

    rows: int = 0
    rows_cut: int = 0
    statutory: Fraction = Fraction(0)
    committed: Fraction = Fraction(0)

    def __add__(self, cut: Cut) -> "Total":
        return Total(
            self.rows + 1,
            self.rows_cut + (cut.cut > 0),
            self.statutory + cut.statutory,
            self.committed + cut.committed,
        )


KINDS: Final = {
    LimitUnit.HOUR: TimeKind.WORKING_DAYS,
    LimitUnit.WORKING_DAY: TimeKind.WORKING_DAYS,
    LimitUnit.DAY: TimeKind.CALENDAR_DAYS,
    LimitUnit.MONTH: TimeKind.MONTHS,
}
_ROWS: Final = TypeAdapter(tuple[MethodRecord, ...])


def cuts_of(rows: Iterable[MethodRecord]) -> list[Cut]:
    """Each row that knows its limit; what is not committed to counts at its statutory limit."""
    return [
        Cut(row, KINDS[row.limit.unit], _amount(row.limit), _amount(row.promised or row.limit))
        for row in rows
        if row.limit is not None
    ]


def total_of(cuts: Iterable[Cut]) -> dict[TimeKind, Total]:
    """The sums, each kind by itself; kinds without a row are left out."""
    totals: dict[TimeKind, Total] = {}
    for cut in cuts:
        totals[cut.kind] = totals.get(cut.kind, Total()) + cut
    return totals


async def totals(session: AsyncSession, wanted: Wanted) -> tuple[dict[TimeKind, Total], int, int]:
    """The sums, the procedures with any cut, and all procedures in force; raises NotFound."""
    version = ProcedureVersion
    statement = select(version.document["methods"], version.cuts_limit)
    rows = (await session.execute(statement.where(*await conditions(session, wanted)))).all()
    cuts = (cut for methods, _ in rows for cut in cuts_of(_ROWS.validate_python(methods or ())))
    return total_of(cuts), sum(is_cut for _, is_cut in rows), len(rows)


async def list_items(
    session: AsyncSession, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[list[tuple[Any, list[Cut]]], str | None]:
    """One page by code of the procedures with a cut, each with its rows; and its next cursor."""
    version = ProcedureVersion
    methods = version.document["methods"].label("methods")
    statement = (
        select(version.code, version.version, version.name, version.field, methods)
        .where(*await conditions(session, wanted), version.cuts_limit)
        .order_by(version.code)
        .limit(limit + 1)
    )
    if after is not None:
        (past_code,) = paging.decode_texts(after, 1)
        statement = statement.where(version.code > past_code)
    rows: Sequence[Any] = (await session.execute(statement)).all()
    page = [(row, cuts_of(_ROWS.validate_python(row.methods))) for row in rows[:limit]]
    return page, paging.encode(page[-1][0].code) if len(rows) > limit else None


def _amount(limit: LimitRecord) -> Fraction:
    measured = limit.measured
    if limit.unit.is_working_time:
        return Fraction(measured.minutes, LEGAL_DAY_MINUTES)
    return Fraction(measured.count)
