"""Random lives of dossiers, and the report told from them as domain law words it.

Nothing here knows clocks, stands or counters: it replays each raw life and looks at its days.
"""

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.events import (
    Channel,
    DossierAccepted,
    DossierFiled,
    DossierIntakeRefused,
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
    LimitUnit,
    Outcome,
    PauseEnd,
    PublishedLimit,
    WayOfReturn,
)
from shared.working_time import VIETNAM_TIME, Limit, WorkingTime
from shared.working_time import LimitUnit as Unit
from tests.sla.factories import CALENDAR, make_accepted

AGENCIES = ("H20.4", "H20.40", "H20.40.01", "H20.40.02", "H20.100", "H20.10", "H20.01")
PROCEDURES = (("1.000001", "Hộ tịch"), ("1.000002", "Hộ tịch"), ("2.000815", "Chứng thực"))
FIRST = datetime(2024, 1, 2, 8, tzinfo=VIETNAM_TIME)
DAYS = 500
FACTS_MAX = 12


@dataclass
class RawLife:
    """One dossier's facts in the order in which they were told."""

    facts: list[Event]
    imported: bool
    dossier: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class _Telling:
    """A life while it is being made up."""

    chance: random.Random
    imported: bool
    moment: datetime
    facts: list[Event] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)
    open: list[tuple[str, int]] = field(default_factory=list)
    agency: str = ""
    over: bool = False

    def later(self) -> datetime:
        """A next moment: often on the same day, now and then told with a time that lies back."""
        step = self.chance.choice((0, 20, 60, 180, 1440, 2880, 7000, 20000))
        self.moment += timedelta(minutes=step)
        back = self.chance.random() < 0.05
        return self.moment - timedelta(days=self.chance.randrange(1, 9)) if back else self.moment

    def told_due(self, at: datetime) -> dict[str, Any]:
        """History tells its own dues, also ones that lie in the past."""
        due = at + timedelta(days=self.chance.randrange(-15, 25), minutes=7)
        return {"due_at": due if self.imported else None}


def make_lives(chance: random.Random, count: int) -> list[RawLife]:
    """Make up lives; a third of them are told whole, as history."""
    return [_make_life(chance) for _ in range(count)]


def _make_life(chance: random.Random) -> RawLife:
    imported = chance.random() < 0.35
    moment = FIRST + timedelta(minutes=chance.randrange(DAYS * 1440))
    telling = _Telling(chance, imported, moment)
    accepted = _acceptance(telling)
    telling.facts.append(
        DossierFiled(**{name: getattr(accepted, name) for name in DossierFiled.model_fields})
    )
    if chance.random() < 0.1:
        telling.facts += _before_acceptance(telling)
    if chance.random() < 0.06:
        telling.facts.append(_never_received(telling))
        return RawLife(telling.facts, imported)
    telling.facts.append(accepted)
    telling.agency = accepted.competent_agency
    for _ in range(chance.randrange(FACTS_MAX)):
        if telling.over:
            break
        chance.choice(_choices(telling))(telling)
    return RawLife(telling.facts, imported)


def _acceptance(telling: _Telling) -> DossierAccepted:
    chance, at = telling.chance, telling.moment
    procedure, its_field = chance.choice(PROCEDURES)
    agency = chance.choice(AGENCIES)
    value, unit = chance.choice(
        [
            ("8", LimitUnit.HOUR),
            ("0.5", LimitUnit.WORKING_DAY),
            ("3", LimitUnit.WORKING_DAY),
            ("15", LimitUnit.WORKING_DAY),
            ("10", LimitUnit.DAY),
            ("1", LimitUnit.MONTH),
        ]
    )
    unlimited = chance.random() < 0.1
    return make_accepted(
        at,
        procedure=procedure,
        field=its_field,
        channel=chance.choice(list(Channel)),
        receiving_agency=chance.choice(AGENCIES),
        competent_agency=agency,
        filed_at=at - timedelta(hours=1),
        counts_from=at + timedelta(minutes=chance.choice((0, 0, 0, 600, 3000))),
        limit=None if unlimited else PublishedLimit(value=Decimal(value), unit=unit),
        same_day=not unlimited and chance.random() < 0.05,
        **({"due_at": None} if unlimited else telling.told_due(at)),
    )


