"""What a report asks: a period, whose dossiers, and what its rows tell apart."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from shared.events import AgencyLevel, Channel, Method

ONLINE = [channel.value for channel in Channel if channel.method is Method.ONLINE]
"""Channels of column 4; every other one is direct or by post, column 5."""


class Group(StrEnum):
    """What the rows of a report can tell apart."""

    FIELD = "field"
    LEVEL = "level"
    AGENCY = "agency"
    PROCEDURE = "procedure"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Question:
    """A period, both days in it, and whose dossiers; `agencies` None is everywhere."""

    first: date
    last: date
    agencies: tuple[str, ...] | None = None
    group_by: tuple[Group, ...] = (Group.FIELD,)
    level: AgencyLevel | None = None
    channel: Channel | None = None
    procedure: str | None = None
    field: str | None = None
    alone: bool = False
    """The agencies by themselves, without what lies below them."""

    @property
    def coarse(self) -> bool:
        """Whether agencies and fields answer it, without procedures and channels."""
        finer = {Group.PROCEDURE, Group.CHANNEL}
        return self.channel is None and self.procedure is None and finer.isdisjoint(self.group_by)

    def grouped_by(self, *groups: Group) -> "Question":
        """The same question with other rows."""
        return replace(self, group_by=groups)

    def over(self, first: date, last: date) -> "Question":
        """The same question of another period."""
        return replace(self, first=first, last=last)


def in_subtree(column: Any, agency: str) -> ColumnElement[bool]:
    """Whether a code is the agency's own or lies below it; a range of the index."""
    return or_(column == agency, and_(column >= f"{agency}.", column < f"{agency}/"))
