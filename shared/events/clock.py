"""Facts of the clock, told by sla."""

from datetime import datetime
from typing import ClassVar

from shared.events.envelope import Event


class ClockDueDateChanged(Event):
    """The due date of a running clock moved; the aggregate id is the dossier's."""

    type: ClassVar = "clock.due_date_changed.v1"

    ground: str
    due_before: datetime | None = None
    due_at: datetime | None = None
    calendar: str
    calendar_version: int
    changed_at: datetime
