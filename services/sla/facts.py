"""Turns what intake tells of a dossier into entries of its clock's ledger."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

from services.sla.entries import (
    End,
    Ended,
    Entry,
    Extended,
    Paused,
    PauseKind,
    Reappointed,
    Recalled,
    Resumed,
    Started,
    Transferred,
)
from shared.events import (
    ApologyIssued,
    DeadlineExtended,
    DossierAccepted,
    DossierImported,
    DossierPaymentDemanded,
    DossierPaymentReceived,
    DossierResolved,
    DossierResultRecalled,
    DossierResumed,
    DossierStopped,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierTransferred,
    DossierWithdrawn,
    Envelope,
    Event,
    PauseEnd,
    PublishedLimit,
    kind_of,
)
from shared.working_time import Limit, LimitUnit

IMPORTED_FACTS_MAX = 1000
"""A life longer than this is no life."""


DOSSIER: Final = kind_of(DossierAccepted.type)


class Told(NamedTuple):
    """One fact of one dossier; a life told whole numbers its facts as entries of one event.

    `source` is the kind of aggregate that numbered the fact: the dossier itself, or one of sla's
    own that decides on it.
    """

    dossier: str
    source: str
    sequence: int
    entry: int
    recorded_at: datetime
    imported: bool
    fact: Any
    cause: Envelope[Event] | None = None
    """As what it came: names the request that made it."""

    @property
    def decided_here(self) -> bool:
        """Whether it is a decision of sla's own, which may come too late to be carried out."""
        return self.source != DOSSIER

    @property
    def printed_due(self) -> datetime | None:
        """The due that intake counted and told the person, where the fact says one."""
        due: datetime | None = getattr(self.fact, "due_at", None)
        return due

    @property
    def calendar(self) -> tuple[str, int] | None:
        """The calendar version that intake counted by, where the fact says so."""
        code: str | None = getattr(self.fact, "calendar", None)
        return None if code is None else (code, self.fact.calendar_version)


def unfold(envelopes: Sequence[Envelope[Event]], heard: Collection[type[Event]]) -> Iterator[Told]:
    """Tell every fact that somebody here hears, in order; imported lives become their facts."""
    kinds = {fact.type: fact for fact in heard}
    for envelope in envelopes:
        fact, recorded_at = envelope.data, envelope.recorded_at
        if type(fact) in heard:
            # Letters are aggregates of their own and name their dossier.
            dossier = getattr(fact, "dossier", envelope.aggregate_id)
            who = dossier, kind_of(fact.type), envelope.sequence
            yield Told(*who, 0, recorded_at, imported=False, fact=fact, cause=envelope)
        if not isinstance(fact, DossierImported):
            continue
        if len(fact.facts) > IMPORTED_FACTS_MAX:
            raise ValueError(f"imported life of {len(fact.facts)} facts")
        who = envelope.aggregate_id, DOSSIER, envelope.sequence
        for entry, part in enumerate(fact.facts):
            kind = kinds.get(part["type"])
            if kind is not None:
                told = kind.model_validate(part)
                yield Told(*who, entry, recorded_at, imported=True, fact=told)


class Translation(NamedTuple):
    """When a fact happened, what it does to the clock, and where it gives its ground."""

    happened_at: Callable[[Any], datetime]
    entry: Callable[[Told, datetime], Entry | None]
    ground: str | None = None


@lru_cache(maxsize=1024)
def limit_of(published: PublishedLimit) -> Limit:
    """The exact limit; raises InexactLimit."""
    return Limit(published.value, LimitUnit(published.unit))


def _due(told: Told) -> datetime | None:
    """A due of history is a promise that was printed; a live one is counted here again."""
    due: datetime | None = told.fact.due_at
    return due if told.imported else None


def _accepted(told: Told, at: datetime) -> Entry:
    fact: DossierAccepted = told.fact
    limit = None if fact.limit is None else limit_of(fact.limit)
    return Started(at, fact.counts_from, limit, fact.same_day, _due(told), fact.due_at)


