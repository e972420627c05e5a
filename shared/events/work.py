"""Facts of the work on a dossier: steps, opinions, linked parts, papers; told by intake."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.events.envelope import Event
from shared.events.process import LinkMode
from shared.events.vocabulary import (
    PublishedLimit,
)


class DossierOriginalsReturned(Event):
    """Originals held for comparison were given back (D61 20(2))."""

    type: ClassVar = "dossier.originals_returned.v1"

    number: int
    components: tuple[str, ...]
    by_proxy: bool
    returned_at: datetime


class DossierStepAssigned(Event):
    """A step lies with a unit or an officer from now on, once whoever receives it confirms.

    `due_at` is the planned end of the step by its limit; going back to a step keeps its first one.
    """

    type: ClassVar = "dossier.step_assigned.v1"

    step: str
    step_name: str
    agency: str
    unit: str | None = None
    officer: str | None = None
    from_unit: str | None = None
    from_officer: str | None = None
    limit: PublishedLimit | None = None
    due_at: datetime | None = None
    confirmed: bool
    assigned_at: datetime


class DossierHandoverConfirmed(Event):
    """Whoever was given a step says that they have it; until then it lay with the giver."""

    type: ClassVar = "dossier.handover_confirmed.v1"

    step: str
    agency: str
    unit: str | None = None
    officer: str
    from_unit: str | None = None
    from_officer: str | None = None
    given_at: datetime
    confirmed_at: datetime


class DossierStepCompleted(Event):
    """A unit finished its step and handed the dossier over.

    A step of a process names itself, its limit and its planned end; `back_to` goes back to an
    earlier one, which resets nothing.
    """

    type: ClassVar = "dossier.step_completed.v1"

    step: int
    name: str
    unit: str
    officer: str
    next_unit: str | None = None
    next_officer: str | None = None
    completed_at: datetime
    process_step: str | None = None
    agency: str | None = None
    limit: PublishedLimit | None = None
    given_at: datetime | None = None
    confirmed_at: datetime | None = None
    due_at: datetime | None = None
    back_to: str | None = None


class DossierOpinionAsked(Event):
    """Another agency was asked for its opinion; the clock runs on (D61 19(5))."""

    type: ClassVar = "dossier.opinion_asked.v1"

    number: int
    agency: str
    due_at: datetime
    asked_at: datetime


class DossierOpinionGiven(Event):
    """The agency that was asked answered, on time or late by date."""

    type: ClassVar = "dossier.opinion_given.v1"

    number: int
    agency: str
    due_at: datetime
    given_at: datetime
    late: bool


class LinkedPart(BaseModel):
    """One procedure of a linked life as it was begun."""

    model_config = ConfigDict(frozen=True)

    member: str
    order: int
    procedure: str
    agency: str
    required: bool


class DossierLinked(Event):
    """A dossier became the parent of a linked life (liên thông; D61 19(6), 19(7))."""

    type: ClassVar = "dossier.linked.v1"

    group: str
    mode: LinkMode
    parts: tuple[LinkedPart, ...]
    linked_at: datetime


class AttachedPaper(BaseModel):
    """A component or the result, there electronically from now on.

    `digitisation` is the national portal's code: 1 scanned or handed in as a file, 2 reused from
    another dossier's component, 3 reused from a result; 4 is ours, taken from a database.
    """

    model_config = ConfigDict(frozen=True)

    attachment: str
    part: str
    component: str | None = None
    digitisation: int


class DossierFilesAttached(Event):
    """Papers or the result of a dossier are there electronically (Circular 01/2023 Art 8)."""

    type: ClassVar = "dossier.files_attached.v1"

    papers: tuple[AttachedPaper, ...]
    attached_at: datetime
