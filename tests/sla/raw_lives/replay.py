"""Raw lives replayed: how each stood day by day, and what happened to it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from shared.events import (
    DeadlineExtended,
    DossierAccepted,
    DossierPaymentDemanded,
    DossierPaymentReceived,
    DossierResolved,
    DossierResultRecalled,
    DossierResumed,
    DossierReturned,
    DossierStopped,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierTransferred,
    DossierWithdrawn,
    Event,
    PauseEnd,
)
from shared.working_time import WorkingTime
from tests.sla.raw_lives.dues import first_due, later_due, next_due
from tests.sla.raw_lives.life import RawLife, day_of, moment_of
from tests.sla.raw_lives.steps import DECISIONS


@dataclass
class Day:
    """How a dossier stood at the end of a business day on which something was told."""

    on: date
    agency: str
    ended: str | None
    waiting: bool
    due: date | None


@dataclass
class Told:
    """A raw life replayed: its days, and what happened on them."""

    key: dict[str, str]
    received_on: date | None = None
    days: list[Day] = field(default_factory=list)
    happened: list[tuple[date, str, Counter[str]]] = field(default_factory=list)

    def at(self, on: date) -> Day | None:
        """How it stood at the end of a day: the last thing told up to then."""
        known = [day for day in self.days if day.on <= on]
        return known[-1] if known else None


class Recount(NamedTuple):
    """A new calendar, ordered when a life had told so many of its facts."""

    times: WorkingTime
    at: datetime
    heard: int


def replay(life: RawLife, times: WorkingTime, recount: Recount | None = None) -> Told | None:
    """Tell a life's days; None for one that no report counts: never received, or with a parent."""
    accepted = next((fact for fact in life.facts if isinstance(fact, DossierAccepted)), None)
    if accepted is None or accepted.parent is not None:
        return None
    begins = life.facts.index(accepted)
    # A due that another system told is no count of ours: no calendar moves it.
    ordered = len(life.facts) + 1
    if recount is not None and not life.imported:
        ordered = max(recount.heard, begins + 1)
    replaying = _Replaying(life, accepted, times)
    for place, fact in enumerate([*life.facts[begins + 1 :], None], begins + 1):
        if place == ordered and recount is not None:
            # What is accepted after the order is counted by the new calendar from its beginning.
            later = recount.heard <= begins
            replaying.recount(recount.times, accepted.accepted_at if later else recount.at)
        if fact is not None and not _is_idle(fact):
            replaying.hear(fact)
    return replaying.told


