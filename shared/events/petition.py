"""Facts of petitions (phản ánh, kiến nghị), told by survey; no text and no person."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.events.envelope import Event


class PetitionKind(StrEnum):
    """What a petition is about."""

    PROCEDURE = "procedure"
    CONDUCT = "conduct"
    POLICY = "policy"
    OTHER = "other"


class PetitionReceived(Event):
    """Somebody petitioned; the agency that has it must answer."""

    type: ClassVar = "petition.received.v1"

    channel: str
    kind: PetitionKind
    procedure: str | None = None
    received_at: datetime


class PetitionTransferred(Event):
    """Another agency is competent; it has the whole time."""

    type: ClassVar = "petition.transferred.v1"

    from_agency: str
    to_agency: str
    late: bool
    transferred_at: datetime


class PetitionRefused(Event):
    """The petition is not taken up."""

    type: ClassVar = "petition.refused.v1"

    late: bool
    refused_at: datetime


class PetitionResolved(Event):
    """The petition is answered; `proved` tells whether a complaint was right, where it was one."""

    type: ClassVar = "petition.resolved.v1"

    kind: PetitionKind
    proved: bool | None = None
    late: bool
    resolved_at: datetime


class PetitionOverdue(Event):
    """The time to answer is over and there is no answer."""

    type: ClassVar = "petition.overdue.v1"

    due_at: datetime
    overdue_at: datetime


class PetitionRated(Event):
    """The petitioner said whether the answer satisfies."""

    type: ClassVar = "petition.rated.v1"

    satisfied: bool
    rated_at: datetime
