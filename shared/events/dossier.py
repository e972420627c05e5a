"""Facts of a dossier's life, told by intake; they carry no personal data."""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from shared.events.envelope import EVENTS, Event
from shared.events.process import LinkMode
from shared.events.vocabulary import (
    AgencyLevel,
    Channel,
    Outcome,
    PauseEnd,
    PublishedLimit,
    WayOfReturn,
)


class DossierFiled(Event):
    """A dossier was handed in, at whatever channel, and waits for acceptance."""

    type: ClassVar = "dossier.filed.v1"

    code: str | None = None
    procedure: str
    procedure_version: int
    field: str
    case: str
    channel: Channel
    way_of_return: WayOfReturn
    support_agency: str | None = None
    receiving_agency: str
    competent_agency: str
    filed_at: datetime


class DossierAccepted(Event):
    """The one-stop accepted the dossier and promised a date; the clock starts (D118/2025 17(3))."""

    type: ClassVar = "dossier.accepted.v1"

    code: str
    procedure: str
    procedure_version: int
    field: str
    case: str
    channel: Channel
    way_of_return: WayOfReturn
    support_agency: str | None = None
    receiving_agency: str
    competent_agency: str
    agency_level: AgencyLevel
    filed_at: datetime
    accepted_at: datetime
    counts_from: datetime
    limit: PublishedLimit | None = None
    same_day: bool
    calendar: str
    calendar_version: int
    due_at: datetime | None = None
    process: str | None = None
    """The process (quy trình điện tử) it follows, by id."""
    parent: str | None = None
    """Of one linked life only the parent counts as received; its children name it here."""


class DossierIntakeRefused(Event):
    """The dossier was not accepted at the counter (form 03)."""

    type: ClassVar = "dossier.intake_refused.v1"

    refused_at: datetime
    ground: str


class DossierSupplementRequested(Event):
    """Papers were asked for, once, completely and exactly (form 02); the clock waits."""

    type: ClassVar = "dossier.supplement_requested.v1"

    number: int
    components: tuple[str, ...]
    before_acceptance: bool
    override_ground: str | None = None
    requested_at: datetime
    late: bool = False
    """Asked for later than the days that the agency has for it."""
    answer_by: datetime | None = None


class DossierSupplemented(Event):
    """The papers asked for are complete; an accepted dossier's limit restarts or is extended."""

    type: ClassVar = "dossier.supplemented.v1"

    number: int
    before_acceptance: bool
    supplemented_at: datetime
    pause_end: PauseEnd
    calendar: str | None = None
    calendar_version: int | None = None
    due_before: datetime | None = None
    due_at: datetime | None = None


class DossierPaymentDemanded(Event):
    """The person was asked to pay; the clock waits until all is paid."""

    type: ClassVar = "dossier.payment_demanded.v1"

    number: int
    amount: int
    currency: str
    demanded_at: datetime


class DossierPaymentReceived(Event):
    """Money was received for a demand; `settled` when the demand is fully paid.

    A `limit` is that of a second appointment: it counts anew, in place of the first one's.
    """

    type: ClassVar = "dossier.payment_received.v1"

    number: int
    amount: int
    currency: str
    means: str
    settled: bool
    received_at: datetime
    calendar: str | None = None
    calendar_version: int | None = None
    due_before: datetime | None = None
    due_at: datetime | None = None
    limit: PublishedLimit | None = None


class DossierFeesDemanded(Event):
    """Fees (phí) and charges (lệ phí) are to be paid; the clock runs on."""

    type: ClassVar = "dossier.fees_demanded.v1"

    number: int
    fees: int
    charges: int
    exempted: int
    currency: str
    demanded_at: datetime


class DossierFeesReceived(Event):
    """Money was received for fees and charges; `settled` when the demand is fully paid."""

    type: ClassVar = "dossier.fees_received.v1"

    number: int
    amount: int
    currency: str
    means: str
    settled: bool
    received_at: datetime


class DossierDemandCancelled(Event):
    """A demand that nothing was paid for holds no more."""

    type: ClassVar = "dossier.demand_cancelled.v1"

    number: int
    ground: str
    cancelled_at: datetime


class DossierRefunded(Event):
    """Money that was paid for a dossier was given back."""

    type: ClassVar = "dossier.refunded.v1"

    number: int
    amount: int
    currency: str
    refunded_at: datetime


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


class DossierResolved(Event):
    """The competent agency reached a result; the clock ends here (status 9)."""

    type: ClassVar = "dossier.resolved.v1"

    outcome: Outcome
    resolved_at: datetime


class DossierResultRecalled(Event):
    """A wrong result was taken back before hand-over; the clock runs again (D61 21)."""

    type: ClassVar = "dossier.result_recalled.v1"

    ground: str
    recalled_at: datetime


class DossierReturned(Event):
    """The result was handed over (status 10)."""

    type: ClassVar = "dossier.returned.v1"

    way_of_return: WayOfReturn
    returned_at: datetime


class DossierWithdrawn(Event):
    """The person took the dossier back (status 7)."""

    type: ClassVar = "dossier.withdrawn.v1"

    after_acceptance: bool
    withdrawn_at: datetime


class DossierStopped(Event):
    """Processing stopped (status 8): for good (form 05), or suspended when `ended` is false."""

    type: ClassVar = "dossier.stopped.v1"

    ground: str
    ended: bool
    stopped_at: datetime


class DossierResumed(Event):
    """A suspended dossier is processed again (8 to 4); the time it lay still is added."""

    type: ClassVar = "dossier.resumed.v1"

    ground: str
    resumed_at: datetime
    calendar: str | None = None
    calendar_version: int | None = None
    due_before: datetime | None = None
    due_at: datetime | None = None


class DossierTransferred(Event):
    """Another agency became competent for the dossier; before acceptance no clock knows it."""

    type: ClassVar = "dossier.transferred.v1"

    from_agency: str
    to_agency: str
    transferred_at: datetime
    before_acceptance: bool = False


class DossierTransferReceived(Event):
    """The agency that became competent has the dossier; a boundary-free one is accepted then."""

    type: ClassVar = "dossier.transfer_received.v1"

    number: int
    agency: str
    received_at: datetime


class DossierImported(Event):
    """A whole life from another system's history, told as one event (docs/events.md)."""

    type: ClassVar = "dossier.imported.v1"

    batch: str
    facts: tuple[dict[str, Any], ...]
    """In order: the fact's own fields and its `type`."""

    def events(self) -> list[Event]:
        """Unfold the life into the facts it consists of; raises ValueError on an unknown one."""
        try:
            return [EVENTS[fact["type"]].model_validate(fact) for fact in self.facts]
        except KeyError as missing:
            raise ValueError(f"imported life holds an unknown fact: {missing}") from missing
