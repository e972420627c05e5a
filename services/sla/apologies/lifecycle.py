"""The life of a letter: what may be done with it in which state, and what it is then."""

from enum import StrEnum
from typing import Final, NamedTuple

from shared.errors import Conflict


class State(StrEnum):
    """Where a letter stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """The state as people read it."""
        return LABELS[self]


LABELS: Final = {
    State.DRAFT: "Dự thảo",
    State.SUBMITTED: "Đã trình, chờ người đứng đầu ký",
    State.APPROVED: "Đã ký",
    State.SENT: "Đã gửi",
    State.DELIVERED: "Người nhận đã nhận",
    State.UNDELIVERABLE: "Không giao được",
    State.DROPPED: "Không cần nữa",
}


class Act(StrEnum):
    """What can be done with a letter."""

    EDIT = "edit"
    SUBMIT = "submit"
    REJECT = "reject"
    APPROVE = "approve"
    SEND = "send"
    DELIVER = "deliver"
    GIVE_UP = "give_up"
    DROP = "drop"


class Move(NamedTuple):
    """From which states an act starts, and where it leads; None stays where it is."""

    start: frozenset[State]
    end: State | None


OPEN: Final = frozenset({State.DRAFT, State.SUBMITTED})
SIGNED: Final = frozenset({State.APPROVED, State.SENT, State.UNDELIVERABLE})

MOVES: Final = {
    Act.EDIT: Move(frozenset({State.DRAFT}), None),
    Act.SUBMIT: Move(frozenset({State.DRAFT}), State.SUBMITTED),
    Act.REJECT: Move(frozenset({State.SUBMITTED}), State.DRAFT),
    Act.APPROVE: Move(frozenset({State.SUBMITTED}), State.APPROVED),
    # It becomes `sent` when the channel has taken it.
    Act.SEND: Move(SIGNED, None),
    Act.DELIVER: Move(SIGNED, State.DELIVERED),
    Act.GIVE_UP: Move(frozenset({State.APPROVED, State.SENT}), State.UNDELIVERABLE),
    Act.DROP: Move(OPEN, State.DROPPED),
}


def after(state: State, act: Act) -> State:
    """Tell the state after an act; raises Conflict with what would be allowed instead."""
    start, end = MOVES[act]
    if state not in start:
        allowed = [other.value for other, move in MOVES.items() if state in move.start]
        raise Conflict(
            f"Thư đang ở trạng thái “{state.label}”, không làm được việc này.",
            code="apology_state",
            state=state.value,
            allowed=allowed,
        )
    return end or state
