"""The signals: what each looks for, by which rule, and which law it guards."""

from enum import StrEnum
from typing import Final, NamedTuple


class Code(StrEnum):
    """A signal's code."""

    DUE_MOVED = "due_moved_in_last_day"
    SUPPLEMENT = "supplement_in_last_day"
    REFILED = "refiled_after_giving_up"
    BULK_RESULTS = "bulk_results_off_hours"
    UNRETURNED = "result_not_returned"


class Signal(NamedTuple):
    """One signal; a sign is not a verdict, somebody has to look."""

    code: Code
    title: str
    rule: str
    law: str
    parameter: str | None = None
    """The rule (tham số) that its threshold is read from."""


SIGNALS: Final = (
    Signal(
        Code.DUE_MOVED,
        "Dời ngày hẹn trong ngày làm việc cuối",
        "Gia hạn hoặc hẹn lại khi thời hạn còn chưa đến một ngày làm việc, hoặc đã hết.",
        "Nghị định 61/2018/NĐ-CP, Điều 19 khoản 9: thông báo và xin lỗi trước ngày hết hạn",
    ),
    Signal(
        Code.SUPPLEMENT,
        "Yêu cầu bổ sung sát hoặc sau ngày hẹn",
        "Yêu cầu bổ sung hồ sơ đã tiếp nhận khi thời hạn còn chưa đến một ngày làm việc, hoặc"
        " đã hết.",
        "Nghị định 61/2018/NĐ-CP, Điều 19 khoản 4: trả lại để bổ sung trong 03 ngày làm việc từ"
        " khi tiếp nhận",
    ),
    Signal(
        Code.BULK_RESULTS,
        "Trả kết quả hàng loạt ngoài giờ sát ngày hẹn",
        "Một cơ quan kết thúc nhiều hồ sơ trong vòng một giờ ngoài giờ làm việc, khi mỗi hồ sơ"
        " còn chưa đến một ngày làm việc.",
        "Nghị định 61/2018/NĐ-CP, Điều 4: công khai, minh bạch, khách quan, đúng quy định",
        "signal_bulk_results_min",
    ),
    Signal(
        Code.REFILED,
        "Rút hoặc dừng rồi nộp lại",
        "Hồ sơ được tiếp nhận sau khi hồ sơ trước của cùng chủ hồ sơ, cùng thủ tục vừa được rút"
        " hoặc dừng: thời hạn được tính lại từ đầu.",
        "Nghị định 118/2025/NĐ-CP, Điều 17 khoản 3: thời hạn tính từ khi tiếp nhận",
    ),
    Signal(
        Code.UNRETURNED,
        "Có kết quả nhưng lâu không trả",
        "Kết quả không được trả trong số ngày quy định kể từ khi có.",
        "Nghị định 61/2018/NĐ-CP, Điều 20: trả kết quả cho tổ chức, cá nhân",
        "signal_unreturned_days",
    ),
)
