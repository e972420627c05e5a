"""Makes the year's dossiers: invented people and times, so that the totals are the published ones.

Only times are made. Whether a dossier was early, on time or late is for the clock to find out.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any, Final

from deploy.showcase.thanh_binh import people, totals
from shared.events import Channel, Method
from shared.times import to_text
from shared.working_time import VIETNAM_TIME, Limit, WorkingTime, business_date

SEED: Final = 2019
HAND_OVER_MINUTES: Final = 20
FIRST_DAY: Final = date(totals.YEAR, 1, 2)
LAST_DAY: Final = date(totals.YEAR, 12, 31)


class Fate(Enum):
    """How a dossier's times are drawn."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"


@dataclass(frozen=True)
class Work:
    """A procedure as the generator needs it: how long it may take by way of filing."""

    code: str
    limits: dict[Method, Limit | None]
    same_day: bool


@dataclass(frozen=True)
class Plan:
    """One dossier to be made."""

    agency: str
    channel: Channel
    fate: Fate


@dataclass(frozen=True)
class Life:
    """One dossier made, still without its code."""

    plan: Plan
    procedure: str
    accepted_at: datetime
    resolved_at: datetime
    returned_at: datetime


def plans() -> list[Plan]:
    """What the totals ask for, dossier by dossier, in a fixed order."""
    chance = random.Random(SEED)
    communes = list(totals.COMMUNES)
    weights = [chance.lognormvariate(0, 0.4) for _ in communes]
    told = totals.COMMUNE_TOTALS
    made: list[Plan] = []
    for fate, count in (
        (Fate.EARLY, told.early),
        (Fate.ON_TIME, told.on_time),
        (Fate.LATE, told.late),
        (Fate.OPEN, told.in_progress),
    ):
        chosen = chance.choices(communes, weights, k=count)
        made.extend(Plan(agency, Channel.COUNTER, fate) for agency in chosen)
    made.extend(_district_plans(chance))
    return made


def _district_plans(chance: random.Random) -> Iterator[Plan]:
    told = totals.DISTRICT_TOTALS
    decided = (
        [Fate.EARLY] * totals.ASSUMED_DISTRICT_EARLY
        + [Fate.ON_TIME] * totals.ASSUMED_DISTRICT_ON_TIME
        + [Fate.LATE] * totals.ASSUMED_DISTRICT_LATE
    )
    fates = decided + [Fate.OPEN] * (told.received - len(decided))
    channels = (
        [Channel.ONLINE_PARTIAL] * told.online
        + [Channel.POSTAL] * told.postal
        + [Channel.HOME] * told.home
    )
    channels += [Channel.COUNTER] * (told.received - len(channels))
    chance.shuffle(fates)
    for channel, fate in zip(channels, fates, strict=True):
        yield Plan(totals.DISTRICT, channel, fate)


class Year:
    """Draws times in the year's working hours for every plan."""

    def __init__(self, works: list[Work], working_time: WorkingTime) -> None:
        self._chance = random.Random(SEED + 1)
        self._time = working_time
        self._quick = [work for work in works if work.same_day]
        self._long = [work for work in works if not work.same_day]
        self._first = _opening(FIRST_DAY)
        self._minutes = working_time.between(self._first, _opening(LAST_DAY + timedelta(days=1)))

    def live(self, plan: Plan) -> Life:
        """Draw one life; tries again until its times fit the plan and the year."""
        while True:
            work = self._work(plan)
            accepted_at = self._moment_of(plan.fate)
            due_at = self._due(work, plan.channel, accepted_at)
            resolved_at = self._resolved(plan.fate, accepted_at, due_at)
            if resolved_at is not None:
                wait = self._chance.randrange(10, 900)
                returned_at = self._time.add(resolved_at, wait)
                return Life(plan, work.code, accepted_at, resolved_at, returned_at)

    def _work(self, plan: Plan) -> Work:
        quick = plan.fate is Fate.ON_TIME and plan.channel.method is Method.DIRECT
        pool = self._quick if quick and self._chance.random() < 0.9 else self._long  # noqa: PLR2004 (share of certification)
        while True:
            work = self._chance.choice(pool)
            if plan.channel.method in work.limits:
                return work

    def _moment_of(self, fate: Fate) -> datetime:
        if fate is Fate.OPEN:
            last_weeks = 8 * 480
            return self._at(self._minutes - self._chance.randrange(1, last_weeks))
        return self._at(self._chance.randrange(self._minutes))

    def _at(self, minutes: int) -> datetime:
        moment = self._time.add(self._first, minutes)
        return moment + timedelta(seconds=self._chance.randrange(60))

    def _due(self, work: Work, channel: Channel, accepted_at: datetime) -> datetime:
        if work.same_day:
            return self._time.due_same_day(accepted_at)
        limit = work.limits[channel.method]
        assert limit is not None  # noqa: S101 (the works were chosen so)
        counts_from = accepted_at
        if channel.method is Method.ONLINE:
            counts_from = max(accepted_at, self._time.counts_from(accepted_at, online=True))
        return self._time.due(counts_from, limit)

    def _resolved(self, fate: Fate, accepted_at: datetime, due_at: datetime) -> datetime | None:
        due_on = self._time.due_on(due_at)
        if fate is Fate.OPEN:
            late_enough = _opening(date(totals.YEAR + 1, 1, 2))
            return (
                self._time.add(late_enough, self._chance.randrange(1, 480))
                if (due_on > LAST_DAY)
                else None
            )
        if fate is Fate.EARLY:
            room = self._time.between(accepted_at, _opening(due_on)) - HAND_OVER_MINUTES
            if room <= 0:
                return None
            found = self._time.add(accepted_at, HAND_OVER_MINUTES + self._chance.randrange(room))
            fits = self._time.business_date(found) < due_on
        elif fate is Fate.ON_TIME:
            start = max(accepted_at, _opening(due_on))
            room = self._time.between(start, _opening(due_on + timedelta(days=1)))
            if room <= 1:
                return None
            found = self._time.add(start, self._chance.randrange(1, room))
            fits = self._time.business_date(found) == due_on
        else:
            found = self._time.add(
                _opening(due_on + timedelta(days=1)), self._chance.randrange(1, 5 * 480)
            )
            fits = self._time.business_date(found) > due_on
        return found if fits and self._time.business_date(found) <= LAST_DAY else None


def lines(lives: list[Life]) -> Iterator[dict[str, Any]]:
    """Number the lives by agency and day, in order of receipt, and write them as import lines."""
    chance = random.Random(SEED + 2)
    numbers: dict[tuple[str, date], int] = {}
    for life in sorted(lives, key=lambda one: (one.accepted_at, one.plan.agency)):
        on = business_date(life.accepted_at)
        number = numbers[life.plan.agency, on] = numbers.get((life.plan.agency, on), 0) + 1
        yield {
            "code": f"{life.plan.agency}-{on:%y%m%d}-{number:04d}",
            "procedure": life.procedure,
            "agency": life.plan.agency,
            "channel": life.plan.channel,
            "applicant": people.invent(chance),
            "filed_at": to_text(life.accepted_at),
            "life": [
                {"action": "accept", "at": to_text(life.accepted_at)},
                {"action": "resolve", "at": to_text(life.resolved_at), "outcome": "approved"},
                {"action": "return_result", "at": to_text(life.returned_at)},
            ],
        }


def _opening(on: date) -> datetime:
    return datetime.combine(on, time(0), VIETNAM_TIME).astimezone(UTC)
