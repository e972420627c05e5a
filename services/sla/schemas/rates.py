"""Rates, rankings, comparisons and channels as they are given out."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from pydantic import BaseModel

from services.sla.reports.channels import SINGLE
from services.sla.reports.ranking import RankClass, Ranked, Scale
from services.sla.reports.rates import Resolved
from services.sla.schemas.reports import CENT, Columns, Period, Rate, Rates, Word, rate
from shared.events import Channel, Method


class RateRow(BaseModel):
    """One group's rate of what was resolved early or on time."""

    field: Word = None
    level: Word = None
    agency: Word = None
    procedure: Word = None
    channel: Word = None
    officer: Word = None
    early: int
    on_time: int
    late: int
    on_time_or_early: Rate


class RatesView(BaseModel):
    """On-time rates of a period; the denominator is always what was resolved."""

    period: Period
    rows: list[RateRow]
    total: RateRow


class RankRow(BaseModel):
    """An agency's place; `change` is how many places it rose since the period before."""

    agency: str
    on_time_or_early: Rate
    rank: int | None
    rank_class: RankClass | None
    rank_before: int | None
    change: int | None


class RankingView(BaseModel):
    """Agencies by their on-time rate, with the scale that classes them."""

    period: Period
    before: Period
    scale: Scale
    rows: list[RankRow]


class CountedPeriod(BaseModel):
    """The totals and rates of one period."""

    period: Period
    totals: Columns
    rates: Rates


class Change(BaseModel):
    """How the on-time rate moved, in points of percent; null where one of them has none."""

    points: float | None
    not_worse: bool | None
    """Whether the rate is at least what it was."""


class ComparisonView(BaseModel):
    """A period beside the one before it and the same one of the year before."""

    now: CountedPeriod
    before: CountedPeriod
    year_before: CountedPeriod
    since_before: Change
    since_year_before: Change


class ChannelsRow(BaseModel):
    """How one group's dossiers came in and its results went out; shares are of what came in."""

    field: Word = None
    level: Word = None
    agency: Word = None
    procedure: Word = None
    received: int
    by_channel: dict[Channel, int]
    online: Rate
    online_partial: Rate
    online_full: Rate
    direct: Rate
    home: Rate
    filed_by_post: Rate
    """By the public postal service (BCCI), in."""
    boundary_free: Rate
    return_by_post_asked: Rate
    returned_by_post: Rate
    """By the public postal service, out; of the results that were returned."""


class ChannelsView(BaseModel):
    """Channels of a period, by group."""

    period: Period
    rows: list[ChannelsRow]
    total: ChannelsRow


def rate_row(row: Resolved) -> RateRow:
    """Show one group's rate."""
    share = rate(row.in_time, row.resolved)
    return RateRow(
        **row.groups,
        early=row.early,
        on_time=row.on_time,
        late=row.late,
        on_time_or_early=share,
    )


def rates_view(period: Period, rows: Sequence[Resolved]) -> RatesView:
    """Show all rates and that of all together."""
    total = Resolved(
        {},
        early=sum(row.early for row in rows),
        on_time=sum(row.on_time for row in rows),
        late=sum(row.late for row in rows),
    )
    return RatesView(period=period, rows=[rate_row(row) for row in rows], total=rate_row(total))


def rank_row(ranked: Ranked) -> RankRow:
    """Show one agency's place."""
    return RankRow(
        agency=ranked.agency,
        on_time_or_early=rate(ranked.resolved.in_time, ranked.resolved.resolved),
        rank=ranked.rank,
        rank_class=ranked.rank_class,
        rank_before=ranked.rank_before,
        change=ranked.change,
    )


def change(now: Rates, before: Rates) -> Change:
    """Compare two on-time rates exactly."""
    then, present = _share(before.on_time_or_early), _share(now.on_time_or_early)
    if then is None or present is None:
        return Change(points=None, not_worse=None)
    moved = 100 * (present - then)
    points = (Decimal(moved.numerator) / moved.denominator).quantize(CENT, ROUND_HALF_UP)
    return Change(points=float(points), not_worse=moved >= 0)


def channels_row(groups: Mapping[str, str], numbers: Mapping[str, int]) -> ChannelsRow:
    """Show one group's channels."""
    by_channel = {channel: numbers[channel] for channel in Channel if channel in numbers}
    received = sum(by_channel.values())

    def of(*channels: Channel) -> Rate:
        return rate(sum(by_channel.get(channel, 0) for channel in channels), received)

    def by(method: Method) -> Rate:
        return of(*(channel for channel in Channel if channel.method is method))

    single = {name: numbers.get(name, 0) for name in SINGLE}
    return ChannelsRow(
        **groups,
        received=received,
        by_channel=by_channel,
        online=by(Method.ONLINE),
        online_partial=of(Channel.ONLINE_PARTIAL),
        online_full=of(Channel.ONLINE_FULL),
        direct=by(Method.DIRECT),
        home=of(Channel.HOME),
        filed_by_post=of(Channel.POSTAL),
        boundary_free=rate(single["boundary_free"], received),
        return_by_post_asked=rate(single["return_by_post_asked"], received),
        returned_by_post=rate(single["returned_by_post"], single["returned"]),
    )


def _share(told: Rate) -> Fraction | None:
    return Fraction(told.numerator, told.denominator) if told.denominator > 0 else None
