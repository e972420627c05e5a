"""What a batch knows of the dossiers it follows, what it noted of them, and what it tells."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from services.sla.calendars import Version
from services.sla.clock import Clock
from services.sla.entries import Entry
from services.sla.facts import Told
from services.sla.stand import Stand
from services.sla.tally import Key
from shared.events import ClockDueDateChanged, Envelope, Event


@dataclass(slots=True)
class Followed:
    """One dossier: who and what it is, its clock, and where it stands in the reports."""

    dossier: str
    code: str
    key: Key
    receiving_agency: str
    procedure_version: int
    level: str
    counted: bool
    calendar: Version
    accepted_at: datetime
    clock: Clock
    stand: Stand
    last_on: date
    sequence: int = 0
    entries: int = 0
    """Rows in its ledger."""
    fresh: bool = True


@dataclass(slots=True)
class Noted:
    """An entry with all that its ledger row keeps."""

    told: Told
    place: int
    entry: Entry
    told_at: datetime
    ground: str | None
    followed: Followed
    due_before: datetime | None
    due_at: datetime | None
    promised_at: datetime | None
    used: int
    on: date
    agency: str
    calendar: Version
    stand: Stand


class Placed(NamedTuple):
    """Where a dossier is counted."""

    key: Key
    stand: Stand


@dataclass(slots=True)
class Moved:
    """A running clock's due that moved: a fact of its own, numbered on the clock."""

    followed: Followed
    sequence: int
    fact: ClockDueDateChanged
    cause: Envelope[Event] | None
