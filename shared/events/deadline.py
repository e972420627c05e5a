"""Facts of what was decided about time limits, told by sla and applied when it reads them back."""

from datetime import datetime
from typing import ClassVar

from shared.events.envelope import Event


class DeadlineExtended(Event):
    """A dossier's limit was lengthened by decision; the aggregate id is the dossier's.

    `amount` is working minutes, or days where the limit is one of days or months.
    """

    type: ClassVar = "deadline.extended.v1"

    amount: int
    ground: str
    decided_by: str
    decided_at: datetime


class RecalculationOrdered(Event):
    """Every open clock of a calendar is to be counted anew by one of its published versions.

    `later_only` keeps a due that would move earlier: the promise that was printed stands.
    """

    type: ClassVar = "recalculation.ordered.v1"

    calendar: str
    calendar_version: int
    later_only: bool
    ground: str
    ordered_by: str
    ordered_at: datetime
