"""Writes a table as CSV or XLSX, row by row: however many there are, few are in memory."""

import asyncio
import csv
import io
import re
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format

Row = Sequence[Any]

FONT: Final = "Times New Roman"
PART_BYTES: Final = 64 * 1024
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What XML cannot hold."""

OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
"""A text stays a text, whatever it looks like."""

SHEET_ROWS_MAX: Final = 1_000_000
"""A worksheet ends at 1,048,576 rows; the rows after these go to the next one."""
BOM: Final = "\ufeff"
"""Tells spreadsheet programs that the text is UTF-8."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be computed by the program that opens it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands around the rows of a table."""

    name: str
    head: Sequence[Row]
    foot: Sequence[Row] = ()
    merged: Sequence[str] = ()
    widths: Sequence[int] = ()


async def one_page(rows: Iterable[Row]) -> AsyncIterator[Sequence[Row]]:
    """Give a table that fits in memory as the only page."""
    yield list(rows)


async def csv_chunks(sheet: Sheet, pages: AsyncIterable[Sequence[Row]]) -> AsyncIterator[bytes]:
    """Give the table as CSV, UTF-8 with a byte order mark, a chunk for each page."""
    yield BOM.encode() + _lines(sheet.head)
    async for rows in pages:
        yield _lines(rows)
    yield _lines(sheet.foot)


async def xlsx_chunks(sheet: Sheet, pages: AsyncIterable[Sequence[Row]]) -> AsyncIterator[bytes]:
    """Give the table as a workbook; its first byte comes when the last row is written."""
    book = await asyncio.to_thread(_Book, sheet)
    async for rows in pages:
        # A page of thousands is written beside the event loop.
        await asyncio.to_thread(book.append, rows)
    parts = await asyncio.to_thread(book.finish)
    while part := await asyncio.to_thread(next, parts, b""):
        yield part


def _lines(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


class _Book:
    """A workbook that goes on with another worksheet where one is full; it lies in a file."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (open until its last part is read)
        # What is merged spans rows: those sheets are short and wait in memory.
        options = OPTIONS | {"constant_memory": not sheet.merged}
        self._book = Workbook(self._file, options)
        plain: dict[str, Any] = {"font_name": FONT, "font_size": 11}
        self._plain = self._book.add_format(plain)
        centred = {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True}
        self._heading = self._book.add_format(plain | centred)
        self._sheets = 0
        self._open()

    def append(self, rows: Sequence[Row]) -> None:
        """Write rows below the last one."""
        for row in rows:
            if self._written >= SHEET_ROWS_MAX:
                self._open()
            self._write(row, self._plain)

    def finish(self) -> Iterator[bytes]:
        """Write the foot and end; the file, a part at a time."""
        self.append(self._sheet.foot)
        self._book.close()
        self._file.seek(0)
        while part := self._file.read(PART_BYTES):
            yield part
        self._file.close()

    def _open(self) -> None:
        self._sheets += 1
        more = f" ({self._sheets})" if self._sheets > 1 else ""
        self._page = self._book.add_worksheet(f"{self._sheet.name}{more}")
        self._written = 0
        for place, width in enumerate(self._sheet.widths):
            self._page.set_column(place, place, width)
        for merged in self._sheet.merged:
            self._page.merge_range(merged, "", self._heading)
        for row in self._sheet.head:
            self._write(row, self._heading)

    def _write(self, row: Row, style: Format) -> None:
        for place, value in enumerate(row):
            if value is not None and value != "":
                text = UNWRITABLE.sub("", value) if isinstance(value, str) else value
                self._page.write(self._written, place, text, style)
        self._written += 1
