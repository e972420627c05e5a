"""What a caller may ask of a report, and within which agencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.sla.reports import Group, Question
from shared import paging
from shared.errors import NotFound, Unprocessable
from shared.events import AgencyLevel, Channel
from shared.identity import Principal, Role, requires
from shared.times import Day

PERIOD_DAYS_MAX = 3660

Reporter = Annotated[Principal, requires(Role.REPORTER, Role.LEADER)]


class Shape(StrEnum):
    """What an answer is written as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


As = Annotated[Shape, Query(alias="as", description="Hình thức trả lời / written as.")]
Receiver = Annotated[
    str, Query(max_length=200, description="Đơn vị nhận báo cáo / who receives the report.")
]


@dataclass
class Asked:
    """The query of a report."""

    first: Annotated[Day, Query(alias="from", description="Ngày đầu kỳ / first day.")]
    last: Annotated[Day, Query(alias="to", description="Ngày cuối kỳ / last day.")]
    agency: Annotated[
        str | None, Query(max_length=64, description="Cơ quan và các cơ quan dưới nó / subtree.")
    ] = None
    alone: Annotated[
        bool, Query(description="Chỉ riêng cơ quan đó / without what lies below it.")
    ] = False
    level: AgencyLevel | None = None
    channel: Channel | None = None
    procedure: Annotated[str | None, Query(max_length=64)] = None
    field: Annotated[str | None, Query(max_length=200)] = None

    def question(self, principal: Principal, *group_by: Group) -> Question:
        """Make the question; raises NotFound for a foreign agency, Unprocessable for a period."""
        return Question(
            first=self.first,
            last=self.last,
            agencies=scope(principal, self.first, self.last, self.agency),
            group_by=group_by,
            level=self.level,
            channel=self.channel,
            procedure=self.procedure,
            field=self.field,
            alone=self.alone and self.agency is not None,
        )


@dataclass
class AskedInGroups(Asked):
    """The query of a report whose rows tell something apart."""

    group_by: Annotated[
        str, Query(max_length=64, description="field, level, agency, procedure, channel.")
    ] = Group.FIELD

    def grouped(self, principal: Principal) -> Question:
        """Make the question with its groups; raises as `question`, and for an unknown group."""
        return self.question(principal, *groups_of(self.group_by))


def scope(
    principal: Principal, first: date, last: date, agency: str | None
) -> tuple[str, ...] | None:
    """The agencies of a question: the one asked for, else all of the caller's."""
    if not 0 <= (last - first).days < PERIOD_DAYS_MAX:
        raise Unprocessable("Kỳ báo cáo không hợp lệ hoặc quá dài.", code="period_invalid")
    if agency is not None and not principal.covers(agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    own = None if principal.everywhere else principal.agencies
    return own if agency is None else (agency,)


def groups_of(words: str) -> tuple[Group, ...]:
    """Read groups parted by commas; raises Unprocessable."""
    try:
        return tuple(dict.fromkeys(Group(word) for word in words.split(",") if word))
    except ValueError as unknown:
        raise Unprocessable(
            f"group_by chỉ nhận: {', '.join(Group)}.", code="group_unknown"
        ) from unknown


def dossier_after(cursor: str | None) -> UUID | None:
    """Read the cursor of a list that goes by dossier."""
    if cursor is None:
        return None
    try:
        return UUID(paging.decode_texts(cursor, 1)[0])
    except ValueError as broken:
        raise paging.unreadable() from broken


def following(rows: Sequence[Any], limit: int) -> str | None:
    """The cursor after a page, of which one dossier more than its limit was read."""
    return paging.encode(str(rows[limit - 1]["dossier"])) if len(rows) > limit else None
