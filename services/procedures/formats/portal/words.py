"""The words that only portal facts use."""

from typing import Final

from services.procedures.records import OnlineLevel
from shared.events import LimitUnit

SAME_DAY_BEGIN: Final = "Ngay trong ngày"
SAME_DAY_RULE: Final = (
    "Ngay trong ngày làm việc tiếp nhận; nếu tiếp nhận sau 15 giờ thì trả kết quả trong ngày làm"
    " việc tiếp theo"
)
ASSUMED_REMARK: Final = (
    "time limit has a number but no unit in the source; unit assumed = working day (civil-status"
    " law counts working days)"
)
"""Said once for a record; the record itself says it of each limit."""

ONLINE_LEVELS: Final = {
    "một phần": OnlineLevel.PARTIAL,
    "toàn trình": OnlineLevel.FULL,
    "cung cấp thông tin": OnlineLevel.INFORMATION,
}


def unit_named(said: str) -> LimitUnit | None:
    """The unit by its English word."""
    return LimitUnit(said) if said in set(LimitUnit) else None
