"""The life of a dossier: ten national statuses, the officer's verbs, and what may follow what."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum, auto


class Status(IntEnum):
    """A national status code (TrangThaiHoSo)."""

    FILED = 1
    ACCEPTED = 2
    REFUSED_AT_INTAKE = 3
    PROCESSING = 4
    WAITING_FOR_SUPPLEMENT = 5
    WAITING_FOR_PAYMENT = 6
    WITHDRAWN = 7
    STOPPED = 8
    RESOLVED = 9
    RETURNED = 10

    @property
    def label(self) -> str:
        """The status as the national portal words it."""
        return STATUS_LABELS[self]


STATUS_LABELS: dict[Status, str] = {
    Status.FILED: "Mới đăng ký",
    Status.ACCEPTED: "Được tiếp nhận",
    Status.REFUSED_AT_INTAKE: "Không được tiếp nhận",
    Status.PROCESSING: "Đang xử lý",
    Status.WAITING_FOR_SUPPLEMENT: "Yêu cầu bổ sung giấy tờ",
    Status.WAITING_FOR_PAYMENT: "Yêu cầu thực hiện nghĩa vụ tài chính",
    Status.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    Status.STOPPED: "Dừng xử lý",
    Status.RESOLVED: "Đã xử lý xong",
    Status.RETURNED: "Đã trả kết quả",
}


class Action(StrEnum):
    """What an officer or a person can do with a filed dossier."""

    ACCEPT = "accept"
    REFUSE_INTAKE = "refuse_intake"
    REQUEST_SUPPLEMENT = "request_supplement"
    PROVIDE_SUPPLEMENT = "provide_supplement"
    COMPLETE_STEP = "complete_step"
    DEMAND_PAYMENT = "demand_payment"
    RECEIVE_PAYMENT = "receive_payment"
    RESOLVE = "resolve"
    RECALL_RESULT = "recall_result"
    RETURN_RESULT = "return_result"
    WITHDRAW = "withdraw"
    STOP = "stop"
    RESUME = "resume"
    TRANSFER = "transfer"
    RECEIVE_TRANSFER = "receive_transfer"

    @property
    def label(self) -> str:
        """The action in the officer's words."""
        return ACTION_LABELS[self]


ACTION_LABELS: dict[Action, str] = {
    Action.ACCEPT: "Tiếp nhận",
    Action.REFUSE_INTAKE: "Từ chối tiếp nhận",
    Action.REQUEST_SUPPLEMENT: "Yêu cầu bổ sung",
    Action.PROVIDE_SUPPLEMENT: "Hoàn thành bổ sung",
    Action.COMPLETE_STEP: "Hoàn thành bước, chuyển bước",
    Action.DEMAND_PAYMENT: "Yêu cầu thực hiện nghĩa vụ tài chính",
    Action.RECEIVE_PAYMENT: "Ghi nhận thanh toán",
    Action.RESOLVE: "Kết thúc xử lý",
    Action.RECALL_RESULT: "Thu hồi kết quả",
    Action.RETURN_RESULT: "Trả kết quả",
    Action.WITHDRAW: "Rút hồ sơ",
    Action.STOP: "Dừng xử lý",
    Action.RESUME: "Tiếp tục xử lý",
    Action.TRANSFER: "Chuyển cơ quan có thẩm quyền",
    Action.RECEIVE_TRANSFER: "Nhận hồ sơ chuyển đến",
}


class Work(StrEnum):
    """What officers do among themselves; it leaves the status as it is."""

    ASSIGN = "assign"
    CONFIRM_HANDOVER = "confirm_handover"
    ASK_OPINION = "ask_opinion"
    GIVE_OPINION = "give_opinion"
    LINK = "link"
    ATTACH = "attach"
    DEMAND_FEES = "demand_fees"
    RECEIVE_FEES = "receive_fees"
    CANCEL_DEMAND = "cancel_demand"
    REFUND = "refund"
    RETURN_ORIGINALS = "return_originals"

    @property
    def label(self) -> str:
        """The work in the officer's words."""
        return WORK_LABELS[self]


