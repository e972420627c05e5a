"""Facts of the satisfaction survey, told by survey.

An invitation and an answer are aggregates of their own: nothing links a dossier to its scores.
"""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from shared.events.envelope import Event


class SurveyInvited(Event):
    """A dossier's people were invited to judge the service."""

    type: ClassVar = "survey.invited.v1"

    dossier: str
    instrument: str
    instrument_version: int
    invited_at: datetime


class SurveyAnswered(Event):
    """An invitation was answered; only scores travel, never who answered or free text.

    `indices` are the points of those of the nine indices (Circular 01/2018 Art 13) that it feeds.
    """

    type: ClassVar = "survey.answered.v1"

    instrument: str
    instrument_version: int
    procedure: str
    scores: dict[str, Decimal]
    answered_at: datetime
    indices: dict[str, Decimal] = Field(default_factory=dict)
    field: str | None = None
    channel: str | None = None
    late: bool | None = None
