"""Facts about dossiers that are valid by default, and envelopes around them."""

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from shared.events import (
    AgencyChanged,
    AgencyLevel,
    CalendarPublished,
    Channel,
    DossierAccepted,
    DossierImported,
    Envelope,
    Event,
    LimitUnit,
    Method,
    ProcedurePublished,
    PublishedLimit,
    PublishedMethod,
    WayOfReturn,
)
from shared.working_time import VIETNAM_TIME, Calendar, DayException, Shift, WorkingTime

CALENDAR = "LICH-THU"
MORNING, AFTERNOON = Shift(start=time(7), end=time(11, 30)), Shift(start=time(13, 30), end=time(17))
RECORDED_AT = datetime(2027, 1, 1, tzinfo=UTC)


def seed_calendar() -> Calendar:
    """The project's own calendar."""
    path = Path(__file__).resolve().parents[2] / "services/procedures/seeds/calendar.json"
    return Calendar.model_validate(json.loads(path.read_text()))


def make_calendar(version: int = 1, **changed: Any) -> Calendar:
    """Two shifts a day, Monday to Friday, from 2018 to 2030."""
    values: dict[str, Any] = {
        "code": CALENDAR,
        "version": version,
        "first_on": date(2018, 1, 1),
        "last_on": date(2030, 12, 31),
        "weekly": dict.fromkeys(range(5), (MORNING, AFTERNOON)),
    }
    return Calendar.model_validate(values | changed)


def with_holiday(calendar: Calendar, *days: date) -> Calendar:
    """The next version of a calendar, with days off."""
    exceptions = dict(calendar.exceptions) | {day: DayException(name="Nghỉ") for day in days}
    return calendar.model_copy(update={"version": calendar.version + 1, "exceptions": exceptions})


def at(text: str) -> datetime:
    """A moment on a Vietnamese clock: `at("2026-03-02 08:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM_TIME)


def working_days(value: str | int) -> PublishedLimit:
    """A limit in working days."""
    return PublishedLimit(value=Decimal(value), unit=LimitUnit.WORKING_DAY)


def make_accepted(accepted_at: datetime, **changed: Any) -> DossierAccepted:
    """An accepted dossier with ten working days."""
    values: dict[str, Any] = {
        "code": f"H20.40.01-{accepted_at:%y%m%d}-{uuid.uuid4().int % 10**9:09}",
        "procedure": "1.001193",
        "procedure_version": 1,
        "field": "Hộ tịch",
        "case": "c01",
        "channel": Channel.COUNTER,
        "way_of_return": WayOfReturn.COUNTER,
        "receiving_agency": "H20.40.01",
        "competent_agency": "H20.40.01",
        "agency_level": AgencyLevel.COMMUNE,
        "filed_at": accepted_at,
        "accepted_at": accepted_at,
        "counts_from": accepted_at,
        "limit": working_days(10),
        "same_day": False,
        "calendar": CALENDAR,
        "calendar_version": 1,
        "due_at": None,
    }
    return DossierAccepted(**(values | changed))


def wrap(
    fact: Event, aggregate: str, sequence: int = 1, recorded_at: datetime = RECORDED_AT
) -> Envelope[Event]:
    """An envelope around a fact."""
    return Envelope(
        id=str(uuid.uuid4()),
        source="intake",
        aggregate_id=aggregate,
        sequence=sequence,
        agency="H20.40.01",
        recorded_at=recorded_at,
        data=fact,
    )


def life(facts: Iterable[Event], dossier: str | None = None) -> list[Envelope[Event]]:
    """One dossier's facts as single events, numbered from 1."""
    dossier = dossier or str(uuid.uuid4())
    return [wrap(fact, dossier, sequence) for sequence, fact in enumerate(facts, 1)]


def imported(
    facts: Sequence[Event], dossier: str | None = None, recorded_at: datetime = RECORDED_AT
) -> Envelope[Event]:
    """The same life told whole, as history import tells it."""
    told = [
        {"type": fact.type, **fact.model_dump(mode="json", exclude_none=True)} for fact in facts
    ]
    whole = DossierImported(batch="thu", facts=tuple(told))
    return wrap(whole, dossier or str(uuid.uuid4()), recorded_at=recorded_at)


def published(calendar: Calendar) -> Envelope[Event]:
    """A calendar as procedures tells it."""
    fact = CalendarPublished(
        code=calendar.code,
        version=calendar.version,
        definition=calendar.model_dump(mode="json"),
    )
    return wrap(fact, calendar.code, calendar.version)


def make_agency(
    code: str, level: AgencyLevel = AgencyLevel.COMMUNE, **changed: Any
) -> AgencyChanged:
    """An agency below the one that its code names."""
    values: dict[str, Any] = {
        "code": code,
        "name": f"Cơ quan {code}",
        "level": level,
        "kind": "one_stop",
        "parent": code.rpartition(".")[0] or None,
        "calendar": None,
        "valid_from": date(2019, 1, 1),
        "valid_to": None,
    }
    return AgencyChanged(**(values | changed))


def make_procedure(*methods: PublishedMethod, **changed: Any) -> ProcedurePublished:
    """A procedure with the methods given, for communes."""
    values: dict[str, Any] = {
        "code": "1.012753",
        "version": 1,
        "name": "Đăng ký đất đai",
        "field": "Đất đai",
        "levels": (AgencyLevel.COMMUNE,),
        "valid_from": at("2019-01-01 00:00").date(),
        "valid_to": None,
        "internal": False,
        "same_day": False,
        "cases": (),
        "methods": methods,
    }
    return ProcedurePublished(**(values | changed))


def make_method(number: int, method: Method, limit: PublishedLimit | None) -> PublishedMethod:
    """One row of a procedure's methods, `r1` for number 1."""
    return PublishedMethod(id=f"r{number}", case=None, method=method, limit=limit, fee=None)


def days(count: int) -> timedelta:
    """A number of days."""
    return timedelta(days=count)


WORKING_TIME = WorkingTime(make_calendar())
