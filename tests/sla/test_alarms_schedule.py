"""When alarms ring: working minutes only, counted back from the due."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sla.alarms import schedule
from services.sla.alarms.ladder import DEFAULTS, Ladder, Rung
from services.sla.alarms.ladders import Ladders, lineage
from services.sla.alarms.schedule import NOTHING_RAISED, Raised, Running
from shared.events import Rank
from shared.working_time import VIETNAM_TIME
from shared.working_time.minutes import to_moment
from tests.sla.factories import CALENDAR, WORKING_TIME, at

DEFAULT = DEFAULTS[0].ladder
START, DUE = at("2026-03-02 08:00"), at("2026-03-16 08:00")
LEADER = Rank.AGENCY_LEADER


def clock(**changed: Any) -> Running:
    values: dict[str, Any] = {
        "dossier": "d", "agency": "H20.40.01", "procedure": "1.001193", "accepted_at": START,
        "calendar": (CALENDAR, 1), "due_at": DUE, "since": START, "used": 0, "last_at": START,
    }  # fmt: skip
    return Running(**(values | changed))


def rings(one: Running, raised: Raised = NOTHING_RAISED, ladder: Ladder = DEFAULT) -> list[Any]:
    return [
        (ring.rung.name, to_moment(ring.minute).astimezone(VIETNAM_TIME).isoformat()[:16])
        for ring in schedule.ahead(ladder, one, raised, WORKING_TIME)
    ]


def test_the_default_ladder_climbs_from_the_officer_to_the_leader() -> None:
    assert rings(clock()) == [
        ("half_used", "2026-03-09T08:00"),
        ("eight_hours_left", "2026-03-13T08:00"),
        ("due", "2026-03-16T08:00"),
        ("day_overdue", "2026-03-17T08:00"),
    ]
    assert [rung.rank for rung in DEFAULT.rungs] == ["officer", "unit_head", LEADER, LEADER]


def test_a_due_at_closing_time_rings_at_the_next_opening() -> None:
    friday = clock(due_at=at("2026-03-13 17:00"))

    assert rings(friday)[2:] == [("due", "2026-03-16T07:00"), ("day_overdue", "2026-03-17T07:00")]


def test_a_threshold_before_the_limit_begins_is_none() -> None:
    four_hours = clock(due_at=at("2026-03-02 13:30"), since=at("2026-03-02 07:30"))

    assert [name for name, _ in rings(four_hours)] == ["half_used", "due", "day_overdue"]


def test_what_was_used_before_a_wait_counts_towards_the_share() -> None:
    # Eight of ten days were used before it.
    resumed = clock(since=at("2026-03-13 08:00"), due_at=at("2026-03-17 08:00"), used=8 * 480)

    assert rings(resumed)[0] == ("half_used", "2026-03-10T08:00")


def test_nothing_is_told_twice_for_one_due_nor_again_what_lies_behind_a_wait() -> None:
    resumed = clock(since=at("2026-03-13 08:00"), used=9 * 480)
    told = frozenset({"half_used", "eight_hours_left"})

    assert [name for name, _ in rings(resumed, Raised(told, frozenset()))] == ["due", "day_overdue"]
    # For a later due half of the limit still lies behind; the hours lie ahead again.
    assert [name for name, _ in rings(resumed, Raised(frozenset(), told))] == [
        "eight_hours_left", "due", "day_overdue",
    ]  # fmt: skip


def test_an_alarm_never_rings_before_the_working_minute_in_which_the_clock_was_moved() -> None:
    # A result recalled on Saturday, long after the due.
    recalled = clock(last_at=at("2026-03-21 20:00"))
    moment = schedule.next_at(DEFAULT, recalled, NOTHING_RAISED, WORKING_TIME)

    assert moment == at("2026-03-23 07:00")


def test_a_due_outside_the_calendar_rings_never_and_stops_nobody() -> None:
    assert rings(clock(due_at=at("2090-01-02 08:00"))) == []


@given(
    start=st.integers(0, 400_000),
    limit=st.integers(1, 40_000),
    used=st.integers(0, 5_000),
    percents=st.lists(st.integers(1, 99), max_size=3),
    lefts=st.lists(st.integers(-5_000, 5_000), max_size=4),
)
def test_every_alarm_rings_in_a_working_minute_with_exactly_its_minutes_left(
    start: int, limit: int, used: int, percents: list[int], lefts: list[int]
) -> None:
    since = at("2024-01-01 00:00") + timedelta(minutes=start)
    due = WORKING_TIME.add(since, limit)
    shares = [Rung(f"p{n}", LEADER, used_percent=share) for n, share in enumerate(percents)]
    minutes = [Rung(f"m{n}", LEADER, left_minutes=left) for n, left in enumerate(lefts)]
    ladder = Ladder(*shares, *minutes)
    one = clock(since=since, due_at=due, used=used)

    found = schedule.ahead(ladder, one, NOTHING_RAISED, WORKING_TIME)

    moments = [to_moment(ring.minute) for ring in found]
    assert moments == sorted(moments)
    for ring, moment in zip(found, moments, strict=True):
        assert WORKING_TIME.is_working(moment)
        assert WORKING_TIME.between(moment, due) == ring.left
        if ring.rung.used_percent is not None:
            assert (used + limit - ring.left) * 100 >= (used + limit) * ring.rung.used_percent
    # Only what lies before the limit's beginning is left out.
    whole = used + limit
    assert len(found) == len(percents) + sum(left < whole for left in lefts)


def ladder_row(agency: str, procedure: str, day: str, name: str) -> dict[str, Any]:
    return {
        "agency": agency,
        "procedure": procedure,
        "effective_from": date.fromisoformat(day),
        "rungs": f'[{{"name": "{name}", "rank": "officer", "left_minutes": 60}}]',
    }


@pytest.mark.parametrize(
    ("agency", "procedure", "accepted", "expected"),
    [
        ("H20.40.01", "p1", "2026-03-01 08:00", "commune"),
        ("H20.40.01", "p1", "2026-03-02 08:00", "procedure"),
        ("H20.40.01", "p2", "2026-03-02 08:00", "commune"),
        ("H20.40.02", "p2", "2026-03-02 08:00", "nation"),
        ("H20.40.02", "p1", "2026-03-02 08:00", "procedure"),
        ("H20.4", "p1", "2026-03-02 08:00", "nation"),
        ("H20.40.01", "p1", "2025-12-31 08:00", "half_used"),
    ],
)
def test_the_most_specific_ladder_of_the_day_of_acceptance_counts(
    agency: str, procedure: str, accepted: str, expected: str
) -> None:
    # As the database gives them: the newest first.
    known = Ladders(
        [
            ladder_row("H20.40", "p1", "2026-03-02", "procedure"),
            ladder_row("H20.40.01", "", "2026-02-01", "commune"),
            ladder_row("*", "", "2026-01-01", "nation"),
        ]
    )

    assert known.of(agency, procedure, at(accepted)).rungs[0].name == expected
    assert lineage("H20.40.01") == ["H20.40.01", "H20.40", "H20", "*"]
