"""What results are asked for: whose, of which months, told apart by what."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, func

from services.survey import scope
from services.survey.models import Score, ScoreOption, ScoreQuestion
from shared.errors import Unprocessable
from shared.identity import Principal

MONTHS_MAX: Final = 120
YEAR: Final = 12
YEAR_FIRST: Final = 2000
YEAR_LAST: Final = 2100

Table = type[Score] | type[ScoreQuestion] | type[ScoreOption]


class GroupBy(StrEnum):
    """What one line of the answer stands for."""

    AGENCY = "agency"
    PROCEDURE = "procedure"
    FIELD = "field"
    CHANNEL = "channel"
    TIMELINESS = "timeliness"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; whole months, and only what the caller may see."""

    principal: Principal
    agency: str | None
    first_month: date
    last_month: date
    group_by: GroupBy

    @property
    def months(self) -> int:
        """How many months there are."""
        return _number(self.last_month) - _number(self.first_month) + 1

    def guard(self) -> None:
        """Raise Unprocessable for a period that ends before it begins or has no bound."""
        years_known = self.first_month.year >= YEAR_FIRST and self.last_month.year <= YEAR_LAST
        if not (1 <= self.months <= MONTHS_MAX and years_known):
            raise Unprocessable(
                f"Kỳ báo cáo phải từ 1 đến {MONTHS_MAX} tháng, `from` không sau `to`.",
                code="period_invalid",
            )

    def earlier(self, months: int) -> "Asked":
        """The same, so many months before."""
        return replace(
            self,
            first_month=shifted(self.first_month, -months),
            last_month=shifted(self.last_month, -months),
        )

    def rows(self, table: Table) -> list[ColumnElement[bool]]:
        """The rows of a table that count; raises NotFound for a foreign agency."""
        return [
            table.month.between(self.first_month, self.last_month),
            scope.subtree(self.principal, table.agency, self.agency),
        ]

    def key(self, table: Table) -> ColumnElement[Any]:
        """The column that tells one line from the next."""
        if self.group_by == GroupBy.MONTH:
            return func.to_char(table.month, "YYYY-MM")
        column: ColumnElement[Any] = table.__table__.c[self.group_by]
        return column


def shifted(month: date, months: int) -> date:
    """The first day of the month that comes so many months later."""
    year, rest = divmod(_number(month) + months, YEAR)
    return date(year, rest + 1, 1)


def _number(month: date) -> int:
    return month.year * YEAR + month.month - 1