WORK_LABELS: dict[Work, str] = {
    Work.ASSIGN: "Phân công, bàn giao",
    Work.CONFIRM_HANDOVER: "Xác nhận nhận bàn giao",
    Work.ASK_OPINION: "Lấy ý kiến cơ quan khác",
    Work.GIVE_OPINION: "Cho ý kiến",
    Work.LINK: "Mở hồ sơ liên thông",
    Work.ATTACH: "Đính kèm giấy tờ, kết quả điện tử",
    Work.DEMAND_FEES: "Thông báo phí, lệ phí",
    Work.RECEIVE_FEES: "Thu phí, lệ phí",
    Work.CANCEL_DEMAND: "Hủy khoản phải nộp",
    Work.REFUND: "Hoàn tiền",
    Work.RETURN_ORIGINALS: "Trả lại bản chính",
}
_WORKS = frozenset(map(str, Work))


def label_of(logged: str) -> str:
    """The words for an action or work as the log writes it."""
    return Work(logged).label if is_work(logged) else Action(logged).label


def is_work(logged: str) -> bool:
    """Whether a line of the log is work among officers, which moves nothing."""
    return logged in _WORKS


class When(Enum):
    """What must hold beside the status for a row of the table to count."""

    ALWAYS = auto()
    ACCEPTED_BEFORE = auto()
    NOT_ACCEPTED_YET = auto()
    SETTLED = auto()
    PARTLY_PAID = auto()
    SUSPENDED = auto()
    FOR_GOOD = auto()
    IN_TRANSIT = auto()


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: from a status, by an action, to a status."""

    before: Status
    action: Action
    after: Status
    when: When = When.ALWAYS


TRANSITIONS: tuple[Transition, ...] = (
    Transition(Status.FILED, Action.ACCEPT, Status.ACCEPTED),
    Transition(Status.FILED, Action.REFUSE_INTAKE, Status.REFUSED_AT_INTAKE),
    Transition(Status.FILED, Action.REQUEST_SUPPLEMENT, Status.WAITING_FOR_SUPPLEMENT),
    Transition(Status.FILED, Action.WITHDRAW, Status.WITHDRAWN),
    Transition(Status.ACCEPTED, Action.COMPLETE_STEP, Status.PROCESSING),
    Transition(Status.ACCEPTED, Action.REQUEST_SUPPLEMENT, Status.WAITING_FOR_SUPPLEMENT),
    Transition(Status.ACCEPTED, Action.WITHDRAW, Status.WITHDRAWN),
    # A result given at once needs no processing in between (D61 17(4)).
    Transition(Status.ACCEPTED, Action.RESOLVE, Status.RESOLVED),
    Transition(Status.PROCESSING, Action.COMPLETE_STEP, Status.PROCESSING),
    Transition(Status.PROCESSING, Action.REQUEST_SUPPLEMENT, Status.WAITING_FOR_SUPPLEMENT),
    Transition(Status.PROCESSING, Action.DEMAND_PAYMENT, Status.WAITING_FOR_PAYMENT),
    Transition(Status.PROCESSING, Action.WITHDRAW, Status.WITHDRAWN),
    Transition(Status.PROCESSING, Action.STOP, Status.STOPPED),
    # A refusal after examination is a result inside the limit, not status 3 (D61 19(8)).
    Transition(Status.PROCESSING, Action.RESOLVE, Status.RESOLVED),
    Transition(
        Status.WAITING_FOR_SUPPLEMENT,
        Action.PROVIDE_SUPPLEMENT,
        Status.FILED,
        When.NOT_ACCEPTED_YET,
    ),
    Transition(
        Status.WAITING_FOR_SUPPLEMENT,
        Action.PROVIDE_SUPPLEMENT,
        Status.PROCESSING,
        When.ACCEPTED_BEFORE,
    ),
    Transition(Status.WAITING_FOR_SUPPLEMENT, Action.WITHDRAW, Status.WITHDRAWN),
    # What waits for papers or money is not suspended on top of it, it can only be ended.
    Transition(Status.WAITING_FOR_SUPPLEMENT, Action.STOP, Status.STOPPED, When.FOR_GOOD),
    Transition(
        Status.WAITING_FOR_PAYMENT,
        Action.RECEIVE_PAYMENT,
        Status.WAITING_FOR_PAYMENT,
        When.PARTLY_PAID,
    ),
    Transition(Status.WAITING_FOR_PAYMENT, Action.RECEIVE_PAYMENT, Status.PROCESSING, When.SETTLED),
    Transition(Status.WAITING_FOR_PAYMENT, Action.WITHDRAW, Status.WITHDRAWN),
    Transition(Status.WAITING_FOR_PAYMENT, Action.STOP, Status.STOPPED, When.FOR_GOOD),
    # Stopped with an end date is the end; without one it is only suspended.
    Transition(Status.STOPPED, Action.RESUME, Status.PROCESSING, When.SUSPENDED),
    Transition(Status.RESOLVED, Action.RETURN_RESULT, Status.RETURNED),
    # Only before hand-over can a wrong result be taken back (D61 21).
    Transition(Status.RESOLVED, Action.RECALL_RESULT, Status.PROCESSING),
    # To the agency that is competent, or has become so; until it has it, nobody works on it.
    Transition(Status.FILED, Action.TRANSFER, Status.FILED),
    Transition(Status.ACCEPTED, Action.TRANSFER, Status.ACCEPTED),
    Transition(Status.PROCESSING, Action.TRANSFER, Status.PROCESSING),
    Transition(Status.FILED, Action.RECEIVE_TRANSFER, Status.FILED, When.IN_TRANSIT),
    Transition(Status.ACCEPTED, Action.RECEIVE_TRANSFER, Status.ACCEPTED, When.IN_TRANSIT),
    Transition(Status.PROCESSING, Action.RECEIVE_TRANSFER, Status.PROCESSING, When.IN_TRANSIT),
)
"""Everything that may happen to a dossier; whatever stands in no row is refused."""

BORNE_IN_TRANSIT = frozenset({Action.RECEIVE_TRANSFER, Action.WITHDRAW})
"""What may happen while a dossier is on its way from one agency to another."""


_ROWS: dict[tuple[Status, Action], list[Transition]] = {}
for _row in TRANSITIONS:
    _ROWS.setdefault((_row.before, _row.action), []).append(_row)


class IllegalAction(ValueError):
    """The present status does not let the action happen; `allowed` tells what it lets."""

    def __init__(
        self, status: Status, action: Action, allowed: Iterable[Action], *, in_transit: bool
    ) -> None:
        self.status = status
        self.action = action
        self.allowed = tuple(allowed)
        way = ", chờ cơ quan có thẩm quyền nhận" if in_transit else ""
        super().__init__(
            f"Không thể “{action.label}” khi hồ sơ đang ở trạng thái “{status.label}”{way}."
        )


def next_status(
    status: Status,
    action: Action,
    *,
    accepted: bool = False,
    suspended: bool = False,
    settled: bool = False,
    for_good: bool = True,
    in_transit: bool = False,
) -> Status:
    """Tell the status that follows; raises IllegalAction."""
    held = _held(accepted=accepted, suspended=suspended, settled=settled, for_good=for_good)
    for row in _ROWS.get((status, action), ()):
        if _counts(row, held, in_transit=in_transit):
            return row.after
    allowed = allowed_actions(status, accepted=accepted, suspended=suspended, in_transit=in_transit)
    raise IllegalAction(status, action, allowed, in_transit=in_transit)


def allowed_actions(
    status: Status, *, accepted: bool = False, suspended: bool = False, in_transit: bool = False
) -> tuple[Action, ...]:
    """Tell what may be done now, in the table's order."""
    held = _held(accepted=accepted, suspended=suspended, settled=True, for_good=True)
    # Partly paid or settled, a payment may be received.
    found = [
        row.action
        for row in TRANSITIONS
        if row.before is status and _counts(row, held, in_transit=in_transit)
    ]
    return tuple(dict.fromkeys(found))


def is_terminal(status: Status, *, suspended: bool = False) -> bool:
    """Whether nothing can happen any more."""
    return not allowed_actions(status, accepted=True, suspended=suspended)


def _counts(row: Transition, held: set[When], *, in_transit: bool) -> bool:
    if in_transit:
        return row.action in BORNE_IN_TRANSIT and row.when in held | {When.IN_TRANSIT}
    return row.when in held


def _held(*, accepted: bool, suspended: bool, settled: bool, for_good: bool) -> set[When]:
    held = {When.ALWAYS}
    held.add(When.ACCEPTED_BEFORE if accepted else When.NOT_ACCEPTED_YET)
    held.add(When.SETTLED if settled else When.PARTLY_PAID)
    if suspended:
        held.add(When.SUSPENDED)
    if for_good:
        held.add(When.FOR_GOOD)
    return held
