"""What a clock's ledger (sổ thời hạn) is made of: one kind of entry per thing that moves it."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.events import PauseEnd
from shared.working_time import Limit


class PauseKind(StrEnum):
    """Why a clock waits; another agency's opinion is no reason (D61 19(5))."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    SUSPENSION = "suspension"

    def numbered(self, number: int) -> str:
        """Name one pause among several of a kind, as it stands in the ledger: `payment/2`."""
        return f"{self}/{number}"


class End(StrEnum):
    """How a clock ended; a refusal after examination is a result (D61 19(8))."""

    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"

    @property
    def is_result(self) -> bool:
        """Whether the agency decided; otherwise the matter ended without a decision."""
        return self in {End.APPROVED, End.REFUSED}


class Started(NamedTuple):
    """The dossier was accepted; the limit counts from `counts_from` (D118/2025 17(3))."""

    at: datetime
    counts_from: datetime
    limit: Limit | None
    same_day: bool
    told_due: datetime | None = None
    """A due that is a fact of its own, as in another system's history; it stands as told."""
    promised: datetime | None = None
    """What the slip says; the same as the due, unless intake and sla counted differently."""


class Paused(NamedTuple):
    """The clock waits for somebody outside; pauses may overlap."""

    at: datetime
    pause: str


class Resumed(NamedTuple):
    """One pause ended; the clock runs again when it was the last one open."""

    at: datetime
    pause: str
    mode: PauseEnd
    told_due: datetime | None = None
    limit: Limit | None = None
    """A second appointment's own limit, which takes the first one's place."""


class Restarted(NamedTuple):
    """The whole limit counts anew from here, without a pause before."""

    at: datetime


class Extended(NamedTuple):
    """The limit was lengthened by decision: working minutes, or days of a day or month limit."""

    at: datetime
    amount: int


class Reappointed(NamedTuple):
    """A later date was promised with an apology, once (D61 19(9)); the legal due stays."""

    at: datetime
    promised: datetime


class Recalculated(NamedTuple):
    """A new calendar counts; `later_only` keeps a due that would move earlier."""

    at: datetime
    later_only: bool = True


class Ended(NamedTuple):
    """The clock ended: a result (status 9), a withdrawal (7) or a stop for good (8)."""

    at: datetime
    end: End


class Recalled(NamedTuple):
    """A wrong result was taken back before hand-over; the clock runs again (9 to 4)."""

    at: datetime


class Transferred(NamedTuple):
    """Another agency became competent; time runs on."""

    at: datetime
    to_agency: str


Entry = (
    Started
    | Paused
    | Resumed
    | Restarted
    | Extended
    | Reappointed
    | Recalculated
    | Ended
    | Recalled
    | Transferred
)


def kind_of(entry: Entry) -> str:
    """The entry's kind as it stands in the ledger."""
    return type(entry).__name__.lower()
