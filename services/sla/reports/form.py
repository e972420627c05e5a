"""The printed layout of II.06a (Thông tư 01/2020/TT-VPCP): thirteen columns, blocks by level."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.sla.reports.questions import Group
from services.sla.reports.words import GROUPS, LEVELS
from shared.sheets import Row, Sheet

TITLE: Final = (
    "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"
    " TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"
)
RECEIVED: Final = "Số lượng hồ sơ tiếp nhận"
RESOLVED: Final = "Số lượng hồ sơ đã giải quyết"
DONE: Final = ("Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn")
UNDONE: Final = ("Tổng số", "Trong hạn", "Quá hạn")
IN_PROGRESS: Final = "Số lượng hồ sơ đang giải quyết"

NUMBERS: Final = (
    *("received", "received_online", "received_direct_post", "carried_over"),
    *("resolved", "early", "on_time", "late"),
    *("in_progress", "within_limit", "overdue"),
)
"""Columns 3 to 13."""
WIDTH: Final = 13
FORMULAS: Final = (
    *("(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)"),
    *("(7)=(8)+(9)+(10)", "(8)", "(9)", "(10)", "(11)=(12)+(13)", "(12)", "(13)"),
)
MERGED: Final = (
    *("A1:B1", "C1:J1", "K1:M1", "A2:B2", "C2:J2", "K2:M2", "K3:M3"),
    *("A4:A6", "B4:B6", "C4:F4", "G4:J4", "K4:M4", "C5:C6", "D5:E5", "F5:F6"),
    *("G5:G6", "H5:H6", "I5:I6", "J5:J6", "K5:K6", "L5:L6", "M5:M6"),
)
WIDTHS: Final = (6, 44, *(12,) * 11)
NUMERALS: Final = ("I", "II", "III", "IV", "V")
FOOT: Final = (
    ("Ghi chú:",),
    ("– Cột (9) gồm cả hồ sơ được rút hoặc dừng giải quyết theo đề nghị, và hồ sơ không có hạn.",),
    ("– Cột (12) gồm cả hồ sơ chờ bổ sung, chờ nghĩa vụ tài chính và hồ sơ tạm dừng.",),
    ("– Cột (6) gồm cả hồ sơ nhận từ cơ quan khác, trừ hồ sơ chuyển cho cơ quan khác trong kỳ.",),
    ("– Kết quả bị thu hồi trong kỳ được trừ khỏi các cột (7) đến (10) của kỳ đó.",),
)


def layout(first: date, last: date, group: Group, reporter: str, receiver: str) -> Sheet:
    """Lay out head and notes; the rows come from `body`."""
    head: tuple[Row, ...] = (
        _line({0: "Biểu số II.06a/VPCP/KSTT", 2: TITLE, 10: f"Đơn vị báo cáo: {reporter}"}),
        _line(
            {
                0: "Ban hành theo Thông tư số 01/2020/TT-VPCP ngày 21/10/2020",
                2: f"Kỳ báo cáo: từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}",
                10: f"Đơn vị nhận báo cáo: {receiver}",
            }
        ),
        _line({10: "Đơn vị tính: Số hồ sơ thủ tục hành chính"}),
        _line({0: "STT", 1: GROUPS[group], 2: RECEIVED, 6: RESOLVED, 10: IN_PROGRESS}),
        (
            "",
            "",
            "Tổng số",
            "Trong kỳ",
            "",
            "Từ kỳ trước",
            *DONE,
            "Tổng số",
            "Trong hạn",
            "Quá hạn",
        ),
        _line({3: "Trực tuyến", 4: "Trực tiếp, dịch vụ bưu chính"}),
        FORMULAS,
    )
    return Sheet("II.06a", head, FOOT, MERGED, WIDTHS)


def body(
    rows: Sequence[Mapping[str, Any]], group: Group, names: Mapping[str, str]
) -> Iterator[Row]:
    """Write each level's block under its own sum, then the sum of all.

    `rows` are the report's columns by level and one more group.
    """
    written = 0
    for level, title in LEVELS.items():
        block = [row for row in rows if row["level"] == level]
        if block:
            yield (NUMERALS[written], title, *_sums(block))
            written += 1
        for number, row in enumerate(block, 1):
            yield (number, names[row[group]], *(row[name] for name in NUMBERS))
    yield ("", "Tổng cộng", *_sums(rows))


def _sums(rows: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    return tuple(sum(row[name] for row in rows) for name in NUMBERS)


def _line(texts: Mapping[int, str]) -> Row:
    return tuple(texts.get(place, "") for place in range(WIDTH))
