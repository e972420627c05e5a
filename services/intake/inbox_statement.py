"""Builds the statement that finds one page of open steps from the filters that were given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_HELD = (
    "a.dossier_id, a.step, a.name, a.agency, a.unit, a.officer, a.from_unit, a.from_officer,"
    " a.given_at, a.confirmed_at, a.due_at"
)
_RUNNING = "d.status in (2, 4)"
"""A literal, so that the partial index of due dates is seen."""


@dataclass(slots=True)
class InboxStatement:
    """A statement in the making: which steps, sorted by which date, its arguments in order."""

    key: str = "a.given_at"
    place: str = "a.agency"
    """The column by which one agency is looked in."""
    arguments: list[Any] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    of_steps: bool = True
    """Whether steps tell all that is asked for, so that the dossiers need not be read."""

    def argument(self, value: Any) -> str:
        """Add an argument and tell how it is written."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def equal(self, column: str, value: Any) -> None:
        """Keep rows whose column has the value."""
        self.conditions.append(f"{column} = {self.argument(value)}")

    def of_procedure(self, code: str) -> None:
        """Keep the dossiers of one procedure."""
        self.of_steps = False
        self.equal("d.procedure", code)

    def within(self, agencies: Sequence[str]) -> None:
        """Keep steps of these agencies; used where an officer makes them few."""
        self.conditions.append(f"a.agency = any({self.argument(list(agencies))}::text[])")

    def late(self, now: datetime) -> None:
        """Keep running steps past their planned end, the latest first."""
        self.key, self.of_steps = "a.due_at", False
        self.conditions += [f"a.due_at < {self.argument(now)}", _RUNNING]

    def due_between(self, first: datetime, end: datetime) -> None:
        """Keep running dossiers promised for a day, found by the agency that decides them."""
        self.key, self.place, self.of_steps = "d.due_at", "d.competent_agency", False
        self.conditions += [
            f"d.due_at >= {self.argument(first)} and d.due_at < {self.argument(end)}",
            _RUNNING,
        ]

    def waiting(self) -> None:
        """Keep dossiers that wait for somebody outside, the longest waiting first."""
        self.key, self.place, self.of_steps = "d.paused_at", "d.competent_agency", False
        self.conditions.append("d.paused_at is not null")

    def beyond(self, moment: datetime, dossier: Any, step: str) -> None:
        """Keep what comes after the last row of the page before."""
        place = ", ".join(map(self.argument, (moment, dossier, step)))
        self.conditions.append(f"({self.key}, a.dossier_id, a.step) > ({place})")

    def text(self, agencies: Sequence[str] | None, count: int) -> str:
        """Write the statement: of an officer, of one agency, or of a few one by one and merged."""
        if agencies is None:
            return self._steps(()) + self._limit(self.key, "a", count)
        if len(agencies) == 1:
            own = f"{self.place} = {self.argument(agencies[0])}"
            return self._steps((own,)) + self._limit(self.key, "a", count)
        each = self._steps((f"{self.place} = e.agency",)) + self._limit(self.key, "a", count)
        return (
            f"select x.* from unnest({self.argument(list(agencies))}::text[]) as e(agency)"  # noqa: S608 - arguments are numbered
            f" cross join lateral ({each}) as x" + self._limit("x.key", "x", count)
        )

    def _steps(self, further: Sequence[str]) -> str:
        where = " and ".join((*self.conditions, *further))
        dossiers = "" if self.of_steps else " join dossier d on d.id = a.dossier_id"
        return f"select {_HELD}, {self.key} as key from assignment a{dossiers} where {where}"  # noqa: S608 - as above

    @staticmethod
    def _limit(key: str, table: str, count: int) -> str:
        return f" order by {key}, {table}.dossier_id, {table}.step limit {count}"
