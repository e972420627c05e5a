"""The clock of a dossier: the fold of its ledger, by the rules of the limit (D61 19)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.sla.entries import (
    End,
    Ended,
    Entry,
    Extended,
    Paused,
    PauseKind,
    Reappointed,
    Recalculated,
    Recalled,
    Restarted,
    Resumed,
    Started,
    Transferred,
    kind_of,
)
from services.sla.phases import ClockRefuses, Lapse, Phase
from services.sla.terms import Term
from shared.events import PauseEnd
from shared.working_time import WorkingTime


@dataclass(slots=True)
class Clock:
    """The present state of a ledger; `apply` moves it on in place.

    `used` are the working minutes of the limit that counts, `waited` those of all pauses,
    `granted` what decisions added. `since` is where the present stretch or wait began.
    """

    term: Term
    started_at: datetime
    began_at: datetime
    since: datetime
    last_at: datetime
    due_at: datetime | None
    promised_at: datetime | None
    open: tuple[str, ...] = ()
    restart: bool = False
    reappointed: bool = False
    used: int = 0
    waited: int = 0
    granted: int = 0
    restarts: int = 0
    supplements: int = 0
    ended_at: datetime | None = None
    end: End | None = None
    told: bool = False
    """Whether another system told the due; it was not counted here."""
    adjusted: bool = False
    """Whether the reports judge by the promise and not by the limit (tham số lateness_basis)."""
    lapsed: bool = False
    """Whether anything did not count since `began_at`; `closed` tells what."""
    closed: list["Lapse"] = field(default_factory=list)
    """What did not count since `began_at`; known to a fold of the whole ledger only."""

    @property
    def phase(self) -> Phase:
        """What the clock is doing."""
        if self.end is not None:
            return Phase.ENDED
        if not self.open:
            return Phase.RUNNING
        suspended = any(pause.startswith(PauseKind.SUSPENSION) for pause in self.open)
        return Phase.SUSPENDED if suspended else Phase.WAITING

    @property
    def judged_by(self) -> datetime | None:
        """The date by which the reports tell early, on time and late."""
        return self.promised_at if self.adjusted else self.due_at

    def lapse(self, since: datetime, until: datetime, *, given_back: bool) -> None:
        """Note a time that did not count."""
        self.closed.append(Lapse(since, until, given_back))
        self.lapsed = True

    def used_at(self, working_time: WorkingTime, now: datetime) -> int:
        """Working minutes of the limit used up to `now`, which must not lie before `since`."""
        if self.end is not None or self.open or now <= self.since:
            return self.used
        return self.used + working_time.between(self.since, now)

    def due_if_resumed(self, working_time: WorkingTime, now: datetime) -> datetime | None:
        """The due if every open pause ended now; the present one while nothing waits."""
        if not self.open or self.due_at is None:
            return self.due_at
        until = max(now, self.since)
        if self.restart:
            return self.term.due(working_time, until)
        return self.term.put_behind(working_time, self.due_at, self.since, until)


def start(entry: Started, working_time: WorkingTime) -> Clock:
    """Begin a ledger; a due that was told stands, else it is counted here."""
    term = Term(entry.limit, entry.same_day)
    due = entry.told_due or term.due(working_time, entry.counts_from)
    return Clock(
        term=term,
        started_at=entry.counts_from,
        began_at=entry.counts_from,
        since=entry.counts_from,
        last_at=entry.at,
        due_at=due,
        promised_at=entry.promised or due,
        told=entry.told_due is not None,
    )


def apply(clock: Clock, entry: Entry, working_time: WorkingTime) -> None:
    """Move a clock on by one entry; raises ClockRefuses for one that cannot follow."""
    if entry.at < clock.last_at:
        raise ClockRefuses(f"{kind_of(entry)} at {entry.at} lies before {clock.last_at}")
    if (clock.end is None) == isinstance(entry, Recalled):
        raise ClockRefuses(f"{kind_of(entry)} cannot follow: the clock is {clock.phase}")
    _RULES[type(entry)](clock, entry, working_time)
    clock.last_at = entry.at


def fold(ledger: list[tuple[Entry, WorkingTime]]) -> Clock:
    """Fold a whole ledger, each entry with the calendar version that it was counted by."""
    (first, working_time), *rest = ledger
    if not isinstance(first, Started):
        raise ClockRefuses("a ledger begins with its start")
    clock = start(first, working_time)
    for entry, counted_by in rest:
        apply(clock, entry, counted_by)
    return clock


def _start_again(_: Clock, entry: Started, __: WorkingTime) -> None:
    raise ClockRefuses(f"started twice, at {entry.at}")


def _pause(clock: Clock, entry: Paused, working_time: WorkingTime) -> None:
    if entry.pause in clock.open:
        raise ClockRefuses(f"{entry.pause} is open already")
    if not clock.open:
        _stop_running(clock, entry.at, working_time)
    clock.open = (*clock.open, entry.pause)
    clock.supplements += entry.pause.startswith(PauseKind.SUPPLEMENT)


def _resume(clock: Clock, entry: Resumed, working_time: WorkingTime) -> None:
    if entry.pause not in clock.open:
        # Paid or completed before the clock knew of the wait: there is no time to give back.
        return
    clock.open = tuple(pause for pause in clock.open if pause != entry.pause)
    clock.restart |= entry.mode is PauseEnd.RESTART
    if entry.limit is not None:
        clock.term = Term(entry.limit, same_day=False)
    if clock.open:
        return
    since, restart = clock.since, clock.restart
    until = _stop_waiting(clock, entry.at, working_time)
    if restart:
        _begin_anew(clock, entry.at, working_time)
    else:
        clock.lapse(since, until, given_back=True)
        _move(clock, lambda due: clock.term.put_behind(working_time, due, since, until))
    if entry.told_due is not None:
        clock.due_at = clock.promised_at = entry.told_due
        clock.told = True


def _restart(clock: Clock, entry: Restarted, working_time: WorkingTime) -> None:
    if clock.open:
        raise ClockRefuses("a waiting clock restarts when its last pause ends")
    clock.since = max(entry.at, clock.since)
    _begin_anew(clock, entry.at, working_time)


def _extend(clock: Clock, entry: Extended, working_time: WorkingTime) -> None:
    if entry.amount < 0:
        raise ClockRefuses("an extension gives time, it takes none")
    clock.granted += entry.amount
    _move(clock, lambda due: clock.term.lengthen(working_time, due, entry.amount))


def _reappoint(clock: Clock, entry: Reappointed, _: WorkingTime) -> None:
    if clock.reappointed:
        raise ClockRefuses("a dossier is re-appointed at most once (D61 19(9))")
    if clock.promised_at is None or entry.promised <= clock.promised_at:
        raise ClockRefuses("the new promise must be later than the present one")
    clock.promised_at = entry.promised
    clock.reappointed = True


def _recalculate(clock: Clock, entry: Recalculated, working_time: WorkingTime) -> None:
    due = clock.term.due(working_time, clock.began_at)
    used, position = 0, clock.began_at
    for since, until, given_back in clock.closed:
        used += working_time.between(position, since)
        position = until
        if due is not None and given_back:
            due = clock.term.put_behind(working_time, due, since, until)
    if due is not None and clock.granted:
        due = clock.term.lengthen(working_time, due, clock.granted)
    if clock.open:
        used += working_time.between(position, clock.since)
    if due is None or clock.due_at is None or (entry.later_only and due <= clock.due_at):
        return
    # While it runs, `used` holds the stretches that are over and `since` the present one.
    clock.used = used
    kept = clock.reappointed and clock.promised_at is not None and clock.promised_at > due
    clock.promised_at = clock.promised_at if kept else due
    clock.due_at = due


def _end(clock: Clock, entry: Ended, working_time: WorkingTime) -> None:
    if clock.open:
        since = clock.since
        clock.lapse(since, _stop_waiting(clock, entry.at, working_time), given_back=False)
        clock.open = ()
    else:
        _stop_running(clock, entry.at, working_time)
    clock.ended_at, clock.end = entry.at, entry.end


def _recall(clock: Clock, entry: Recalled, _: WorkingTime) -> None:
    if clock.end is None or not clock.end.is_result:
        raise ClockRefuses("only a result can be recalled")
    # What was used stays used; the time in which a result stood counts for nobody.
    again = max(entry.at, clock.since)
    clock.lapse(clock.since, again, given_back=False)
    clock.ended_at = clock.end = None
    clock.since = again


def _transfer(_: Clock, __: Transferred, ___: WorkingTime) -> None:
    """Moves no time; the counters move the dossier from one agency to the other."""


def _stop_running(clock: Clock, at: datetime, working_time: WorkingTime) -> None:
    """Count the stretch that ends; before the limit began to count there is none."""
    until = max(at, clock.since)
    clock.used += working_time.between(clock.since, until)
    clock.since = until


def _stop_waiting(clock: Clock, at: datetime, working_time: WorkingTime) -> datetime:
    until = max(at, clock.since)
    clock.waited += working_time.between(clock.since, until)
    clock.since, clock.restart = until, False
    return until


def _begin_anew(clock: Clock, at: datetime, working_time: WorkingTime) -> None:
    clock.began_at = max(at, clock.since)
    clock.due_at = clock.promised_at = clock.term.due(working_time, clock.began_at)
    clock.used = clock.granted = 0
    clock.restarts += 1
    clock.told = clock.lapsed = False
    clock.closed = []


def _move(clock: Clock, moved: Callable[[datetime], datetime]) -> None:
    """Move the due and the promise alike; a promise of its own keeps its distance."""
    if clock.due_at is None:
        return
    same = clock.promised_at == clock.due_at
    clock.due_at = moved(clock.due_at)
    if same:
        clock.promised_at = clock.due_at
    elif clock.promised_at is not None:
        clock.promised_at = moved(clock.promised_at)


_RULES: dict[type[Any], Callable[[Clock, Any, WorkingTime], None]] = {
    Started: _start_again,
    Paused: _pause,
    Resumed: _resume,
    Restarted: _restart,
    Extended: _extend,
    Reappointed: _reappoint,
    Recalculated: _recalculate,
    Ended: _end,
    Recalled: _recall,
    Transferred: _transfer,
}
