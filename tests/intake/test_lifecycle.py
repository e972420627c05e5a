from itertools import product

import pytest

from services.intake.lifecycle import (
    TRANSITIONS,
    Action,
    IllegalAction,
    Status,
    When,
    allowed_actions,
    is_terminal,
    next_status,
)

# Written down again from the law and the national portal, apart from the table under test.
LAW = {
    (1, "accept"): 2,
    (1, "refuse_intake"): 3,
    (1, "request_supplement"): 5,
    (1, "withdraw"): 7,
    (1, "transfer"): 1,
    (2, "complete_step"): 4,
    (2, "request_supplement"): 5,
    (2, "withdraw"): 7,
    (2, "resolve"): 9,
    (2, "transfer"): 2,
    (4, "complete_step"): 4,
    (4, "request_supplement"): 5,
    (4, "demand_payment"): 6,
    (4, "withdraw"): 7,
    (4, "stop"): 8,
    (4, "resolve"): 9,
    (4, "transfer"): 4,
    (5, "provide_supplement"): 4,
    (5, "withdraw"): 7,
    (5, "stop"): 8,
    (6, "receive_payment"): 4,
    (6, "withdraw"): 7,
    (6, "stop"): 8,
    (9, "return_result"): 10,
    (9, "recall_result"): 4,
}
"""For an accepted dossier that is paid in full when it is paid, and not suspended."""


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_each_action_leads_where_the_law_says_or_is_refused(status: Status, action: Action) -> None:
    expected = LAW.get((int(status), str(action)))
    if expected is not None:
        assert next_status(status, action, accepted=True, settled=True) == expected
        return

    with pytest.raises(IllegalAction) as refused:
        next_status(status, action, accepted=True, settled=True)

    allowed = {action for (before, action) in LAW if before == int(status)}
    assert {str(action) for action in refused.value.allowed} == allowed


def test_papers_completed_before_acceptance_lead_back_to_the_start() -> None:
    after = next_status(Status.WAITING_FOR_SUPPLEMENT, Action.PROVIDE_SUPPLEMENT, accepted=False)

    assert after is Status.FILED


def test_a_part_payment_leaves_the_dossier_waiting() -> None:
    after = next_status(Status.WAITING_FOR_PAYMENT, Action.RECEIVE_PAYMENT, settled=False)

    assert after is Status.WAITING_FOR_PAYMENT


def test_only_a_suspended_dossier_is_resumed() -> None:
    assert next_status(Status.STOPPED, Action.RESUME, suspended=True) is Status.PROCESSING
    with pytest.raises(IllegalAction):
        next_status(Status.STOPPED, Action.RESUME, suspended=False)


@pytest.mark.parametrize("status", [Status.WAITING_FOR_SUPPLEMENT, Status.WAITING_FOR_PAYMENT])
def test_what_waits_already_is_not_suspended_on_top(status: Status) -> None:
    with pytest.raises(IllegalAction):
        next_status(status, Action.STOP, for_good=False)


@pytest.mark.parametrize("status", [Status.FILED, Status.ACCEPTED, Status.PROCESSING])
def test_between_two_agencies_a_dossier_is_only_received_or_taken_back(status: Status) -> None:
    after = next_status(status, Action.RECEIVE_TRANSFER, in_transit=True)

    assert after is status
    allowed = allowed_actions(status, accepted=True, in_transit=True)
    assert set(allowed) == {Action.WITHDRAW, Action.RECEIVE_TRANSFER}
    with pytest.raises(IllegalAction, match="chờ cơ quan có thẩm quyền nhận"):
        next_status(status, Action.TRANSFER, in_transit=True)


def test_the_ends_are_the_four_that_the_law_knows() -> None:
    ends = {status for status in Status if is_terminal(status)}

    assert ends == {
        Status.REFUSED_AT_INTAKE,
        Status.WITHDRAWN,
        Status.STOPPED,
        Status.RETURNED,
    }
    assert not is_terminal(Status.STOPPED, suspended=True)


def test_no_row_stands_twice_and_every_word_has_a_label() -> None:
    rows = [(row.before, row.action, row.when) for row in TRANSITIONS]

    assert len(rows) == len(set(rows))
    assert {row.action for row in TRANSITIONS} == set(Action)
    assert {row.when for row in TRANSITIONS} == set(When)
    assert all(word.label for word in (*Status, *Action))


def test_a_refusal_speaks_the_officers_language() -> None:
    with pytest.raises(IllegalAction, match="Không thể “Tiếp nhận” khi hồ sơ đang ở trạng thái"):
        next_status(Status.RETURNED, Action.ACCEPT)
    assert allowed_actions(Status.RETURNED) == ()