def _before_acceptance(telling: _Telling) -> list[Event]:
    at = telling.moment
    return [
        DossierSupplementRequested(
            number=1, components=("c1",), before_acceptance=True, requested_at=at
        ),
        DossierSupplemented(
            number=1, before_acceptance=True, supplemented_at=at, pause_end=PauseEnd.RESTART
        ),
    ]


def _never_received(telling: _Telling) -> Event:
    if telling.chance.random() < 0.5:
        return DossierIntakeRefused(refused_at=telling.moment, ground="sai thẩm quyền")
    return DossierWithdrawn(after_acceptance=False, withdrawn_at=telling.moment)


def _choices(telling: _Telling) -> Sequence[Callable[[_Telling], None]]:
    last = telling.facts[-1]
    if isinstance(last, DossierResolved):
        return (_return, _recall)
    if telling.open:
        return (_close, _close, _close, _demand, _partly_pay, _stop, _withdraw, _resolve)
    return (_ask, _demand, _suspend, _resolve, _resolve, _withdraw, _stop, _transfer, _transfer)


def _ask(telling: _Telling) -> None:
    number = _open(telling, "supplement")
    telling.facts.append(
        DossierSupplementRequested(
            number=number,
            components=("c1",),
            before_acceptance=False,
            requested_at=telling.later(),
        )
    )


def _demand(telling: _Telling) -> None:
    number = _open(telling, "payment")
    telling.facts.append(
        DossierPaymentDemanded(
            number=number, amount=10000, currency="VND", demanded_at=telling.later()
        )
    )


def _suspend(telling: _Telling) -> None:
    _open(telling, "suspension")
    telling.facts.append(
        DossierStopped(ground="chờ toà án", ended=False, stopped_at=telling.later())
    )


def _open(telling: _Telling, kind: str) -> int:
    telling.numbers[kind] += 1
    number = telling.numbers[kind]
    telling.open.append((kind, number))
    return number


def _close(telling: _Telling) -> None:
    kind, number = telling.open.pop(telling.chance.randrange(len(telling.open)))
    at = telling.later()
    pinned: dict[str, Any] = {"calendar": CALENDAR, "calendar_version": 1}
    pinned |= telling.told_due(at)
    if kind == "supplement":
        mode = telling.chance.choice(list(PauseEnd))
        fact: Event = DossierSupplemented(
            number=number, before_acceptance=False, supplemented_at=at, pause_end=mode, **pinned
        )
    elif kind == "payment":
        fact = _payment(number, at, settled=True, **pinned)
    else:
        fact = DossierResumed(ground="tiếp tục", resumed_at=at, **pinned)
    telling.facts.append(fact)


def _partly_pay(telling: _Telling) -> None:
    telling.facts.append(_payment(1, telling.later(), settled=False))


def _payment(number: int, at: datetime, *, settled: bool, **pinned: Any) -> Event:
    return DossierPaymentReceived(
        number=number,
        amount=10000,
        currency="VND",
        means="cash",
        settled=settled,
        received_at=at,
        **pinned,
    )


def _resolve(telling: _Telling) -> None:
    telling.open.clear()
    outcome = telling.chance.choice(list(Outcome))
    telling.facts.append(DossierResolved(outcome=outcome, resolved_at=telling.later()))


def _return(telling: _Telling) -> None:
    telling.over = True
    telling.facts.append(
        DossierReturned(way_of_return=WayOfReturn.COUNTER, returned_at=telling.later())
    )


def _recall(telling: _Telling) -> None:
    telling.facts.append(DossierResultRecalled(ground="sai sót", recalled_at=telling.later()))


def _withdraw(telling: _Telling) -> None:
    telling.over = True
    telling.facts.append(DossierWithdrawn(after_acceptance=True, withdrawn_at=telling.later()))


def _stop(telling: _Telling) -> None:
    telling.over = True
    telling.facts.append(DossierStopped(ground="theo đơn", ended=True, stopped_at=telling.later()))


