"""What carriers' codes mean, where messages lead, and how long a parcel may take."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.models.postal import OrderState, Sign
from services.intake.postal.carriers import OURS, carrier, carriers
from services.intake.postal.journey import FINAL, Told, enough_call_outs, fold
from services.intake.postal.transit import (
    TransitRoute,
    TransitVerdict,
    days_allowed,
    due_on,
    in_force,
    route_between,
    verdict,
)
from shared.errors import Conflict, NotFound
from shared.working_time import Calendar, WorkingTime
from tests.intake.factories import SHIFTS, at

START = at("2026-03-02 08:00")
VNPOST = carrier("vnpost")
WORKING_TIME = WorkingTime.of(
    Calendar.model_validate(
        {
            "code": "BUU-CHINH-THU",
            "version": 1,
            "first_on": "2026-01-01",
            "last_on": "2026-12-31",
            "weekly": {str(day): SHIFTS for day in range(5)},
            "exceptions": {
                day: {"name": "Nghỉ lễ"} for day in ("2026-04-27", "2026-04-30", "2026-05-01")
            },
        }
    )
)


def told(api: str, *codes: int, by: str = "vnpost", hours: int = 1) -> list[Told]:
    """Messages of one order, one after the other."""
    return [
        Told(START + timedelta(hours=n * hours), carrier(by).sign(api, str(code)), api, str(code))
        for n, code in enumerate(codes)
    ]


@pytest.mark.parametrize(
    ("by", "api", "codes", "sign"),
    [
        ("vnpost", "partner", [20], Sign.REGISTERED),
        ("vnpost", "partner", [70], Sign.HANDED_OVER),
        ("vnpost", "partner", [91], Sign.FAILED_TRY),
        ("vnpost", "partner", [100], Sign.DELIVERED),
        ("vnpost", "partner", [110], Sign.MONEY_COLLECTED),
        ("vnpost", "partner", [120], Sign.MONEY_PAID),
        ("vnpost", "partner", [161], Sign.RETURNING),
        ("vnpost", "partner", [170], Sign.RETURNED),
        ("vnpost", "partner", [10, 60, 61, 62], Sign.CANCELLED),
        ("vnpost", "my", [0, 1, 2, 3], Sign.REGISTERED),
        ("vnpost", "my", [4, 5], Sign.COLLECTING),
        ("vnpost", "my", [6, 7], Sign.HANDED_OVER),
        ("vnpost", "my", [10, 11, 12, 13], Sign.DELIVERING),
        ("vnpost", "my", [15], Sign.FAILED_TRY),
        ("vnpost", "my", [14], Sign.DELIVERED),
        ("vnpost", "my", [21], Sign.MONEY_PAID),
        ("vnpost", "my", [16, 17, 18, 24], Sign.RETURNING),
        ("vnpost", "my", [19], Sign.RETURNED),
        ("vnpost", "my", [8, 9, 22], Sign.CANCELLED),
        ("vnpost", "my", [20, 23, 28, 29, 100], Sign.UNKNOWN),
        ("viettelpost", "partner", [-108, 100], Sign.REGISTERED),
        ("viettelpost", "partner", [102, 103, 104], Sign.COLLECTING),
        ("viettelpost", "partner", [105, 200], Sign.HANDED_OVER),
        ("viettelpost", "partner", [300, 303, 400, 403, 500, 508, 509, 550], Sign.DELIVERING),
        ("viettelpost", "partner", [506, 507], Sign.FAILED_TRY),
        ("viettelpost", "partner", [501], Sign.DELIVERED),
        ("viettelpost", "partner", [502, 505, 515, 551], Sign.RETURNING),
        ("viettelpost", "partner", [504], Sign.RETURNED),
        ("viettelpost", "partner", [101, 107, 201, 503], Sign.CANCELLED),
        ("viettelpost", "partner", [-100, -109, -110, 106, 202, 510], Sign.UNKNOWN),
    ],
)
def test_a_code_means_what_its_carriers_api_says(
    by: str, api: str, codes: list[int], sign: Sign
) -> None:
    assert {carrier(by).sign(api, str(code)) for code in codes} == {sign}


def test_one_number_means_other_things_in_other_apis() -> None:
    viettel = carrier("viettelpost")

    assert VNPOST.sign("partner", "10") is Sign.CANCELLED
    assert VNPOST.sign("my", "10") is Sign.DELIVERING
    assert VNPOST.sign("partner", "20") is Sign.REGISTERED
    assert VNPOST.sign("my", "20") is Sign.UNKNOWN
    assert VNPOST.sign("partner", "100") is Sign.DELIVERED
    assert viettel.sign("partner", "100") is Sign.REGISTERED


def test_no_code_stands_twice_in_one_api() -> None:
    numbers = [len(codes) for known in carriers().values() for codes in known.apis.values()]

    assert numbers == [12, 23, 31]
    with pytest.raises(NotFound):
        carrier("khong-co")


def test_two_failed_tries_and_back_is_the_third_outcome() -> None:
    journey = fold(told("partner", 20, 70, 91, 91, 170, hours=24))

    assert journey.state is OrderState.RETURNED
    assert len(journey.tries) == 2
    assert journey.taken_at == START + timedelta(days=1)
    assert journey.ended_at == START + timedelta(days=4)


def test_money_and_unknown_codes_change_no_state() -> None:
    journey = fold(told("partner", 70, 100, 110, 120, 999))

    assert journey.state is OrderState.DELIVERED
    assert (journey.collected_at, journey.paid_at) == (
        START + timedelta(hours=2),
        START + timedelta(hours=3),
    )
    assert journey.last is not None
    assert journey.last.code == "999"
    assert fold(told("partner", 70, 110)).state is OrderState.HANDED_OVER
    assert fold(told("my", 12, 21)).state is OrderState.DELIVERING


def test_what_comes_after_the_end_is_ignored() -> None:
    assert fold(told("partner", 70, 100, 91, 170)).state is OrderState.DELIVERED
    assert fold(told("partner", 70, 100, 91, 170)).tries == ()
    assert fold(told("partner", 60, 70)).state is OrderState.CANCELLED
    assert fold([]).state is OrderState.REGISTERED


SIGNS = st.sampled_from(
    [*VNPOST.apis["partner"], "999", str(OrderState.HANDED_OVER), str(OrderState.DELIVERED)]
)
MOMENTS = st.integers(min_value=0, max_value=6).map(lambda n: START + timedelta(hours=n))


def a_message(at_: datetime, code: str) -> Told:
    api = "partner" if code.isdigit() else OURS
    return Told(at_, VNPOST.sign(api, code), api, code)


@given(st.lists(st.builds(a_message, MOMENTS, SIGNS), max_size=12), st.randoms())
def test_the_order_of_arrival_never_matters(messages: list[Told], luck: object) -> None:
    shuffled = list(messages)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]

    assert fold(shuffled) == fold(messages)


@given(st.lists(st.builds(a_message, MOMENTS, SIGNS), max_size=12))
def test_a_message_told_later_moves_no_ended_order(messages: list[Told]) -> None:
    before = fold(messages)
    later = START + timedelta(days=1)
    after = fold([*messages, a_message(later, "170")])

    assert after.state is (before.state if before.state in FINAL else OrderState.RETURNED)


@pytest.mark.parametrize(
    ("tries", "enough"),
    [
        (["2026-03-02 09:00"], False),
        (["2026-03-02 09:00", "2026-03-03 16:00"], False),
        (["2026-03-02 09:00", "2026-03-04 08:00"], True),
        (["2026-03-06 09:00", "2026-03-09 16:00"], False),
        (["2026-03-06 09:00", "2026-03-10 08:00"], True),
        (["2026-03-02 09:00", "2026-03-02 15:00", "2026-03-04 08:00"], True),
    ],
)
def test_two_call_outs_lie_two_working_days_apart(tries: list[str], enough: bool) -> None:
    assert enough_call_outs([at(moment) for moment in tries], WORKING_TIME) is enough


@pytest.mark.parametrize(
    ("taken", "route", "with_slip", "due"),
    [
        ("2026-03-02 07:00", TransitRoute.SAME_UNIT, False, "2026-03-03"),
        ("2026-03-02 18:30", TransitRoute.SAME_UNIT, False, "2026-03-03"),
        ("2026-03-06 09:00", TransitRoute.SAME_UNIT, True, "2026-03-10"),
        ("2026-03-07 09:00", TransitRoute.SAME_UNIT, False, "2026-03-09"),
        ("2026-03-05 09:00", TransitRoute.SAME_PROVINCE, False, "2026-03-09"),
        ("2026-03-02 09:00", TransitRoute.SAME_PROVINCE, True, "2026-03-06"),
        ("2026-04-24 09:00", TransitRoute.BIG_CITIES, False, "2026-05-04"),
        ("2026-03-02 09:00", TransitRoute.BIG_CITIES, True, "2026-03-10"),
        ("2026-04-24 09:00", TransitRoute.OTHER, False, "2026-05-05"),
        ("2026-03-02 09:00", TransitRoute.OTHER, True, "2026-03-12"),
    ],
)
def test_a_parcel_taken_over_on_j_is_due_n_working_days_later(
    taken: str, route: TransitRoute, with_slip: bool, due: str
) -> None:
    moment = at(taken)
    days = days_allowed(route, moment.date(), with_slip=with_slip)

    assert due_on(WORKING_TIME, moment, days) == date.fromisoformat(due)


def test_a_leg_is_judged_by_dates() -> None:
    due = date(2026, 3, 4)

    assert verdict(due, at("2026-03-04 21:00"), START) is TransitVerdict.ON_TIME
    assert verdict(due, at("2026-03-05 07:00"), START) is TransitVerdict.LATE
    assert verdict(due, None, at("2026-03-04 23:00")) is TransitVerdict.RUNNING
    assert verdict(due, None, at("2026-03-05 00:00")) is TransitVerdict.LATE


def test_a_calendar_that_ends_gives_no_date() -> None:
    with pytest.raises(Conflict):
        due_on(WORKING_TIME, at("2045-12-30 09:00"), 8)


def test_the_route_is_told_by_provinces_and_units() -> None:
    on = date(2026, 3, 2)

    assert route_between(("87", "100"), ("87", "100"), on) is TransitRoute.SAME_UNIT
    assert route_between(("87", "100"), ("87", "101"), on) is TransitRoute.SAME_PROVINCE
    assert route_between(("87", None), ("87", None), on) is TransitRoute.SAME_PROVINCE
    assert route_between(("01", None), ("79", None), on) is TransitRoute.BIG_CITIES
    assert route_between(("01", None), ("87", None), on) is TransitRoute.OTHER
    assert in_force(date(2010, 1, 1)) is in_force(on)
