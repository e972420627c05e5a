"""Facts of a dossier's life, told by intake; they carry no personal data."""

from datetime import datetime
from typing import Any, ClassVar

from shared.events.envelope import EVENTS, Event
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
    refiled_after: str | None = None
    """The same owner's last dossier for the same procedure, if it ended shortly before without
    a result; by id, and nothing of the person."""


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
