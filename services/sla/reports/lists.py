"""Lists of dossiers as tables: what stands behind a cell, and the late list."""

from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from services.sla import causes
from services.sla.reports.words import CHANNELS
from shared.events import Channel
from shared.sheets import Row, Sheet
from shared.times import to_vietnam

MEMBERS: Final = Sheet(
    "Hồ sơ",
    (
        (
            *("Mã hồ sơ", "Cơ quan giải quyết", "Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Kênh"),
            *("Tiếp nhận", "Hẹn trả", "Kết thúc", "Số lần tính"),
        ),
    ),
    widths=(28, 16, 14, 50, 30, 30, 18, 18, 18, 10),
)
LATE: Final = Sheet(
    "Hồ sơ quá hạn",
    (
        (
            *("Mã hồ sơ", "Cơ quan giải quyết", "Đơn vị đang giữ", "Mã thủ tục", "Tên thủ tục"),
            *("Lĩnh vực", "Tiếp nhận", "Hẹn trả", "Kết thúc", "Tình trạng", "Số ngày quá hạn"),
            *("Nguyên nhân", "Hẹn lại"),
        ),
    ),
    widths=(28, 16, 20, 14, 50, 30, 18, 18, 18, 22, 10, 20, 18),
)


async def member_rows(
    pages: AsyncIterable[Sequence[Any]],
) -> AsyncIterator[Sequence[Row]]:
    """Lay out pages of the members of a cell."""
    async for page in pages:
        yield [_member(row) for row in page]


async def late_rows(pages: AsyncIterable[Sequence[Any]]) -> AsyncIterator[Sequence[Row]]:
    """Lay out pages of the late list."""
    async for page in pages:
        yield [_late(row) for row in page]


def _member(row: Any) -> Row:
    return (
        row["code"],
        row["agency"],
        row["procedure"],
        row["procedure_name"],
        row["field"],
        CHANNELS[Channel(row["channel"])],
        *_moments(row),
        row["count"],
    )


def _late(row: Any) -> Row:
    return (
        row["code"],
        row["agency"],
        row["unit"],
        row["procedure"],
        row["procedure_name"],
        row["field"],
        *_moments(row),
        "Đang giải quyết, quá hạn" if row["ended_at"] is None else "Đã giải quyết quá hạn",
        row["days_late"],
        causes.OWN.get(row["cause"], row["cause"]),
        _moment(row["promised_at"] if row["reappointed"] else None),
    )


def _moments(row: Any) -> Iterator[str]:
    return (_moment(row[name]) for name in ("accepted_at", "due_at", "ended_at"))


def _moment(moment: datetime | None) -> str:
    """As it is written on a slip: day and minute on a Vietnamese clock."""
    return "" if moment is None else f"{to_vietnam(moment):%d/%m/%Y %H:%M}"
