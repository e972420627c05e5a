"""II.06a as a file bears the form's layout, and the JSON's numbers cell by cell."""

import csv
import io
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from services.sla.reports.form import NUMBERS
from services.sla.reports.words import CHANNELS, LEVELS
from shared.events import AgencyLevel
from shared.sheets import Sheet, csv_chunks, one_page, xlsx_chunks
from tests.conftest import ServiceClient
from tests.sla.report_lives import DEPARTMENT, MARCH, NOW, tell_lives

II06A = f"/v1/reports/ii06a?{MARCH}"

HEAD_ROWS = 7
NAMED: dict[str, str] = {
    **{channel.value: text for channel, text in CHANNELS.items()},
    "H20.40.01": "UBND xã Thử",
    DEPARTMENT: "Sở Thử",
    "1.001193": "1.001193 – Đăng ký khai sinh",
}


def cells_of(answer: httpx.Response) -> list[list[Any]]:
    """The rows of the file, whatever its kind, without empty ends."""
    if "csv" in answer.headers["content-type"]:
        text = answer.content.decode("utf-8-sig")
        rows = [[_number(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
    else:
        book = load_workbook(io.BytesIO(answer.content))
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    return [[None if cell == "" else cell for cell in row] for row in rows]


def _number(cell: str) -> Any:
    return int(cell) if cell.lstrip("-").isdigit() else cell


async def test_every_cell_of_the_file_is_the_one_of_the_json(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    await tell_lives(client)

    for group in ("field", "agency", "procedure", "channel"):
        report = (await client.http.get(f"{II06A}&group_by=level,{group}")).json()
        for shape in ("xlsx", "csv"):
            file = await client.http.get(f"{II06A}&group_by={group}&as={shape}")
            rows = cells_of(file)[HEAD_ROWS:]
            notes = next(place for place, row in enumerate(rows) if row[0] == "Ghi chú:")
            assert rows[:notes] == laid_out(report, group), (group, shape)


def laid_out(report: dict[str, Any], group: str) -> list[list[Any]]:
    """The rows of the form that the JSON tells."""
    rows: list[list[Any]] = []
    blocks = [
        (title, [row for row in report["rows"] if row["level"] == level])
        for level, title in LEVELS.items()
    ]
    told = [(title, block) for title, block in blocks if block]
    assert len(told) == 2
    for numeral, (title, block) in zip(("I", "II"), told, strict=True):
        rows.append([numeral, title, *(sum(row[name] for row in block) for name in NUMBERS)])
        rows += [
            [number, NAMED.get(row[group], row[group]), *(row[name] for name in NUMBERS)]
            for number, row in enumerate(block, 1)
        ]
    return [*rows, [None, "Tổng cộng", *(report["totals"][name] for name in NUMBERS)]]


async def test_the_file_bears_the_head_and_the_notes_of_the_form(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    await tell_lives(client)

    file = await client.http.get(
        f"{II06A}&agency={DEPARTMENT}&as=xlsx&receiver=Văn phòng UBND tỉnh"
    )
    rows = cells_of(file)

    assert rows[0][0] == "Biểu số II.06a/VPCP/KSTT"
    assert rows[0][10] == "Đơn vị báo cáo: Sở Thử"
    assert rows[1][2] == "Kỳ báo cáo: từ ngày 01/03/2026 đến ngày 31/03/2026"
    assert rows[1][10] == "Đơn vị nhận báo cáo: Văn phòng UBND tỉnh"
    assert rows[2][10] == "Đơn vị tính: Số hồ sơ thủ tục hành chính"
    assert [cell for cell in rows[3] if cell] == [
        *("STT", "Lĩnh vực giải quyết", "Số lượng hồ sơ tiếp nhận"),
        *("Số lượng hồ sơ đã giải quyết", "Số lượng hồ sơ đang giải quyết"),
    ]
    assert rows[6][2] == "(3)=(4)+(5)+(6)"
    assert [len(row) for row in rows] == [13] * len(rows)
    assert str(rows[-1][0]).startswith("– Kết quả bị thu hồi")
    book = load_workbook(io.BytesIO(file.content))
    assert {"C4:F4", "G4:J4", "K4:M4"} <= {
        str(merged) for merged in book["II.06a"].merged_cells.ranges
    }
    assert file.headers["content-disposition"] == 'attachment; filename="ii06a.xlsx"'


async def test_a_printed_form_has_one_column_of_groups(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)

    for group_by in ("field,agency", "level", ""):
        answer = await client.http.get(f"{II06A}&group_by={group_by}&as=csv")

        assert (answer.status_code, answer.json()["code"]) == (422, "group_not_one")


async def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    sheet = Sheet("Thử", (("=1+1",),))
    rows = [("=2+2", 3), ("@x", -1)]

    book = load_workbook(
        io.BytesIO(b"".join([c async for c in xlsx_chunks(sheet, one_page(rows))]))
    )
    cells = [cell for row in book["Thử"].iter_rows() for cell in row if cell.value is not None]
    text = b"".join([chunk async for chunk in csv_chunks(sheet, one_page(rows))]).decode()

    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=1+1", "s"), ("=2+2", "s"), (3, "n"), ("@x", "s"), (-1, "n"),
    ]  # fmt: skip
    assert text == "\ufeff'=1+1\r\n'=2+2,3\r\n'@x,-1\r\n"


async def test_rows_beyond_a_worksheet_go_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.sheets.SHEET_ROWS_MAX", 3)
    sheet = Sheet("Thử", (("đầu",),))

    async def pages() -> Any:
        for page in range(3):
            yield [(page, 1), (page, 2)]

    book = load_workbook(io.BytesIO(b"".join([c async for c in xlsx_chunks(sheet, pages())])))

    assert book.sheetnames == ["Thử", "Thử (2)", "Thử (3)"]
    assert [sheet.max_row for sheet in book] == [3, 3, 3]


def test_every_level_has_its_words() -> None:
    assert set(LEVELS) == set(AgencyLevel)
