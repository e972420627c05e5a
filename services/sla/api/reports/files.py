"""Answers that are files: CSV and XLSX, sent as they are written."""

from collections.abc import AsyncIterable, Sequence
from typing import Any

from fastapi.responses import StreamingResponse

from services.sla.api.reports.asked import Shape
from shared.sheets import Row, Sheet, csv_chunks, xlsx_chunks

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENTS: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}, XLSX: {}}}}
"""For the description of a route that also answers with files."""


def answer_file(
    shape: Shape, name: str, sheet: Sheet, pages: AsyncIterable[Sequence[Row]]
) -> StreamingResponse:
    """Send a table as the file that was asked for."""
    chunks, media_type = (
        (xlsx_chunks(sheet, pages), XLSX)
        if shape is Shape.XLSX
        else (csv_chunks(sheet, pages), CSV)
    )
    disposition = f'attachment; filename="{name}.{shape.value}"'
    return StreamingResponse(
        chunks, media_type=media_type, headers={"Content-Disposition": disposition}
    )
