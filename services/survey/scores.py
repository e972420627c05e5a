"""Scores per agency, procedure or month; what too few people said is not shown (D61 27(3))."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import scope
from services.survey.means import Chosen, QuestionScore, question_scores
from services.survey.models import Score, ScoreOption
from shared.errors import Unprocessable
from shared.identity import Principal
from shared.paging import decode, encode

MONTHS_MAX = 120

Table = type[Score] | type[ScoreOption]


class GroupBy(StrEnum):
    """What one line of the answer stands for."""

    AGENCY = "agency"
    PROCEDURE = "procedure"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; whole months, and only what the caller may see."""

    principal: Principal
    agency: str | None
    first_month: date
    last_month: date
    group_by: GroupBy

    def guard(self) -> None:
        """Raise Unprocessable for a period that ends before it begins or has no bound."""
        months = (self.last_month.year - self.first_month.year) * 12
        months += self.last_month.month - self.first_month.month
        if not 0 <= months < MONTHS_MAX:
            raise Unprocessable(
                f"Kỳ báo cáo phải từ 1 đến {MONTHS_MAX} tháng, `from` không sau `to`.",
                code="period_invalid",
            )

    def rows(self, table: Table) -> list[ColumnElement[bool]]:
        """The rows of a table that count."""
        return [
            table.month.between(self.first_month, self.last_month),
            scope.subtree(self.principal, table.agency, self.agency),
        ]

    def key(self, table: Table) -> ColumnElement[Any]:
        """The column that tells one line from the next."""
        match self.group_by:
            case GroupBy.AGENCY:
                return table.agency.expression
            case GroupBy.PROCEDURE:
                return table.procedure.expression
            case GroupBy.MONTH:
                return func.to_char(table.month, "YYYY-MM")


@dataclass(frozen=True, slots=True)
class Line:
    """The slips of one group; both parts are None where too few people answered."""

    group: str | None
    slips: int | None
    questions: Sequence[QuestionScore] | None


async def list_lines(
    session: AsyncSession, asked: Asked, *, slips_min: int, after: str | None, limit: int
) -> tuple[list[Line], str | None]:
    """One page of lines by group; raises NotFound for a foreign agency, Unprocessable."""
    key = asked.key(Score)
    statement = (
        select(key, func.sum(Score.slips))
        .where(*asked.rows(Score))
        .group_by(key)
        .order_by(key)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.having(key > _group(after))
    counted = [(str(group), int(slips)) for group, slips in await session.execute(statement)]
    page, more = counted[:limit], len(counted) > limit
    shown = [group for group, slips in page if slips >= slips_min]
    chosen = await _chosen(session, asked, shown)
    lines = [
        Line(group, slips, question_scores(chosen[group]))
        if group in chosen
        else Line(group, None, None)
        for group, slips in page
    ]
    return lines, encode(page[-1][0]) if more else None


async def get_total(session: AsyncSession, asked: Asked, *, slips_min: int) -> Line:
    """All groups together.

    Not shown either when the hidden groups together are so few that subtracting the shown ones
    would uncover them.
    """
    key = asked.key(Score)
    grouped = (
        select(func.sum(Score.slips).label("slips"))
        .where(*asked.rows(Score))
        .group_by(key)
        .subquery()
    )
    hidden_slips = func.sum(grouped.c.slips).filter(grouped.c.slips < slips_min)
    row = (await session.execute(select(func.sum(grouped.c.slips), hidden_slips))).one()
    slips, hidden = int(row[0] or 0), int(row[1] or 0)
    if slips < slips_min or 0 < hidden < slips_min:
        return Line(None, None, None)
    statement = select(*OPTION).where(*asked.rows(ScoreOption)).group_by(*OPTION[:-1])
    rows = [Chosen(*row) for row in await session.execute(statement)]
    return Line(None, slips, question_scores(rows))


OPTION = (
    ScoreOption.instrument,
    ScoreOption.instrument_version,
    ScoreOption.question,
    ScoreOption.option,
    func.sum(ScoreOption.answers),
)


async def _chosen(
    session: AsyncSession, asked: Asked, groups: Sequence[str]
) -> dict[str, list[Chosen]]:
    key = asked.key(ScoreOption)
    statement = (
        select(key, *OPTION)
        .where(*asked.rows(ScoreOption), key.in_(groups))
        .group_by(key, *OPTION[:-1])
    )
    chosen: dict[str, list[Chosen]] = {group: [] for group in groups}
    for group, *option in await session.execute(statement):
        chosen[group].append(Chosen(*option))
    return chosen


def _group(after: str) -> str:
    group = decode(after, 1)[0]
    if not isinstance(group, str) or "\0" in group:
        raise Unprocessable("Con trỏ trang (after) không đúng.", code="cursor_unreadable")
    return group