def _transfer(telling: _Telling) -> None:
    to_agency = telling.chance.choice(AGENCIES)
    telling.facts.append(
        DossierTransferred(
            from_agency=telling.agency, to_agency=to_agency, transferred_at=telling.later()
        )
    )
    telling.agency = to_agency


def day_of(moment: datetime) -> date:
    """The date on a Vietnamese calendar."""
    return moment.astimezone(VIETNAM_TIME).date()


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


def replay(life: RawLife, times: WorkingTime) -> Told | None:
    """Tell a life's days; None for one that was never received."""
    accepted = next((fact for fact in life.facts if isinstance(fact, DossierAccepted)), None)
    if accepted is None:
        return None
    replaying = _Replaying(life, accepted, times)
    for fact in life.facts[life.facts.index(accepted) + 1 :]:
        if not _is_idle(fact):
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
        self.due = _first_due(accepted, times, imported=life.imported)
        self.waits: list[tuple[str, int]] = []
        self.since, self.anew = accepted.counts_from, False
        self.ended: str | None = None
        self.result: Counter[str] = Counter()
        self.told.received_on = day_of(self.now)
        self._happened(received=1)
        self._day()

    def hear(self, fact: Event) -> None:
        """Live through one more fact."""
        self.now = max(self.now, moment_of(fact))
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
        else:
            self._end(fact)
        self._day()

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
            self.due = _next_due(
                self.accepted, self.times, self.due, self.since, until, anew=self.anew
            )
        self.since, self.anew = until, False

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


def _first_due(accepted: DossierAccepted, times: WorkingTime, *, imported: bool) -> datetime | None:
    if imported and accepted.due_at is not None:
        return accepted.due_at
    if accepted.same_day:
        return times.due_same_day(accepted.counts_from)
    limit = _limit(accepted)
    return None if limit is None else times.due(accepted.counts_from, limit)


def _next_due(
    accepted: DossierAccepted,
    times: WorkingTime,
    due: datetime | None,
    since: datetime,
    until: datetime,
    *,
    anew: bool,
) -> datetime | None:
    limit = _limit(accepted)
    if anew and accepted.same_day:
        return times.due_same_day(until)
    if anew:
        return None if limit is None else times.due(until, limit)
    if due is None or limit is None:
        waited = times.between(since, until)
        return times.add(due, waited) if due is not None and waited else due
    return times.extend_over(due, since, until, limit)


def _limit(accepted: DossierAccepted) -> Limit | None:
    if accepted.limit is None:
        return None
    return Limit(accepted.limit.value, Unit(accepted.limit.unit))


def _date(due: datetime | None) -> date | None:
    return None if due is None else day_of(due)


def moment_of(fact: Event) -> datetime:
    """When a fact happened: each names it by its verb."""
    if isinstance(fact, DossierAccepted):
        return fact.accepted_at
    names = [name for name in type(fact).model_fields if name.endswith("_at")]
    moment: datetime = getattr(fact, next(name for name in names if name != "due_at"))
    return moment


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


def report(
    lives: Sequence[Told], first: date, last: date, keep: Callable[[dict[str, str]], bool]
) -> Iterator[tuple[dict[str, str], Counter[str]]]:
    """Tell what each life adds to the columns of domain §5.1 for a period, both days in it."""
    online = {"online_partial", "online_full", "kiosk"}
    for life in lives:
        for on, agency, counts in life.happened:
            key = life.key | {"agency": agency}
            if first <= on <= last and keep(key):
                yield key, counts
                if "received" in counts and life.key["channel"] in online:
                    yield key, Counter({"received_online": 1})
        before, now = life.at(first - timedelta(days=1)), life.at(last)
        if before is not None and before.ended is None:
            key = life.key | {"agency": before.agency}
            if keep(key):
                yield key, Counter({"carried_over": 1})
        if now is not None and now.ended is None:
            key = life.key | {"agency": now.agency}
            late = not now.waiting and now.due is not None and now.due < last
            if keep(key):
                yield key, Counter(open=1, overdue=int(late), waiting=int(now.waiting))
