"""Follows dossiers through a batch of facts: clocks, ledger rows, counters and what to tell."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from services.sla import clock as clocks
from services.sla import rules
from services.sla.calendars import Newest, Version, WorkingTimes
from services.sla.entries import (
    Entry,
    Extended,
    Recalculated,
    Recalled,
    Resumed,
    Started,
    Transferred,
    kind_of,
)
from services.sla.facts import TRANSLATIONS, Told
from services.sla.followed import Followed, Moved, Noted, Placed
from services.sla.phases import ClockRefuses
from services.sla.stand import Measure, stand_of
from services.sla.tally import Key, Tally
from shared.events import ClockDueDateChanged, DossierAccepted
from shared.working_time import business_date

CALENDAR_GROUND: Final = "calendar"
"""Why a due moved, where it was a calendar; whoever listens may take such facts together."""

ADJUSTED: Final = "adjusted"
"""The value of `lateness_basis` by which the promise judges and not the limit."""


class NoClock(ValueError):
    """A fact of an accepted dossier whose acceptance this service never saw."""


class _Why(NamedTuple):
    """The entry that moved a clock, and the fact behind it."""

    told: Told
    entry: Entry
    told_at: datetime
    ground: str | None


class Batch:
    """Applies facts in order; nothing is written before the whole batch is folded."""

    def __init__(
        self,
        followed: dict[str, Followed],
        working_times: WorkingTimes,
        newest: Mapping[str, Newest] = MappingProxyType({}),
    ) -> None:
        self.followed = followed
        self.touched: dict[str, Followed] = {}
        self.ledger: list[Noted] = []
        self.moved: list[Moved] = []
        self.differing: list[str] = []
        """Dossiers whose person was told another due than the one counted here."""
        self.void: list[Told] = []
        """Decisions of sla's own that came too late."""
        self.tally = Tally()
        self._times = working_times
        self._newest = newest

    @property
    def times(self) -> WorkingTimes:
        """Every calendar version that this batch counts by."""
        return self._times

    def follow(self, told: Told) -> None:
        """Apply one fact; raises ValueError for one that cannot follow, and the batch is void.

        Facts that move no clock are passed over.
        """
        translation = TRANSLATIONS.get(type(told.fact))
        if translation is None:
            return
        happened_at = translation.happened_at(told.fact)
        known = self.followed.get(told.dossier)
        # Offline counters and postal records tell late: the effective time never runs backwards.
        at = happened_at if known is None else max(happened_at, known.clock.last_at)
        entry = translation.entry(told, at)
        if entry is None:
            return
        ground = getattr(told.fact, translation.ground) if translation.ground else None
        due_before = None if known is None else known.clock.due_at
        try:
            followed, on = self._move(known, told, entry)
        except ClockRefuses:
            if told.decided_here:
                # The life went on while the decision was on its way: it decides nothing any more.
                self.void.append(told)
                return
            raise
        why = _Why(told, entry, happened_at, ground)
        self._note(followed, why, due_before, on)
        if known is not None and not told.imported:
            self._tell(followed, why, due_before)
        due = followed.clock.due_at
        # Who printed it may not have heard of the newest calendar.
        alike = told.calendar in {None, followed.calendar}
        if alike and not followed.clock.open and told.printed_due not in {None, due}:
            self.differing.append(followed.dossier)
        if isinstance(entry, Started | Recalled) and not told.imported:
            self._catch_up(followed, told, on)

    def _catch_up(self, followed: Followed, told: Told, on: date) -> None:
        """Count what begins by an old calendar by the one that all others were recalculated by."""
        code, version = followed.calendar
        newest = self._newest.get(code)
        if newest is None or newest.recalculated is None or newest.recalculated <= version:
            return
        clock, due_before = followed.clock, followed.clock.due_at
        entry = Recalculated(clock.last_at, newest.later_only)
        calendar = code, newest.recalculated
        clocks.apply(clock, entry, self._times[calendar])
        if clock.due_at == due_before:
            return
        followed.calendar = calendar
        self._take(followed, entry, on, followed.key)
        why = _Why(told, entry, entry.at, newest.ground)
        self._note(followed, why, due_before, on)
        self._tell(followed, why, due_before)

    def _note(self, followed: Followed, why: "_Why", due_before: datetime | None, on: date) -> None:
        clock = followed.clock
        followed.entries += 1
        self.touched[followed.dossier] = followed
        self.ledger.append(
            Noted(
                told=why.told,
                place=followed.entries,
                entry=why.entry,
                told_at=why.told_at,
                ground=why.ground,
                followed=followed,
                due_before=due_before,
                due_at=clock.due_at,
                promised_at=clock.promised_at,
                used=clock.used,
                on=on,
                agency=followed.key.agency,
                calendar=followed.calendar,
                stand=followed.stand,
            )
        )

    def _move(self, known: Followed | None, told: Told, entry: Entry) -> tuple[Followed, date]:
        if isinstance(entry, Started) and known is None:
            return self._start(told, entry)
        if known is None:
            raise NoClock(f"{told.fact.type} of {told.dossier}: it was never accepted")
        calendar = self._calendar_of(known, told, entry)
        clocks.apply(known.clock, entry, self._times[calendar])
        known.calendar = calendar
        on = max(business_date(entry.at), known.last_on)
        moved_to = known.key
        if isinstance(entry, Transferred):
            moved_to = moved_to._replace(agency=entry.to_agency)
        self._take(known, entry, on, moved_to)
        return known, on

    def _calendar_of(self, known: Followed, told: Told, entry: Entry) -> Version:
        """The newest version counts what is added to a due, or it could be pushed over a holiday.

        At a resume it is intake's, unless all others were recalculated by a newer one.
        """
        code, version = known.calendar
        newest = self._newest.get(code)
        if isinstance(entry, Extended) and newest is not None:
            return code, max(version, newest.published)
        if not isinstance(entry, Resumed) or told.calendar is None:
            return known.calendar
        code, version = told.calendar
        newest = self._newest.get(code)
        if told.imported or newest is None or newest.recalculated is None:
            return told.calendar
        return code, max(version, newest.recalculated)

    def _take(self, followed: Followed, entry: Entry, on: date, key: Key) -> None:
        """Leave the old stand and take the new one."""
        before = Placed(followed.key, followed.stand)
        followed.key, followed.stand, followed.last_on = key, stand_of(followed.clock, on), on
        if followed.counted:
            self._count(entry, on, before, Placed(key, followed.stand))

    def _count(self, entry: Entry, on: date, before: Placed, now: Placed) -> None:
        if isinstance(entry, Transferred):
            self.tally.add(before.key, Measure.MOVED_OUT, on, 1)
            self.tally.add(now.key, Measure.MOVED_IN, on, 1)
        elif isinstance(entry, Recalled):
            self.tally.add(before.key, Measure.RECALLED, on, 1)
        if now != before:
            self.tally.put(before.key, before.stand, on, -1)
            self.tally.put(now.key, now.stand, on, 1)

    def _start(self, told: Told, entry: Started) -> tuple[Followed, date]:
        fact: DossierAccepted = told.fact
        calendar = (fact.calendar, fact.calendar_version)
        clock = clocks.start(entry, self._times[calendar])
        on = business_date(entry.at)
        clock.adjusted = rules.value("lateness_basis", on) == ADJUSTED
        followed = Followed(
            dossier=told.dossier,
            code=fact.code,
            key=Key(fact.competent_agency, fact.procedure, fact.field, fact.channel),
            receiving_agency=fact.receiving_agency,
            procedure_version=fact.procedure_version,
            level=fact.agency_level,
            # A linked life is received once, as its parent; the parts keep clocks of their own.
            counted=fact.parent is None,
            calendar=calendar,
            accepted_at=fact.accepted_at,
            clock=clock,
            stand=stand_of(clock, on),
            last_on=on,
        )
        self.followed[told.dossier] = followed
        if followed.counted:
            self.tally.add(followed.key, Measure.RECEIVED, on, 1)
            self.tally.put(followed.key, followed.stand, on, 1)
        return followed, on

    def _tell(self, followed: Followed, why: "_Why", due_before: datetime | None) -> None:
        if followed.clock.due_at == due_before:
            return
        entry, recalculated = why.entry, isinstance(why.entry, Recalculated)
        pause: str = getattr(entry, "pause", CALENDAR_GROUND if recalculated else kind_of(entry))
        followed.sequence += 1
        code, version = followed.calendar
        fact = ClockDueDateChanged(
            ground=pause.partition("/")[0],
            due_before=due_before,
            due_at=followed.clock.due_at,
            calendar=code,
            calendar_version=version,
            changed_at=entry.at,
        )
        self.moved.append(Moved(followed, followed.sequence, fact, why.told.cause))
