"""Months and balances by agency and field alone: what the statutory report reads of a province."""

from collections.abc import Iterable
from operator import add
from typing import Any

from services.sla.stand import MEASURES, Measure
from services.sla.tally import Row
from shared.events import Channel, Method

FIELD_MEASURES = (*MEASURES, "received_online")
"""Column 4 of II.06a is counted on its own, as the channel is left out."""

ONLINE = frozenset(channel.value for channel in Channel if channel.method is Method.ONLINE)
_KEY = 5
"""A row's period, agency, procedure, field and channel; its measures follow."""


def by_field(monthly: Iterable[Row]) -> list[Row]:
    """Sum month rows over procedures and channels."""
    return _summed(
        (row, (*row[_KEY:], row[_KEY + Measure.RECEIVED] if row[4] in ONLINE else 0))
        for row in monthly
    )


def balances_by_field(balances: Iterable[Row]) -> list[Row]:
    """Sum opening balances over procedures and channels."""
    return _summed((row, row[_KEY:]) for row in balances)


def _summed(rows: Iterable[tuple[Row, tuple[Any, ...]]]) -> list[Row]:
    sums: dict[tuple[Any, ...], list[int]] = {}
    for (month, agency, _, field, *_), measures in rows:
        key = (month, agency, field)
        known = sums.get(key)
        sums[key] = list(measures) if known is None else list(map(add, known, measures))
    return sorted((*key, *measures) for key, measures in sums.items() if any(measures))
