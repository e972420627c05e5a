"""The published value: what it refuses and how it travels."""

from datetime import date, time
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from shared.working_time import Calendar, Shift, WorkingTime
from tests.shared.working_time.calendars import FULL_DAY, MORNING, SEED, at, make_calendar, seed


@pytest.mark.parametrize("without_nulls", [False, True])
def test_travels_as_json_and_comes_back_equal(without_nulls: bool) -> None:
    calendar = Calendar.model_validate(
        SEED | {"count_from": {"2026-01-01": "receipt_date"}, "working_day": "roster_day"}
    )
    sent = orjson.dumps(calendar.model_dump(mode="json", exclude_none=without_nulls))
    assert Calendar.model_validate(orjson.loads(sent)) == calendar
    assert Calendar.model_validate_json(sent) == calendar


def test_clock_times_are_written_as_they_are_published() -> None:
    shift = Shift(start=time(7), end=time(11, 30))
    assert shift.model_dump(mode="json") == {"start": "07:00", "end": "11:30"}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"weekly": {"0": [{"start": "07:00", "end": "24:00"}]}}, "23:59"),
        ({"weekly": {"0": [{"start": "11:00", "end": "11:00"}]}}, "bắt đầu trước"),
        ({"weekly": {"0": [{"start": "22:00", "end": "00:00"}]}}, "bắt đầu trước"),
        ({"weekly": {"0": [{"start": "07:00:30", "end": "11:00"}]}}, "chẵn phút"),
        ({"weekly": {"0": FULL_DAY[::-1]}}, "theo thứ tự"),
        ({"weekly": {"0": [*MORNING, {"start": "11:00", "end": "12:00"}]}}, "chồng lên nhau"),
        ({"weekly": {"7": MORNING}}, "Chủ nhật"),
        ({"exceptions": {"2026-03-02": {"name": "x", "shifts": FULL_DAY[::-1]}}}, "theo thứ tự"),
        ({"exceptions": {"2030-01-01": {"name": "x"}}}, "phạm vi công bố"),
        ({"exceptions": {"2026-03-02": {"name": ""}}}, "at least 1"),
        ({"first_on": "2028-01-01", "exceptions": {}}, "Phạm vi công bố"),
        ({"cutoffs": SEED["cutoffs"][::-1]}, "tăng dần"),
        ({"version": 0}, "greater than or equal"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_refuses_what_cannot_be_a_calendar(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Calendar.model_validate(SEED | changed)


def test_adjacent_shifts_are_one() -> None:
    halves = [{"start": "07:00", "end": "11:30"}, {"start": "11:30", "end": "15:00"}]
    calendar = seed(weekly={"0": halves})
    noon = at("Mon 02/03/2026 11:30")
    assert calendar.normalise(noon) == noon
    assert calendar.is_working(noon)
    whole = seed(weekly={"0": [{"start": "07:00", "end": "15:00"}]})
    assert calendar.roster == whole.roster


def test_an_exception_replaces_the_whole_day() -> None:
    half = seed(exceptions={"2026-03-03": {"name": "Nghỉ chiều", "shifts": MORNING}})
    assert half.between(at("Tue 03/03/2026 00:00"), at("Wed 04/03/2026 00:00")) == 270
    assert half.is_working_day(date(2026, 3, 3))
    assert not seed().is_working_day(date(2026, 2, 16))
    assert seed().is_working_day(date(2026, 1, 10))
    assert not seed().is_working_day(date(2000, 1, 3))


def test_a_version_is_compiled_once_and_never_confused_with_a_draft() -> None:
    published = Calendar.model_validate(SEED)
    draft = Calendar.model_validate(SEED | {"day_minutes": 450})
    assert WorkingTime.of(published) is WorkingTime.of(Calendar.model_validate(SEED))
    assert WorkingTime.of(draft).calendar == draft
    assert WorkingTime.of(published).calendar == published


def test_a_plain_calendar_has_the_legal_cutoffs() -> None:
    calendar = make_calendar({0: (Shift(start=time(7), end=time(17)),)})
    assert calendar.cutoffs_on(date(2018, 6, 20)) is None
    cutoffs = calendar.cutoffs_on(date(2026, 3, 2))
    assert cutoffs is not None
    assert (cutoffs.same_day_until, cutoffs.online_last_minutes) == (time(15), 60)
