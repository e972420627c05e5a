"""Writes what was found in a file as a page to print, or as a table, in Vietnamese."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from services.procedures.anomalies import AnomalyCode
from services.procedures.imports import queries
from services.procedures.imports.queries import Filter
from services.procedures.imports.views import ImportView
from services.procedures.models import ImportItem, ItemState
from shared.database import Database
from shared.times import to_vietnam

PAGE: Final = 500
STATES: Final = {
    ItemState.BAD: "Hỏng, không đọc được",
    ItemState.NEW: "Mới",
    ItemState.CHANGED: "Có thay đổi",
    ItemState.UNCHANGED: "Không thay đổi",
    ItemState.DUPLICATE: "Trùng mã trong tệp",
}
HEAD: Final = (
    "Bản ghi", "Tệp", "Dòng", "Tình trạng", "Mã thủ tục", "Tên thủ tục", "Lý do", "Bất thường",
    "Kết quả",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a cell that begins with one of these."""

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it spreadsheets take Vietnamese for Latin-1."""


async def markdown(database: Database, identity: UUID) -> AsyncIterator[str]:
    """The report as a page: figures, bad records by line, anomalies with the procedures' codes."""
    async with database.sessions() as session:
        view = await queries.describe(session, identity)
    yield _figures(view)
    yield "\n## Bản ghi hỏng hoặc trùng\n\n"
    for state in (ItemState.BAD, ItemState.DUPLICATE):
        async for item in _items(database, identity, Filter(state=state)):
            yield f"- {_place(item)}: {item.reason_detail} `{item.reason_code}`\n"
    yield "\n## Bất thường\n"
    for found in view.anomalies:
        yield f"\n### {found.label} (`{found.code}`): {found.records} thủ tục\n\n"
        separator = ""
        async for item in _items(database, identity, Filter(anomaly=found.code)):
            yield f"{separator}{item.code or _place(item)}"
            separator = ", "
        yield "\n"


async def table(database: Database, identity: UUID) -> AsyncIterator[str]:
    """The same record by record, as CSV for a spreadsheet."""
    yield BYTE_ORDER_MARK + _row(HEAD)
    async for item in _items(database, identity, Filter()):
        labels = "; ".join(AnomalyCode(code).label for code in item.anomaly_codes)
        outcome = item.refusal_detail or (f"Phiên bản {item.version}" if item.version else "")
        known = (item.code or "", item.name or "", item.reason_detail or "", labels, outcome)
        place = (item.number, item.member or "", item.line, STATES[ItemState(item.state)])
        yield _row((*place, *known))


def _figures(view: ImportView) -> str:
    uploaded = to_vietnam(view.uploaded_at)
    lines = [
        f"# Báo cáo nhập danh mục thủ tục: {view.file_name or view.id}\n",
        f"- Gửi lúc {uploaded:%H:%M ngày %d/%m/%Y} bởi {view.uploaded_by}",
        f"- Hiệu lực từ {view.valid_from:%d/%m/%Y}",
        f"- {view.records} bản ghi",
        *(f"  - {STATES[state]}: {count}" for state, count in view.states.items()),
    ]
    return "\n".join(lines) + "\n"


async def _items(database: Database, identity: UUID, wanted: Filter) -> AsyncIterator[ImportItem]:
    """Page by page, each in a session of its own: a slow reader holds no connection."""
    following: str | None = None
    while True:
        async with database.sessions() as session:
            page, following = await queries.list_items(
                session, identity, wanted, after=following, limit=PAGE
            )
        for item in page:
            yield item
        if following is None:
            return


def _place(item: ImportItem) -> str:
    member = f"{item.member}, " if item.member else ""
    code = f", mã {item.code}" if item.code else ""
    return f"Bản ghi {item.number} ({member}dòng {item.line}{code})"


def _row(cells: tuple[object, ...]) -> str:
    written = io.StringIO()
    texts = (str(cell) for cell in cells)
    csv.writer(written).writerow(f"'{t}" if t.startswith(FORMULA) else t for t in texts)
    return written.getvalue()
