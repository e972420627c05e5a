"""The report II.06a over any period and subtree: opening balance, months, and edges of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.models import AgencyCopy, Balance, CounterDay, CounterMonth, Opened
from services.sla.months import Span, cut, month_of
from services.sla.stand import MEASURES, STATES
from shared.events import AgencyLevel, Channel, Method

FLOW_NAMES = MEASURES[: STATES[0]]
STATE_NAMES = MEASURES[STATES[0] :]
KEY_NAMES = ("agency", "procedure", "field", "channel")
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


async def count(session: AsyncSession, question: Question) -> list[dict[str, Any]]:
    """Count II.06a's columns, a row per group that has anything to tell, in order."""
    base = await session.scalar(
        select(func.max(Opened.month)).where(Opened.month <= month_of(question.first))
    )
    parts = union_all(*_parts(question, base)).subquery()
    level = func.coalesce(AgencyCopy.level, AgencyLevel.OTHER)
    groups = [
        (level if group is Group.LEVEL else parts.c[group]).label(group)
        for group in question.group_by
    ]
    sums = [func.sum(parts.c[name]).label(name) for name in _sum_names()]
    statement = select(*groups, *sums).group_by(*groups).order_by(*groups)
    if Group.LEVEL in question.group_by or question.level is not None:
        statement = statement.join_from(
            parts, AgencyCopy, AgencyCopy.code == parts.c.agency, isouter=True
        )
    if question.level is not None:
        statement = statement.where(level == question.level)
    rows = [dict(row) for row in (await session.execute(statement)).mappings()]
    return [row for row in rows if any(row[name] for name in _sum_names())]


def in_subtree(column: Any, agency: str) -> ColumnElement[bool]:
    """Whether a code is the agency's own or lies below it; a range of the index."""
    return or_(column == agency, and_(column >= f"{agency}.", column < f"{agency}/"))


def _sum_names() -> Sequence[str]:
    return (*FLOW_NAMES, "received_online", "carried_over", *STATE_NAMES)


def _parts(question: Question, base: date | None) -> list[Select[Any]]:
    """The rows to sum: what stood before the period, and what happened within it."""
    first, month = question.first, month_of(question.first)
    days, months = cut(question.first, question.last)
    parts = [_part(question, CounterDay, _in(CounterDay.day, span), within=True) for span in days]
    if months is not None:
        inside = _in(CounterMonth.month, months)
        parts.append(_part(question, CounterMonth, inside, within=True))
    if month < first:
        edge = _in(CounterDay.day, (month, first))
        parts.append(_part(question, CounterDay, edge, within=False))
    earlier = CounterMonth.month < month
    if base is not None:
        parts.append(_part(question, Balance, Balance.month == base, within=False))
        earlier = and_(earlier, CounterMonth.month >= base)
    if base != month:
        parts.append(_part(question, CounterMonth, earlier, within=False))
    return parts


def _part(
    question: Question, table: Any, when: ColumnElement[bool], *, within: bool
) -> Select[Any]:
    """Select one table's rows; flows count within the period, states also from before."""
    nothing = literal(0)
    flows = [(getattr(table, name) if within else nothing).label(name) for name in FLOW_NAMES]
    online = nothing
    if within:
        online = table.received * cast(table.channel.in_(ONLINE), Integer)
    carried = nothing if within else table.open
    return (
        select(
            *(getattr(table, name) for name in KEY_NAMES),
            *flows,
            online.label("received_online"),
            carried.label("carried_over"),
            *(getattr(table, name) for name in STATE_NAMES),
        )
        .where(when)
        .where(*_filters(question, table))
    )


def _filters(question: Question, table: Any) -> list[ColumnElement[bool]]:
    """Only the filters that were given: a statement for every case keeps its index."""
    filters: list[ColumnElement[bool]] = []
    if question.agencies is not None:
        subtrees = [in_subtree(table.agency, agency) for agency in question.agencies]
        filters.append(or_(false(), *subtrees))
    for name in ("channel", "procedure", "field"):
        wanted = getattr(question, name)
        if wanted is not None:
            filters.append(getattr(table, name) == wanted)
    return filters


def _in(column: Any, span: Span) -> ColumnElement[bool]:
    first, beyond = span
    return and_(column >= first, column <= beyond - timedelta(days=1))
