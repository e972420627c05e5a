"""Counts the report II.06a: opening balance, months, and edges of days."""

from datetime import date, timedelta
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
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.models import (
    AgencyCopy,
    Balance,
    BalanceField,
    CounterDay,
    CounterField,
    CounterMonth,
    Opened,
)
from services.sla.months import Span, cut, month_of
from services.sla.reports.questions import ONLINE, Group, Question, in_subtree
from services.sla.stand import MEASURES, STATES
from shared.events import AgencyLevel

FLOW_NAMES = MEASURES[: STATES[0]]
STATE_NAMES = MEASURES[STATES[0] :]
PLAN_FOR_THIS_PERIOD = text("set local plan_cache_mode = force_custom_plan")
"""A plan for any period takes half as long again as one that knows how much lies within it."""
SUM_NAMES = (*FLOW_NAMES, "received_online", "carried_over", *STATE_NAMES)


async def count(session: AsyncSession, question: Question) -> list[dict[str, Any]]:
    """Count II.06a's columns, a row per group that has anything to tell, in order."""
    await session.execute(PLAN_FOR_THIS_PERIOD)
    base = await session.scalar(
        select(func.max(Opened.month)).where(Opened.month <= month_of(question.first))
    )
    parts = union_all(*_parts(question, base)).subquery()
    by_level = Group.LEVEL in question.group_by or question.level is not None
    level = func.coalesce(AgencyCopy.level, AgencyLevel.OTHER)
    groups = [
        (level if group is Group.LEVEL else parts.c[group]).label(group)
        for group in question.group_by
    ]
    sums = [func.sum(parts.c[name]).label(name) for name in SUM_NAMES]
    statement = select(*groups, *sums).group_by(*groups).order_by(*groups)
    if by_level:
        statement = statement.join_from(
            parts, AgencyCopy, AgencyCopy.code == parts.c.agency, isouter=True
        )
    if question.level is not None:
        statement = statement.where(level == question.level)
    rows = [dict(row) for row in (await session.execute(statement)).mappings()]
    return [row for row in rows if any(row[name] for name in SUM_NAMES)]


def _parts(question: Question, base: date | None) -> list[Select[Any]]:
    """The rows to sum: what stood before the period, and what happened within it."""
    first, month = question.first, month_of(question.first)
    days, months = cut(question.first, question.last)
    monthly: Any = CounterField if question.coarse else CounterMonth
    balance: Any = BalanceField if question.coarse else Balance
    parts = [_part(question, CounterDay, _in(CounterDay.day, span), within=True) for span in days]
    if months is not None:
        inside = _in(monthly.month, months)
        parts.append(_part(question, monthly, inside, within=True))
    if month < first:
        edge = _in(CounterDay.day, (month, first))
        parts.append(_part(question, CounterDay, edge, within=False))
    earlier = monthly.month < month
    if base is not None:
        parts.append(_part(question, balance, balance.month == base, within=False))
        earlier = and_(earlier, monthly.month >= base)
    if base != month:
        parts.append(_part(question, monthly, earlier, within=False))
    return parts


def _part(
    question: Question, table: Any, when: ColumnElement[bool], *, within: bool
) -> Select[Any]:
    """Sum one table's rows; flows count within the period, states also from before.

    Each part is summed by itself: only what it has is added up over its many rows.
    """
    nothing = literal(0)
    keys = _keys(question, table)
    flows = [_sum(table, name) if within else nothing.label(name) for name in FLOW_NAMES]
    online = func.sum(_online(table)) if within else nothing
    carried = nothing if within else func.sum(table.open)
    return (
        select(
            *keys,
            *flows,
            online.label("received_online"),
            carried.label("carried_over"),
            *(_sum(table, name) for name in STATE_NAMES),
        )
        .where(when)
        .where(*_filters(question, table))
        .group_by(*keys)
    )


def _keys(question: Question, table: Any) -> list[Any]:
    """The columns that the rows or their levels are told apart by."""
    names = [group for group in question.group_by if group is not Group.LEVEL]
    by_level = Group.LEVEL in question.group_by or question.level is not None
    if by_level and Group.AGENCY not in names:
        names.append(Group.AGENCY)
    return [getattr(table, name) for name in names]


def _sum(table: Any, name: str) -> ColumnElement[int]:
    return func.sum(getattr(table, name)).label(name)


def _online(table: Any) -> Any:
    if table is CounterField:
        return CounterField.received_online
    return table.received * cast(table.channel.in_(ONLINE), Integer)


def _filters(question: Question, table: Any) -> list[ColumnElement[bool]]:
    """Only the filters that were given: a statement for every case keeps its index."""
    filters: list[ColumnElement[bool]] = []
    if question.agencies is not None:
        inside = [
            table.agency == agency if question.alone else in_subtree(table.agency, agency)
            for agency in question.agencies
        ]
        filters.append(or_(false(), *inside))
    for name in ("channel", "procedure", "field"):
        wanted = getattr(question, name)
        if wanted is not None:
            filters.append(getattr(table, name) == wanted)
    return filters


def _in(column: Any, span: Span) -> ColumnElement[bool]:
    first, beyond = span
    return and_(column >= first, column <= beyond - timedelta(days=1))
