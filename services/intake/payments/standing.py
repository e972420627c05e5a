"""How a demand stands, and which of its lines a payment pays; nothing here reads or writes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.intake.lifecycle import Status
from services.intake.models import Dossier, PaymentDemand
from services.intake.schemas.payments import PaymentState

ENDED_BEFORE_WORK = frozenset({Status.WITHDRAWN, Status.REFUSED_AT_INTAKE, Status.STOPPED})


@dataclass(frozen=True, slots=True)
class Owed:
    """A line with what is to be paid of it, exemptions taken off."""

    kind: str
    name: str
    amount: int


def state_of(demand: PaymentDemand, *, pending: bool) -> PaymentState:
    """Tell the national payment state; `pending` while the platform may still confirm."""
    if demand.refunded and demand.refunded == demand.paid:
        return PaymentState.REFUNDED
    if demand.cancelled_at is not None:
        return PaymentState.CANCELLED
    if demand.settled_at is not None:
        return PaymentState.PAID
    return PaymentState.PENDING if pending else PaymentState.UNPAID


def refund_due(dossier: Dossier, demand: PaymentDemand) -> int:
    """Tell what must be given back: no work was begun for a dossier that was never accepted."""
    if dossier.accepted_at is None and dossier.status in ENDED_BEFORE_WORK:
        return demand.paid - demand.refunded
    return 0


def shares(lines: Iterable[Owed], before: int, after: int) -> Iterator[Owed]:
    """Tell what the money between two sums pays of each line; lines are paid in their order."""
    begins = 0
    for line in lines:
        ends = begins + line.amount
        part = min(after, ends) - max(before, begins)
        if part > 0:
            yield Owed(line.kind, line.name, part)
        begins = ends
