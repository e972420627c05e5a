"""Random calendars and moments that like to stand on the borders of shifts."""

from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from shared.working_time import Calendar, Cutoffs, DayException, Shift
from tests.shared.working_time.calendars import make_calendar

FIRST = date(2026, 2, 16)
HORIZON_DAYS = 42
STARTS_FROM, STARTS_TO = 7, 21
"""Starts lie inside the horizon with room to walk back; dues may run past its end."""


def _clock(minute: int) -> time:
    return time(*divmod(minute, 60))


@st.composite
def shifts(draw: st.DrawFn, fewest: int = 0) -> tuple[Shift, ...]:
    """Up to three shifts of any length, sometimes adjacent ones, on a coarse or a fine grid."""
    grid = draw(st.sampled_from([1, 30, 90]))
    latest = 1439 // grid
    count = draw(st.integers(fewest, 3))
    borders = draw(
        st.lists(st.integers(0, latest), min_size=2 * count, max_size=2 * count, unique=True)
    )
    borders.sort()
    pairs = [(borders[2 * n] * grid, borders[2 * n + 1] * grid) for n in range(count)]
    if draw(st.booleans()):
        pairs = [
            (start, pairs[n + 1][0] if n + 1 < count else end)
            for n, (start, end) in enumerate(pairs)
        ]
    return tuple(Shift(start=_clock(start), end=_clock(end)) for start, end in pairs)


OFFICE = (Shift(start=time(7), end=time(11, 30)), Shift(start=time(13, 30), end=time(17)))
WEEKS = st.one_of(
    st.just(dict.fromkeys(range(5), OFFICE)),
    st.just(dict.fromkeys(range(5), OFFICE) | {5: OFFICE[:1]}),
    st.dictionaries(st.integers(0, 6), shifts(fewest=1), min_size=1, max_size=7),
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """A week repeated, with up to twelve days off in a row, half days and days worked."""
    off_from = draw(st.integers(0, HORIZON_DAYS - 13))
    days = {off_from + n: DayException(name="nghỉ") for n in range(draw(st.integers(0, 12)))}
    for day in draw(st.lists(st.integers(0, HORIZON_DAYS - 1), max_size=5)):
        days[day] = DayException(name="khác", shifts=draw(shifts()))
    until: time | None = draw(st.sampled_from([None, time(11), time(16, 30)]))
    last_minutes = draw(st.sampled_from([None, 60, 90]))
    return make_calendar(
        draw(WEEKS),
        first_on=FIRST,
        last_on=FIRST + timedelta(HORIZON_DAYS - 1),
        exceptions={FIRST + timedelta(day): it for day, it in days.items()},
        cutoffs=(
            Cutoffs(valid_from=FIRST, same_day_until=time(15), online_last_minutes=60),
            Cutoffs(
                valid_from=FIRST + timedelta(14),
                same_day_until=until,
                online_last_minutes=last_minutes,
            ),
        ),
    )


@st.composite
def moments(draw: st.DrawFn, calendar: Calendar) -> datetime:
    """A local minute, often a border of the day's shifts or a neighbour of one."""
    day = FIRST + timedelta(draw(st.integers(STARTS_FROM, STARTS_TO)))
    borders = [clock for it in calendar.shifts_on(day) for clock in (it.start, it.end)]
    on_border: bool = draw(st.booleans())
    if borders and on_border:
        moment = datetime.combine(day, draw(st.sampled_from(borders)))
        return moment + timedelta(minutes=draw(st.integers(-1, 1)))
    return datetime.combine(day, time()) + timedelta(minutes=draw(st.integers(0, 1439)))


def week_minutes(calendar: Calendar) -> int:
    """Count a plain week's working minutes, the measure of limits that stay walkable."""
    return sum(
        (it.end.hour - it.start.hour) * 60 + it.end.minute - it.start.minute
        for day in calendar.weekly.values()
        for it in day
    )