def _supplement_requested(told: Told, at: datetime) -> Entry | None:
    # Before acceptance no clock runs (D61 17).
    if told.fact.before_acceptance:
        return None
    return Paused(at, PauseKind.SUPPLEMENT.numbered(told.fact.number))


def _supplemented(told: Told, at: datetime) -> Entry | None:
    fact: DossierSupplemented = told.fact
    if fact.before_acceptance:
        return None
    pause = PauseKind.SUPPLEMENT.numbered(fact.number)
    return Resumed(at, pause, fact.pause_end, _due(told))


def _payment_demanded(told: Told, at: datetime) -> Entry:
    return Paused(at, PauseKind.PAYMENT.numbered(told.fact.number))


def _payment_received(told: Told, at: datetime) -> Entry | None:
    if not told.fact.settled:
        return None
    fact: DossierPaymentReceived = told.fact
    pause = PauseKind.PAYMENT.numbered(fact.number)
    if fact.limit is None:
        return Resumed(at, pause, PauseEnd.EXTEND, _due(told))
    # The second of two appointments counts by itself, from the proof of payment.
    return Resumed(at, pause, PauseEnd.RESTART, _due(told), limit_of(fact.limit))


def _resolved(told: Told, at: datetime) -> Entry:
    return Ended(at, End(told.fact.outcome))


def _recalled(_: Told, at: datetime) -> Entry:
    return Recalled(at)


def _withdrawn(told: Told, at: datetime) -> Entry | None:
    return Ended(at, End.WITHDRAWN) if told.fact.after_acceptance else None


def _stopped(told: Told, at: datetime) -> Entry:
    if told.fact.ended:
        return Ended(at, End.STOPPED)
    return Paused(at, PauseKind.SUSPENSION.numbered(1))


def _resumed(told: Told, at: datetime) -> Entry:
    return Resumed(at, PauseKind.SUSPENSION.numbered(1), PauseEnd.EXTEND, _due(told))


def _extended(told: Told, at: datetime) -> Entry:
    return Extended(at, told.fact.amount)


def _apologised(told: Told, at: datetime) -> Entry | None:
    # Letters for what went wrong otherwise promise no new day.
    promised = told.fact.promised
    return None if promised is None else Reappointed(at, promised)


def _transferred(told: Told, at: datetime) -> Entry | None:
    if told.fact.before_acceptance:
        return None
    return Transferred(at, told.fact.to_agency)


TRANSLATIONS: dict[type[Event], Translation] = {
    DossierAccepted: Translation(attrgetter("accepted_at"), _accepted),
    DossierSupplementRequested: Translation(
        attrgetter("requested_at"), _supplement_requested, "override_ground"
    ),
    DossierSupplemented: Translation(attrgetter("supplemented_at"), _supplemented),
    DossierPaymentDemanded: Translation(attrgetter("demanded_at"), _payment_demanded),
    DossierPaymentReceived: Translation(attrgetter("received_at"), _payment_received),
    DossierResolved: Translation(attrgetter("resolved_at"), _resolved),
    DossierResultRecalled: Translation(attrgetter("recalled_at"), _recalled, "ground"),
    DossierWithdrawn: Translation(attrgetter("withdrawn_at"), _withdrawn),
    DossierStopped: Translation(attrgetter("stopped_at"), _stopped, "ground"),
    DossierResumed: Translation(attrgetter("resumed_at"), _resumed, "ground"),
    DossierTransferred: Translation(attrgetter("transferred_at"), _transferred),
    DeadlineExtended: Translation(attrgetter("decided_at"), _extended, "ground"),
    ApologyIssued: Translation(attrgetter("issued_at"), _apologised, "cause"),
}
"""Every fact that moves a clock. Filed, refused at intake (statuses 1 and 3) never count."""
