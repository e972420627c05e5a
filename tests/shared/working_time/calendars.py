"""The seeded calendar, calendars that differ from it, and moments as the tables write them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import services.procedures
from shared.working_time import VIETNAM_TIME, Calendar, Shift, WorkingTime

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SEED_FILE = Path(*services.procedures.__path__) / "seeds" / "calendar.json"
SEED: dict[str, Any] = json.loads(SEED_FILE.read_text(encoding="utf-8"))

FULL_DAY = [{"start": "07:00", "end": "11:30"}, {"start": "13:30", "end": "17:00"}]
MORNING = [{"start": "07:00", "end": "11:30"}]


def seed(**changed: Any) -> WorkingTime:
    """Working time by the seeded calendar, with parts of it replaced."""
    return WorkingTime(Calendar.model_validate(SEED | changed))


def saturday_mornings(**changed: Any) -> WorkingTime:
    """The seeded calendar with counters open on Saturday mornings."""
    return seed(weekly=SEED["weekly"] | {"5": MORNING}, **changed)


def at(written: str) -> datetime:
    """Read `Mon 02/03/2026 07:00`, Vietnamese time; a wrong weekday is a mistake in the table."""
    weekday, moment = written.split(" ", 1)
    read = datetime.strptime(moment, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM_TIME)
    assert weekday == _WEEKDAYS[read.weekday()], written
    return read.astimezone(UTC)


def shown(moment: datetime) -> str:
    """Write a moment as the tables do."""
    local = moment.astimezone(VIETNAM_TIME)
    return f"{_WEEKDAYS[local.weekday()]} {local:%d/%m/%Y %H:%M}"


def make_calendar(weekly: dict[int, tuple[Shift, ...]], **changed: Any) -> Calendar:
    """A valid calendar of March 2026 with the given week."""
    valid = {
        "code": "TEST",
        "version": 1,
        "first_on": date(2026, 3, 2),
        "last_on": date(2026, 3, 31),
        "weekly": weekly,
    }
    return Calendar.model_validate(valid | changed)
