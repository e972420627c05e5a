"""How long a carrier may take from J, the day it takes a parcel over: J+n working days."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, TypeAdapter

from shared.errors import Conflict
from shared.working_time import WorkingTime, business_date

TABLE: Final = Path(__file__).with_name("transit_days.json")
ONE_DAY: Final = timedelta(days=1)
SEARCHED_DAYS_MAX: Final = 60
"""Eight working days over the longest holidays take a third of it."""


class TransitRoute(StrEnum):
    """How far an order goes; districts are no more, so the nearest is one commune."""

    SAME_UNIT = "same_unit"
    SAME_PROVINCE = "same_province"
    BIG_CITIES = "big_cities"
    OTHER = "other"


class TransitVerdict(StrEnum):
    """Whether a leg kept the carrier's time."""

    RUNNING = "running"
    ON_TIME = "on_time"
    LATE = "late"


class TransitDays(BaseModel):
    """The days in force from a date on (Circular 17/2017 7(2))."""

    valid_from: date
    source: str
    days: Mapping[TransitRoute, int]
    days_with_slip: Mapping[TransitRoute, int]
    """There and back with the appointment slip."""
    big_cities: frozenset[str]
    """Province codes (mã tỉnh): Hà Nội, Đà Nẵng, Thành phố Hồ Chí Minh."""


@lru_cache(maxsize=1)
def tables() -> tuple[TransitDays, ...]:
    """Read every table, oldest first."""
    read = TypeAdapter(tuple[TransitDays, ...]).validate_json(TABLE.read_bytes())
    return tuple(sorted(read, key=lambda table: table.valid_from))


def in_force(on: date) -> TransitDays:
    """Get the table of a day, the first one for days before it."""
    known = tables()
    return next((table for table in reversed(known) if table.valid_from <= on), known[0])


def route_between(
    sender: tuple[str, str | None], receiver: tuple[str, str | None], on: date
) -> TransitRoute:
    """Tell how far it is between two (province, unit) pairs; an unknown unit is never the same."""
    if sender[0] == receiver[0]:
        near = sender[1] is not None and sender[1] == receiver[1]
        return TransitRoute.SAME_UNIT if near else TransitRoute.SAME_PROVINCE
    big = in_force(on).big_cities
    return TransitRoute.BIG_CITIES if {sender[0], receiver[0]} <= big else TransitRoute.OTHER


def days_allowed(route: TransitRoute, on: date, *, with_slip: bool) -> int:
    """Tell n of J+n for an order that is taken over on a day."""
    table = in_force(on)
    return (table.days_with_slip if with_slip else table.days)[route]


def due_on(working_time: WorkingTime, taken_at: datetime, days: int) -> date:
    """Tell the n-th working day after J, whatever the hour of J and whether J was one."""
    on, left = business_date(taken_at), days
    for _ in range(SEARCHED_DAYS_MAX):
        on += ONE_DAY
        left -= working_time.is_working_day(on)
        if not left:
            return on
    raise Conflict(
        "Lịch làm việc chưa có cho thời gian chuyển phát này.", code="calendar_too_short"
    )


def verdict(due: date, ended_at: datetime | None, now: datetime) -> TransitVerdict:
    """Judge a leg by dates, as every limit is; one under way is late once its day is over."""
    if business_date(ended_at or now) > due:
        return TransitVerdict.LATE
    return TransitVerdict.RUNNING if ended_at is None else TransitVerdict.ON_TIME
