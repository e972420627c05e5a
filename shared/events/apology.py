"""Facts of letters of apology (thư xin lỗi), told by sla; each letter is an aggregate."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.events.envelope import Event


class ApologyKind(StrEnum):
    """What is apologised for (D61 19(9), 21; the last for any error that troubled somebody)."""

    OVERDUE = "overdue"
    LOST_DAMAGED = "lost_damaged"
    WRONG_RESULT = "wrong_result"
    ERROR = "error"


class ApologyIssued(Event):
    """A letter was signed by the head; one for lateness names the new day of return.

    `cause` is a code of the agency's catalogue of causes; what the letter says stays in sla.
    """

    type: ClassVar = "apology.issued.v1"

    dossier: str
    kind: ApologyKind
    number: int
    cause: str
    promised: datetime | None = None
    issued_at: datetime


class ApologyDelivered(Event):
    """The person has the letter, and there is proof of it."""

    type: ClassVar = "apology.delivered.v1"

    dossier: str
    kind: ApologyKind
    channel: str
    delivered_at: datetime


class ApologyMissed(Event):
    """The due passed, the dossier is late, and no letter was signed: an alert to the heads."""

    type: ClassVar = "apology.missed.v1"

    dossier: str
    code: str
    due_at: datetime
    missed_at: datetime
