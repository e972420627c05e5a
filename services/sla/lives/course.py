"""What facts tell of a dossier besides its clock: who has it, papers, money, the hand-over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shared.events import (
    ApologyIssued,
    DossierDemandCancelled,
    DossierFeesDemanded,
    DossierFeesReceived,
    DossierFilesAttached,
    DossierHandoverConfirmed,
    DossierPaymentDemanded,
    DossierPaymentReceived,
    DossierRefunded,
    DossierResolved,
    DossierResultRecalled,
    DossierReturned,
    DossierStepAssigned,
    DossierStepCompleted,
    DossierStopped,
    DossierWithdrawn,
    Event,
)

RESULT: Final = "result"
OWN_FILE: Final = 1
"""Digitisation 1: scanned or handed in as a file; any other was there before."""

ONLINE: Final = "online"
"""The means of payment that counts as paid online; a card at the counter does not."""


@dataclass(slots=True)
class Course:
    """What was told of a dossier so far; sums of money are in the currency demanded."""

    ended: bool = False
    unit: str | None = None
    officer: str | None = None
    digital_papers: int = 0
    reused_papers: int = 0
    digital_result: bool = False
    fees_demanded: int = 0
    fees_paid: int = 0
    paid_online: bool = False
    recalls: int = 0
    apologised: bool = False
    returned_at: datetime | None = None
    returned_by: str | None = None

    def hold(self, unit: str | None, officer: str | None) -> None:
        """Somebody has it in hand; after the end it stays with who had it then."""
        if not self.ended:
            self.unit, self.officer = unit, officer


def _assigned(course: Course, fact: DossierStepAssigned) -> None:
    if fact.confirmed:
        course.hold(fact.unit, fact.officer)
    elif fact.from_unit is not None or fact.from_officer is not None:
        course.hold(fact.from_unit, fact.from_officer)


def _confirmed(course: Course, fact: DossierHandoverConfirmed) -> None:
    course.hold(fact.unit, fact.officer)


def _completed(course: Course, fact: DossierStepCompleted) -> None:
    # It lies with the giver until a person is known who has it.
    if fact.process_step is None and fact.next_officer is not None:
        course.hold(fact.next_unit, fact.next_officer)
    else:
        course.hold(fact.unit, fact.officer)


def _attached(course: Course, fact: DossierFilesAttached) -> None:
    for paper in fact.papers:
        if paper.part == RESULT:
            course.digital_result = True
        elif paper.digitisation == OWN_FILE:
            course.digital_papers += 1
        else:
            course.reused_papers += 1


def _fees_demanded(course: Course, fact: DossierFeesDemanded) -> None:
    course.fees_demanded += fact.fees + fact.charges - fact.exempted


def _payment_demanded(course: Course, fact: DossierPaymentDemanded) -> None:
    course.fees_demanded += fact.amount


def _cancelled(course: Course, fact: DossierDemandCancelled) -> None:
    course.fees_demanded -= fact.amount


def _paid(course: Course, fact: DossierFeesReceived | DossierPaymentReceived) -> None:
    course.fees_paid += fact.amount
    course.paid_online |= fact.means == ONLINE


def _refunded(course: Course, fact: DossierRefunded) -> None:
    course.fees_paid -= fact.amount


def _returned(course: Course, fact: DossierReturned) -> None:
    course.returned_at, course.returned_by = fact.returned_at, fact.way_of_return


def _resolved(course: Course, _: DossierResolved) -> None:
    course.ended = True


def _withdrawn(course: Course, fact: DossierWithdrawn) -> None:
    course.ended |= fact.after_acceptance


def _stopped(course: Course, fact: DossierStopped) -> None:
    course.ended |= fact.ended


def _recalled(course: Course, _: DossierResultRecalled) -> None:
    course.ended = False
    course.recalls += 1


def _apologised(course: Course, _: ApologyIssued) -> None:
    course.apologised = True


HEARING: Final[dict[type[Event], Callable[[Course, Any], None]]] = {
    DossierStepAssigned: _assigned,
    DossierHandoverConfirmed: _confirmed,
    DossierStepCompleted: _completed,
    DossierFilesAttached: _attached,
    DossierFeesDemanded: _fees_demanded,
    DossierFeesReceived: _paid,
    DossierPaymentDemanded: _payment_demanded,
    DossierDemandCancelled: _cancelled,
    DossierPaymentReceived: _paid,
    DossierRefunded: _refunded,
    DossierReturned: _returned,
    DossierResolved: _resolved,
    DossierWithdrawn: _withdrawn,
    DossierStopped: _stopped,
    DossierResultRecalled: _recalled,
    ApologyIssued: _apologised,
}
"""What each fact changes; of all others only the clock knows."""
