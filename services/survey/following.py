"""Decides, without acting, what dossiers' facts change: what to remember, whom to ask; pure."""

import dataclasses as fields
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.survey.schemas.occasions import Trigger
from shared.events import (
    DossierAccepted,
    DossierFiled,
    DossierImported,
    DossierIntakeRefused,
    DossierReturned,
    DossierStopped,
    DossierSupplementRequested,
    DossierTransferred,
    DossierWithdrawn,
    Envelope,
    Event,
)

ENDS = frozenset(fact.type for fact in (DossierReturned, DossierWithdrawn, DossierIntakeRefused))


@dataclass(frozen=True, slots=True)
class Dossier:
    """What an invitation needs to know of a dossier."""

    id: UUID
    code: str | None
    agency: str
    receiving_agency: str
    procedure: str
    procedure_version: int
    field: str
    channel: str
    late: bool = False
    """Whether sla told that its due had passed."""


class Met(NamedTuple):
    """A dossier at a step with which its people may be asked, as it was then."""

    dossier: Dossier
    trigger: Trigger
    at: datetime
    cause: Envelope[Event]


@dataclass(slots=True)
class Followed:
    """What a batch leads to."""

    remembered: dict[UUID, Dossier] = fields.field(default_factory=dict)
    forgotten: set[UUID] = fields.field(default_factory=set)
    met: list[Met] = fields.field(default_factory=list)
    """Before our eyes: their people may be asked."""
    history: list[tuple[Dossier, datetime]] = fields.field(default_factory=list)
    """Returned long ago, as another system tells: nobody is asked, but samples may hold them."""

    @property
    def returned(self) -> list[tuple[Dossier, datetime]]:
        """Those whose result was handed over before our eyes."""
        return [(met.dossier, met.at) for met in self.met if met.trigger is Trigger.RETURNED]


def needed(envelopes: Sequence[Envelope[Event]]) -> set[UUID]:
    """The dossiers whose copy must be read before the batch can be followed."""
    return {
        UUID(envelope.aggregate_id)
        for envelope in envelopes
        if isinstance(
            envelope.data,
            DossierAccepted
            | DossierIntakeRefused
            | DossierReturned
            | DossierSupplementRequested
            | DossierTransferred,
        )
    }


def follow(known: Mapping[UUID, Dossier], envelopes: Iterable[Envelope[Event]]) -> Followed:
    """Fold a batch in stream order.

    A dossier that is not known when it is returned came with its whole life from another
    system's history: nobody is asked about what was handed over long ago.
    """
    followed, present = Followed(), dict(known)
    for envelope in envelopes:
        identity, fact = UUID(envelope.aggregate_id), envelope.data
        before = present.get(identity)
        if isinstance(fact, DossierImported) and (whole := _whole(identity, fact)) is not None:
            followed.history.append(whole)
        after = _last(before, identity, fact)
        if (met := _met(before, after, envelope)) is not None:
            followed.met.append(met)
        if after is not None:
            present[identity] = after
            followed.remembered[identity] = after
            followed.forgotten.discard(identity)
        else:
            present.pop(identity, None)
            followed.remembered.pop(identity, None)
            # A whole imported life is the first that is heard of its dossier.
            if not isinstance(fact, DossierImported):
                followed.forgotten.add(identity)
    return followed


def _met(before: Dossier | None, after: Dossier | None, told: Envelope[Event]) -> Met | None:
    """The step that a fact is, if it is one; a receipt's is that of the dossier as accepted."""
    match fact := told.data:
        case DossierAccepted() if after is not None:
            return Met(after, Trigger.ACCEPTED, fact.accepted_at, told)
        case DossierSupplementRequested() if before is not None:
            return Met(before, Trigger.SUPPLEMENT_REQUESTED, fact.requested_at, told)
        case DossierIntakeRefused() if before is not None:
            return Met(before, Trigger.INTAKE_REFUSED, fact.refused_at, told)
        case DossierReturned() if before is not None:
            return Met(before, Trigger.RETURNED, fact.returned_at, told)
        case _:
            return None


def _last(before: Dossier | None, identity: UUID, fact: Event) -> Dossier | None:
    """What is remembered of a dossier after a fact; None when nothing is any more."""
    match fact:
        case DossierAccepted() if fact.parent is not None:
            # A linked life is asked about once, as its parent.
            return None
        case DossierFiled() | DossierAccepted():
            return Dossier(
                late=before is not None and before.late,
                id=identity,
                code=fact.code,
                agency=fact.competent_agency,
                receiving_agency=fact.receiving_agency,
                procedure=fact.procedure,
                procedure_version=fact.procedure_version,
                field=fact.field,
                channel=fact.channel,
            )
        case DossierTransferred():
            return before and replace(before, agency=fact.to_agency)
        case DossierImported():
            return _imported(identity, fact)
        case DossierStopped(ended=False) | DossierSupplementRequested():
            return before
        case _:
            return None


def _imported(identity: UUID, life: DossierImported) -> Dossier | None:
    """What is left to follow of an imported life: something only while it is still open."""
    if any(fact.get("type") in ENDS for fact in life.facts):
        return None
    last = None
    for fact in life.events():
        if isinstance(fact, DossierFiled | DossierAccepted | DossierTransferred | DossierStopped):
            last = _last(last, identity, fact)
    return last


def _whole(identity: UUID, life: DossierImported) -> tuple[Dossier, datetime] | None:
    """An imported life that ends with the return of its result."""
    if not any(fact.get("type") == DossierReturned.type for fact in life.facts):
        return None
    last = None
    for fact in life.events():
        if isinstance(fact, DossierReturned):
            return None if last is None else (last, fact.returned_at)
        if isinstance(fact, DossierFiled | DossierAccepted | DossierTransferred):
            last = _last(last, identity, fact)
    return None
