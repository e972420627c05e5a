"""The life of a petition: five stages, the officer's verbs, and what may follow what."""

from enum import StrEnum

from shared.errors import Conflict


class Status(StrEnum):
    """Where a petition stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    RESOLVED = "resolved"
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The status as people read it."""
        return LABELS[self]


LABELS: dict[Status, str] = {
    Status.RECEIVED: "Đã tiếp nhận, chờ phân loại",
    Status.ACCEPTED: "Đang xử lý",
    Status.WAITING: "Chờ người gửi bổ sung thông tin",
    Status.RESOLVED: "Đã trả lời",
    Status.PUBLISHED: "Đã trả lời và công khai",
    Status.REFUSED: "Không tiếp nhận xử lý",
    Status.WITHDRAWN: "Người gửi rút",
}


class Action(StrEnum):
    """What can be done with a petition."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    TRANSFER = "transfer"
    ASK = "ask"
    SUPPLY = "supply"
    RESOLVE = "resolve"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


NEXT: dict[Status, dict[Action, Status]] = {
    Status.RECEIVED: {
        Action.ACCEPT: Status.ACCEPTED,
        Action.REFUSE: Status.REFUSED,
        Action.TRANSFER: Status.RECEIVED,
        Action.WITHDRAW: Status.WITHDRAWN,
    },
    Status.ACCEPTED: {
        Action.ASK: Status.WAITING,
        Action.TRANSFER: Status.RECEIVED,
        Action.RESOLVE: Status.RESOLVED,
        Action.WITHDRAW: Status.WITHDRAWN,
    },
    Status.WAITING: {
        Action.SUPPLY: Status.ACCEPTED,
        Action.RESOLVE: Status.RESOLVED,
        Action.WITHDRAW: Status.WITHDRAWN,
    },
    Status.RESOLVED: {Action.PUBLISH: Status.PUBLISHED},
    Status.PUBLISHED: {},
    Status.REFUSED: {},
    Status.WITHDRAWN: {},
}
OPEN = (Status.RECEIVED, Status.ACCEPTED, Status.WAITING)
"""What is not answered yet."""
ANSWERED = (Status.RESOLVED, Status.PUBLISHED)


def follow(status: Status, action: Action) -> Status:
    """Where an action leads; raises Conflict with what is allowed instead."""
    try:
        return NEXT[status][action]
    except KeyError:
        allowed = sorted(NEXT[status])
        raise Conflict(
            f"Không thể thực hiện khi phản ánh, kiến nghị ở trạng thái “{status.label}”.",
            code="action_not_allowed",
            allowed=allowed,
        ) from None
