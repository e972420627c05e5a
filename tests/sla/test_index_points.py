"""Points to the digit: Decision 766 as the national portal scores it."""

from decimal import Decimal
from fractions import Fraction

import pytest

from services.sla.figures.figure import Figure
from services.sla.indices.published import DECISION_766, packaged
from services.sla.indices.schemes import SchemeDescription, rounded, total
from services.sla.targets.evaluation import Comparison, State, hold, threshold_share

ScoredBy = list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def decision() -> SchemeDescription:
    scheme = packaged(DECISION_766)
    assert scheme is not None
    return scheme.description


def exact(decision: SchemeDescription, told: ScoredBy) -> Fraction:
    points = []
    for code, numerator, denominator in told:
        criterion = decision.criterion(code)
        assert criterion is not None
        points.append(criterion.points(Figure.of(numerator, denominator)))
    return total(points)


def online(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> ScoredBy:
    return [("ONLINE_PROCEDURES", *a), ("ONLINE_USED", *b), ("ONLINE_DOSSIERS", *c)]


def test_six_groups_sum_to_a_hundred(decision: SchemeDescription) -> None:
    sums = {
        group.code: sum(one.maximum for one in decision.criteria if one.group == group.code)
        for group in decision.groups
    }

    assert list(sums.values()) == [18, 20, 12, 10, 18, 22]
    assert decision.maximum == 100


@pytest.mark.parametrize(
    ("told", "points"),
    [
        ([("PROGRESS", 9_728, 10_000)], "19.456"),
        (online((1500, 1800), (900, 1500), (4000, 10_000)), "9.2"),
        (
            [
                ("ONLINE_PAYMENT_DOSSIERS", 4, 10),
                ("ONLINE_PAYMENT_PROCEDURES", 75, 100),
                ("ONLINE_PAYMENT_USED", 5, 10),
            ],
            "5.525",
        ),
    ],
)
def test_worked_examples_come_out_exactly(
    decision: SchemeDescription, told: ScoredBy, points: str
) -> None:
    assert exact(decision, told) == Fraction(points)


@pytest.mark.parametrize(
    ("told", "points"),
    [
        ([("PROGRESS", 528_684, 597_918)], "17.68"),
        (online((52, 89), (516, 1884), (589_496, 597_894)), "8.56"),
        (online((52, 89), (518, 1881), (591_643, 600_057)), "8.56"),
        (online((52, 56), (1, 1), (43_136, 43_138)), "12.00"),
        (
            [
                ("ORIGINAL_RESULT_AVAILABLE", 7248, 10_000),
                ("SO_HOA_GIAY_TO_GIAI_QUYET", 2427, 10_000),
                ("REUSED_DIGITIZED_DATA", 2288, 10_000),
                ("SYNCED_WITH_DVCQG_PERSONAL_STORAGE", 0, 10_000),
                ("CITIZEN_DATA_CONNECTED_DOSSIER", 5445, 10_000),
                ("CITIZEN_DATA_CONNECTED_FORMALITY", 3046, 10_000),
                ("ELECTRONIC_CERTIFIED_COPY", 100, 100),
            ],
            "9.59",
        ),
    ],
)
def test_what_the_portal_showed_comes_out_to_two_decimals(
    decision: SchemeDescription, told: ScoredBy, points: str
) -> None:
    assert str(rounded(exact(decision, told))) == points


def test_satisfaction_is_whole_from_ninety_per_cent_on(decision: SchemeDescription) -> None:
    receiving = [("DOSSIER_RECEIVING_SATISFACTION", 85, 100)]

    assert rounded(exact(decision, receiving), Decimal("0.0001")) == Decimal("5.6667")
    assert exact(decision, [("DOSSIER_RECEIVING_SATISFACTION", 90, 100)]) == 6
    assert exact(decision, [("DOSSIER_RECEIVING_SATISFACTION", 99, 100)]) == 6


@pytest.mark.parametrize(
    ("code", "points"),
    [
        ("PETITION_PROCESSING_ON_TIME", 6),
        ("PETITION_HANDLING_SATISFACTION", 6),
        ("DOSSIER_RECEIVING_SATISFACTION", 0),
        ("ONLINE_PAYMENT_DOSSIERS", 0),
        ("ONLINE_PAYMENT_PROCEDURES", 0),
        ("ONLINE_PAYMENT_USED", 0),
        ("PROGRESS", None),
        ("ONLINE_DOSSIERS", None),
        ("PUBLISH_ON_TIME", None),
    ],
)
def test_nothing_to_divide_by_is_what_the_decision_says_and_else_no_points(
    decision: SchemeDescription, code: str, points: int | None
) -> None:
    criterion = decision.criterion(code)
    assert criterion is not None

    assert criterion.points(Figure.of(0, 0)) == points


def test_only_one_payment_criterion_may_pass_its_maximum(decision: SchemeDescription) -> None:
    over = {
        one.code for one in decision.criteria if (one.points(Figure.of(1, 1)) or 0) > one.maximum
    }

    assert over == {"ONLINE_PAYMENT_USED"}


@pytest.mark.parametrize(
    ("exact_points", "shown"),
    [
        ("5.525", "5.53"),
        ("5.5249999", "5.52"),
        ("0.005", "0.01"),
        ("17.684", "17.68"),
        ("0", "0.00"),
    ],
)
def test_points_are_rounded_half_up_and_once(exact_points: str, shown: str) -> None:
    assert str(rounded(Fraction(exact_points))) == shown


def test_thanh_binh_reaches_ninety_eight_per_cent_of_what_it_resolved() -> None:
    ninety_eight = threshold_share(Decimal(98))

    thanh_binh = hold(Figure.of(32_357 + 55_279, 87_757), Comparison.AT_LEAST, ninety_eight)
    just = hold(Figure.of(86_002, 87_757), Comparison.AT_LEAST, ninety_eight)
    short = hold(Figure.of(86_001, 87_757), Comparison.AT_LEAST, ninety_eight)

    assert (thanh_binh.state, thanh_binh.bound, thanh_binh.more) == (State.REACHED, 86_002, 0)
    assert (just.state, just.more) == (State.REACHED, 0)
    assert (short.state, short.more) == (State.MISSED, 1)


@pytest.mark.parametrize(
    ("figure", "comparison", "percent", "state", "more"),
    [
        (Figure.of(60, 100), Comparison.AT_LEAST, 60, State.REACHED, 0),
        (Figure.of(59, 100), Comparison.AT_LEAST, 60, State.MISSED, 1),
        (Figure.of(3, 6), Comparison.AT_LEAST, 50, State.REACHED, 0),
        (Figure.of(11, 12), Comparison.AT_LEAST, 100, State.MISSED, 1),
        (Figure.of(5, 100), Comparison.AT_MOST, 5, State.REACHED, 0),
        (Figure.of(7, 100), Comparison.AT_MOST, 5, State.MISSED, 2),
        (Figure.of(0, 0), Comparison.AT_LEAST, 100, State.EMPTY, None),
    ],
)
def test_a_target_tells_how_many_more_it_would_take(
    figure: Figure, comparison: Comparison, percent: int, state: State, more: int | None
) -> None:
    held = hold(figure, comparison, threshold_share(Decimal(percent)))

    assert (held.state, held.more) == (state, more)
