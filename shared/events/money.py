"""Facts of what a dossier costs: demanded, paid, called off, given back; told by intake."""

from datetime import datetime
from typing import ClassVar

from shared.events.envelope import Event
from shared.events.vocabulary import PublishedLimit


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
    """A demand for fees that nothing was paid for holds no more; `amount` was to be paid."""

    type: ClassVar = "dossier.demand_cancelled.v1"

    number: int
    amount: int = 0
    ground: str
    cancelled_at: datetime


class DossierRefunded(Event):
    """Money that was paid for a dossier was given back."""

    type: ClassVar = "dossier.refunded.v1"

    number: int
    amount: int
    currency: str
    refunded_at: datetime
