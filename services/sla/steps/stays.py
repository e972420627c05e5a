"""Folds what is told of a dossier's steps into stays: who had it from when to when; pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from services.sla.verdicts import Verdict
from shared.events import (
    DossierHandoverConfirmed,
    DossierReturned,
    DossierStepAssigned,
    DossierStepCompleted,
    DossierStopped,
    DossierWithdrawn,
    Event,
    PublishedLimit,
)
from shared.working_time import business_date

FREE: Final = ""
"""The step of a dossier that follows no process."""


class StayEnd(StrEnum):
    """How a stay ended."""

    COMPLETED = "completed"
    HANDED_OVER = "handed_over"
    DROPPED = "dropped"


@dataclass(slots=True)
class Stay:
    """One stay, as its row keeps it; minutes are filled in once it is over."""

    number: int
    step: str
    name: str
    agency: str
    unit: str | None
    officer: str | None
    from_unit: str | None
    from_officer: str | None
    given_at: datetime
    confirmed_at: datetime | None
    limit: PublishedLimit | None
    due_at: datetime | None
    ended_at: datetime | None = None
    outcome: StayEnd | None = None
    verdict: Verdict | None = None
    spent_minutes: int | None = None
    transit_minutes: int | None = None

    @property
    def held_from(self) -> datetime:
        """Since when whoever was given it had it."""
        return self.confirmed_at or self.given_at


@dataclass(slots=True)
class Course:
    """A dossier's stays so far: those that are open, and how many there were."""

    agency: str
    accepted_at: datetime
    count: int = 0
    last_end: datetime | None = None
    open: dict[str, Stay] = field(default_factory=dict)
    changed: dict[int, Stay] = field(default_factory=dict)
    """Stays to be written."""
    over: list[Stay] = field(default_factory=list)
    """Stays that the present fact ended."""

    def begin(self, step: str, name: str, given_at: datetime, **who: Any) -> Stay:
        """Open a stay."""
        self.count += 1
        values: dict[str, Any] = {
            "agency": self.agency, "unit": None, "officer": None, "from_unit": None,
            "from_officer": None, "confirmed_at": None, "limit": None, "due_at": None,
        } | who  # fmt: skip
        stay = Stay(number=self.count, step=step, name=name, given_at=given_at, **values)
        self.open[step] = self.changed[stay.number] = stay
        return stay

    def end(self, stay: Stay, at: datetime, outcome: StayEnd) -> None:
        """Close a stay; judged by date where it was planned (control slip: entered per row)."""
        stay.ended_at, stay.outcome = max(at, stay.held_from), outcome
        if stay.due_at is not None and outcome is not StayEnd.DROPPED:
            stay.verdict = _compare(stay.ended_at, stay.due_at)
        self.last_end = stay.ended_at
        self.open.pop(stay.step, None)
        self.changed[stay.number] = stay
        self.over.append(stay)


def _compare(end: datetime, due: datetime) -> Verdict:
    ended_on, due_on = business_date(end), business_date(due)
    if ended_on < due_on:
        return Verdict.EARLY
    return Verdict.ON_TIME if ended_on == due_on else Verdict.LATE


def _assigned(course: Course, fact: DossierStepAssigned) -> None:
    stay = course.open.get(fact.step)
    if stay is not None and stay.confirmed_at is not None and _is_another(stay, fact.officer):
        course.end(stay, fact.assigned_at, StayEnd.HANDED_OVER)
        stay = None
    if stay is None:
        course.begin(
            fact.step,
            fact.step_name,
            fact.assigned_at,
            agency=fact.agency,
            unit=fact.unit,
            officer=fact.officer,
            from_unit=fact.from_unit,
            from_officer=fact.from_officer,
            confirmed_at=fact.assigned_at if fact.confirmed else None,
            limit=fact.limit,
            due_at=fact.due_at,
        )
        return
    stay.unit, stay.officer = fact.unit or stay.unit, fact.officer or stay.officer
    stay.due_at = fact.due_at or stay.due_at
    if fact.confirmed and stay.confirmed_at is None:
        stay.confirmed_at = fact.assigned_at
    course.changed[stay.number] = stay


def _is_another(stay: Stay, officer: str | None) -> bool:
    return stay.officer is not None and officer != stay.officer


def _confirmed(course: Course, fact: DossierHandoverConfirmed) -> None:
    stay = course.open.get(fact.step)
    if stay is None:
        stay = course.begin(fact.step, "", fact.given_at, agency=fact.agency)
    stay.unit, stay.officer = fact.unit or stay.unit, fact.officer
    stay.from_unit = fact.from_unit or stay.from_unit
    stay.from_officer = fact.from_officer or stay.from_officer
    stay.confirmed_at = max(fact.confirmed_at, stay.given_at)
    course.changed[stay.number] = stay


def _completed(course: Course, fact: DossierStepCompleted) -> None:
    step = fact.process_step or FREE
    stay = course.open.get(step)
    if stay is None:
        given_at = fact.given_at or course.last_end or course.accepted_at
        stay = course.begin(step, fact.name, min(given_at, fact.completed_at))
        stay.confirmed_at = fact.confirmed_at
    stay.name = fact.name
    stay.agency = fact.agency or stay.agency
    stay.unit, stay.officer = fact.unit, fact.officer
    stay.limit, stay.due_at = fact.limit or stay.limit, fact.due_at or stay.due_at
    course.end(stay, fact.completed_at, StayEnd.COMPLETED)
    if fact.process_step is None and (fact.next_unit or fact.next_officer):
        course.begin(
            FREE,
            "",
            fact.completed_at,
            unit=fact.next_unit,
            officer=fact.next_officer,
            from_unit=fact.unit,
            from_officer=fact.officer,
        )


def _drop(course: Course, at: datetime) -> None:
    for stay in list(course.open.values()):
        course.end(stay, at, StayEnd.DROPPED)


def _withdrawn(course: Course, fact: DossierWithdrawn) -> None:
    _drop(course, fact.withdrawn_at)


def _stopped(course: Course, fact: DossierStopped) -> None:
    if fact.ended:
        _drop(course, fact.stopped_at)


def _returned(course: Course, fact: DossierReturned) -> None:
    _drop(course, fact.returned_at)


HEARING: Final[dict[type[Event], Callable[[Course, Any], None]]] = {
    DossierStepAssigned: _assigned,
    DossierHandoverConfirmed: _confirmed,
    DossierStepCompleted: _completed,
    DossierWithdrawn: _withdrawn,
    DossierStopped: _stopped,
    DossierReturned: _returned,
}
"""What each fact changes."""
