"""Folds what was told of an order into where it is; pure, and the same in any order of arrival."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from services.intake.models.postal import OrderState, Sign
from shared.working_time import WorkingTime, business_date

FINAL: Final = frozenset({OrderState.DELIVERED, OrderState.RETURNED, OrderState.CANCELLED})

CALL_OUTS_MIN: Final = 2
CALL_OUT_DAYS_APART: Final = 2
"""Two call-outs, two working days apart, before a result goes back (Circular 17/2017 5(2)(h))."""

_STATES: Final = {
    Sign(state.value): state for state in OrderState if state is not OrderState.NONE
} | {Sign.FAILED_TRY: OrderState.DELIVERING}
_RANK: Final = {sign: rank for rank, sign in enumerate(Sign)}


@dataclass(frozen=True, slots=True)
class Told:
    """One message: what it says, when that happened, and whether an identity paper was seen."""

    at: datetime
    sign: Sign
    api: str
    code: str
    identity_shown: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """Where an order is, and how it came there."""

    state: OrderState = OrderState.REGISTERED
    tries: tuple[datetime, ...] = ()
    last: Told | None = None
    """The last message, raw, whatever it means."""
    taken_at: datetime | None = None
    turned_at: datetime | None = None
    ended_at: datetime | None = None
    collected_at: datetime | None = None
    paid_at: datetime | None = None
    identity_shown: bool = False

    @property
    def is_final(self) -> bool:
        """Whether nothing later counts."""
        return self.state in FINAL


def fold(messages: Iterable[Told]) -> Journey:
    """Tell where an order is by the dates of its messages; after a final state only money counts.

    Messages of one moment go in the order in which an order lives, so that none depends on luck.
    """
    journey = Journey()
    for told in sorted(messages, key=lambda m: (m.at, _RANK[m.sign], m.api, m.code)):
        journey = _follow(replace(journey, last=told), told)
    return journey


def enough_call_outs(tries: Sequence[datetime], working_time: WorkingTime) -> bool:
    """Whether the carrier called out twice, far enough apart, before it gave up."""
    if len(tries) < CALL_OUTS_MIN:
        return False
    first, last = business_date(tries[0]), business_date(tries[-1])
    return _working_days_between(first, last, working_time) >= CALL_OUT_DAYS_APART


def _follow(journey: Journey, told: Told) -> Journey:
    if told.sign is Sign.MONEY_COLLECTED:
        return replace(journey, collected_at=journey.collected_at or told.at)
    if told.sign is Sign.MONEY_PAID:
        return replace(journey, paid_at=journey.paid_at or told.at)
    if told.sign is Sign.UNKNOWN or journey.is_final:
        return journey
    moved = replace(journey, state=_STATES[told.sign])
    if told.sign is Sign.FAILED_TRY:
        moved = replace(moved, tries=(*journey.tries, told.at))
    if told.sign is Sign.HANDED_OVER:
        moved = replace(moved, taken_at=journey.taken_at or told.at)
    if told.sign is Sign.RETURNING:
        moved = replace(moved, turned_at=journey.turned_at or told.at)
    if moved.is_final:
        moved = replace(moved, ended_at=told.at, identity_shown=told.identity_shown)
    return moved


def _working_days_between(first: date, last: date, working_time: WorkingTime) -> int:
    """Count the working days after `first` up to and with `last`."""
    days = (last - first).days
    return sum(
        working_time.is_working_day(date.fromordinal(first.toordinal() + n))
        for n in range(1, days + 1)
    )
