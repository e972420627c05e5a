"""Whose dossiers a figure counts, and over which days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, false, or_

from services.sla.models import Life
from services.sla.reports.questions import in_subtree
from shared.working_time import VIETNAM_TIME


@dataclass(frozen=True, slots=True)
class Scope:
    """A period, both days in it; `agencies` None is everywhere, no `levels` are all.

    What is not finished is judged at the end of the period, or `now` when that is earlier.
    """

    first: date
    last: date
    now: datetime
    agencies: tuple[str, ...] | None = None
    levels: tuple[str, ...] = ()

    @property
    def until(self) -> datetime:
        """The moment up to which anything is counted."""
        beyond = self.last + timedelta(days=1)
        return min(self.now, datetime.combine(beyond, time(), VIETNAM_TIME))

    def at(self, first: date, last: date) -> "Scope":
        """The same in another period."""
        return replace(self, first=first, last=last)


def lies_within(code: str, agency: str) -> bool:
    """Whether an agency's code is that one or lies below it."""
    return code == agency or code.startswith(f"{agency}.")


def within(column: object, agencies: Sequence[str] | None) -> list[ColumnElement[bool]]:
    """The filter of a column of agencies to subtrees; none where everything counts."""
    if agencies is None:
        return []
    return [or_(false(), *(in_subtree(column, agency) for agency in agencies))]


def of_lives(scope: Scope) -> list[ColumnElement[bool]]:
    """The filters of a scope on single dossiers, but for the days."""
    levels = [Life.level.in_(scope.levels)] if scope.levels else []
    return [Life.counted.is_(True), *within(Life.agency, scope.agencies), *levels]