class _Replaying:
    """What somebody who reads a life from its beginning remembers."""

    def __init__(self, life: RawLife, accepted: DossierAccepted, times: WorkingTime) -> None:
        self.accepted, self.times, self.imported = accepted, times, life.imported
        self.told = Told(
            {
                "procedure": accepted.procedure,
                "field": accepted.field,
                "channel": accepted.channel,
            }
        )
        self.agency, self.now = accepted.competent_agency, accepted.accepted_at
        self.due = first_due(accepted, times, accepted.counts_from)
        if life.imported and accepted.due_at is not None:
            self.due = accepted.due_at
        self.apologised = False
        self.waits: list[tuple[str, int]] = []
        self.began = self.since = accepted.counts_from
        self.anew, self.recounted = False, False
        self.waited: list[tuple[datetime, datetime]] = []
        self.granted = 0
        self.ended: str | None = None
        self.result: Counter[str] = Counter()
        self.told.received_on = day_of(self.now)
        self._happened(received=1)
        self._day()

    def recount(self, times: WorkingTime, at: datetime) -> None:
        """Count by another calendar from now on; what is open is counted anew."""
        self.times, self.recounted = times, True
        due = self.due
        if self.ended is None:
            self._count_anew()
        if self.due != due:
            self.now = max(self.now, at)
            self._day()

    def _count_anew(self) -> None:
        """The limit by the present calendar, and behind it all that was waited and granted.

        A printed promise is not taken back: a due never moves earlier.
        """
        due = first_due(self.accepted, self.times, self.began)
        for since, until in self.waited:
            due = next_due(self.accepted, self.times, due, since, until, anew=False)
        if due is not None and self.due is not None:
            due = later_due(self.accepted, self.times, due, self.granted) if self.granted else due
            self.due = max(self.due, due)

    def hear(self, fact: Event) -> None:
        """Live through one more fact."""
        if isinstance(fact, DECISIONS):
            if self._is_too_late(fact):
                return
            self.now = max(self.now, moment_of(fact))
            self._decide(fact)
        else:
            self.now = max(self.now, moment_of(fact))
            self._live(fact)
        self._day()

    def _live(self, fact: Event) -> None:
        if (wait := _wait_begun(fact)) is not None:
            self.since = self.since if self.waits else max(self.now, self.since)
            self.waits.append(wait)
        elif (wait := _wait_ended(fact)) is not None:
            if wait in self.waits:
                self._wait_over(wait, fact)
        elif isinstance(fact, DossierTransferred):
            self._happened(moved_out=1)
            self.agency = fact.to_agency
            self._happened(moved_in=1)
        elif isinstance(fact, DossierResultRecalled):
            self._happened(recalled=1, **{name: -count for name, count in self.result.items()})
            self.ended, self.since = None, self.now
            if self.recounted:
                self._count_anew()
        else:
            self._end(fact)

    def _decide(self, fact: Event) -> None:
        """An extension moves the due; a letter promises another day and moves nothing."""
        if isinstance(fact, DeadlineExtended):
            if self.due is not None:
                self.due = later_due(self.accepted, self.times, self.due, fact.amount)
            self.granted += fact.amount

    def _wait_over(self, wait: tuple[str, int], fact: Event) -> None:
        self.waits.remove(wait)
        self.anew = self.anew or getattr(fact, "pause_end", None) is PauseEnd.RESTART
        if self.waits:
            return
        until = max(self.now, self.since)
        told_due: datetime | None = getattr(fact, "due_at", None)
        if self.imported and told_due is not None:
            self.due = told_due
        else:
            self.due = next_due(
                self.accepted, self.times, self.due, self.since, until, anew=self.anew
            )
        if self.anew:
            self.began, self.waited, self.granted = until, [], 0
        else:
            self.waited.append((self.since, until))
        self.since, self.anew = until, False

    def _is_too_late(self, decision: Event) -> bool:
        """Whether the life went on: it ended, or has a second promise already."""
        if isinstance(decision, DeadlineExtended):
            return self.ended is not None
        void = self.ended is not None or self.due is None or self.apologised
        self.apologised = self.apologised or not void
        return void

    def _end(self, fact: Event) -> None:
        end = _end(fact)
        if end is not None:
            self.since = max(self.now, self.since)
            self.ended, self.waits, self.anew = end, [], False
            self.result = _class(end, day_of(self.now), _date(self.due))
            self._happened(**self.result)

    def _happened(self, **counts: int) -> None:
        self.told.happened.append((day_of(self.now), self.agency, Counter(counts)))

    def _day(self) -> None:
        waiting, due = bool(self.waits), _date(self.due)
        self.told.days.append(Day(day_of(self.now), self.agency, self.ended, waiting, due))


def _date(due: datetime | None) -> date | None:
    return None if due is None else day_of(due)


def _is_idle(fact: Event) -> bool:
    """Whether a fact changes nothing about the limit, so that its time does not count either."""
    partly_paid = isinstance(fact, DossierPaymentReceived) and not fact.settled
    return partly_paid or isinstance(fact, DossierReturned)


def _wait_begun(fact: Event) -> tuple[str, int] | None:
    match fact:
        case DossierSupplementRequested(number=number):
            return ("supplement", number)
        case DossierPaymentDemanded(number=number):
            return ("payment", number)
        case DossierStopped(ended=False):
            return ("suspension", 1)
        case _:
            return None


def _wait_ended(fact: Event) -> tuple[str, int] | None:
    match fact:
        case DossierSupplemented(number=number):
            return ("supplement", number)
        case DossierPaymentReceived(number=number, settled=True):
            return ("payment", number)
        case DossierResumed():
            return ("suspension", 1)
        case _:
            return None


def _end(fact: Event) -> str | None:
    match fact:
        case DossierResolved(outcome=outcome):
            return outcome.value
        case DossierWithdrawn():
            return "withdrawn"
        case DossierStopped(ended=True):
            return "stopped"
        case _:
            return None


def _class(end: str, on: date, due: date | None) -> Counter[str]:
    """Domain §5.1: withdrawn and stopped on time, results by date, no due date on time."""
    counts = Counter({end: 1}) if end != "approved" else Counter[str]()
    if due is None:
        return counts + Counter({"on_time": 1, "no_due_date": 1})
    if end in {"withdrawn", "stopped"} or on == due:
        return counts + Counter({"on_time": 1})
    return counts + Counter({"early" if on < due else "late": 1})
