"""What a caller may take: never more than its budget, and all of that."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits import meter
from gateway.limits.budgets import BY_ROLE, PUBLIC, Budget
from gateway.limits.costs import Cost
from gateway.limits.meter import Meter
from shared.identity import Role

TEN = Budget("ten", per_second=2, at_once=10)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.floats(0, 8), st.integers(1, 10)), max_size=60))
def test_grants_what_a_bucket_that_refills_would_grant(requests: list[tuple[float, int]]) -> None:
    clock = Clock()
    kept, level = Meter(60, clock), float(TEN.at_once)
    for pause, cost in requests:
        clock.now += pause
        level = min(TEN.at_once, level + pause * TEN.per_second)
        charge = kept.charge("a", TEN, cost)
        if abs(level - cost) < 1e-6:  # Both answers are right within the clock's own rounding.
            level = level - cost if charge.granted else level
            continue
        assert charge.granted == (level >= cost)
        level -= cost if charge.granted else 0
        assert abs(charge.remaining - int(level)) <= 1


def test_tells_how_long_to_wait_and_then_grants() -> None:
    clock = Clock()
    kept = Meter(60, clock)
    assert kept.charge("a", TEN, 10).granted

    refused = kept.charge("a", TEN, 3)
    clock.now += refused.wait_seconds

    assert (refused.granted, refused.wait_seconds, refused.whole_seconds) == (False, 2, 5)
    assert kept.charge("a", TEN, 3).granted


def test_callers_do_not_share_and_a_refusal_costs_nothing() -> None:
    clock = Clock()
    kept = Meter(60, clock)
    kept.charge("a", TEN, 10)
    for _ in range(100):
        assert not kept.charge("a", TEN, 1).granted
    clock.now += 0.5

    assert kept.charge("b", TEN, 10).granted
    assert kept.charge("a", TEN, 1).granted


def test_a_caller_that_goes_on_is_never_forgotten_and_a_quiet_one_is() -> None:
    clock = Clock()
    kept = Meter(6, clock)
    granted = 0
    for _ in range(200):
        granted += kept.charge("steady", TEN, 1).granted
        kept.charge(f"once {clock.now}", TEN, 1)
        clock.now += 0.25

    assert granted == int(10 + 199 * 0.25 * 2)
    assert kept.callers < 60


def test_any_number_of_callers_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter, "CALLERS_KEPT_MAX", 1000)
    kept = Meter(60, Clock())
    for number in range(meter.CALLERS_KEPT_MAX * 2):
        kept.charge(str(number), TEN, 1)

    assert kept.callers <= meter.CALLERS_KEPT_MAX


def test_every_role_has_a_budget_that_takes_the_dearest_request_however_it_is_scaled() -> None:
    assert {role for role, _ in BY_ROLE} == set(Role)
    for budget in (PUBLIC, *(budget for _, budget in BY_ROLE)):
        assert budget.scaled(0.01).at_once >= max(Cost)
