"""The book on paper and in sheets; people are told by whoever prints, and not kept."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.sla.books.reading import Which
from shared.events import FormKind, WayOfReturn
from shared.printing import Column, Document, Side, Table, form_set
from shared.printing.wording import place_and_date, place_of, short_moment
from shared.sheets import Row, Sheet
from shared.working_time import business_date

PRINTED_MAX: Final = 5000
"""More lines are asked for in parts, or as a sheet."""

WAYS: Final = {
    WayOfReturn.COUNTER: "Tại quầy",
    WayOfReturn.POST: "Bưu chính",
    WayOfReturn.ONLINE: "Trực tuyến",
    WayOfReturn.HOME: "Tại nhà",
}
HEAD: Final = (
    *("STT", "Mã hồ sơ", "Tên thủ tục hành chính", "Tên, địa chỉ, số điện thoại"),
    *("Cơ quan chủ trì giải quyết", "Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả"),
    *("Phương thức nhận kết quả", "Ký nhận"),
)
WIDTHS: Final = (8, 28, 50, 40, 36, 18, 18, 18, 18, 14)
SHARES: Final = (0, 3, 4, 4, 3, 2, 2, 2, 2, 2)
AFTER_CLOSING: Final = "(bổ sung sau khi khóa sổ)"


def sheet(which: Which) -> Sheet:
    """The head of the book as a sheet."""
    title = f"Sổ theo dõi hồ sơ – lĩnh vực {which.field} – năm {which.year}"
    return Sheet("Sổ theo dõi", ((title,), HEAD), widths=WIDTHS)


async def lines(
    pages: AsyncIterable[Sequence[Any]], people: Mapping[str, str]
) -> AsyncIterator[Sequence[Row]]:
    """The book's lines, page by page."""
    async for page in pages:
        yield [line(entry, people) for entry in page]


def line(entry: Mapping[str, Any], people: Mapping[str, str]) -> tuple[str, ...]:
    """One line of the book."""
    note = AFTER_CLOSING if entry["after_closing"] else ""
    return (
        str(entry["number"]),
        entry["code"],
        entry["procedure_name"] or entry["procedure"],
        people.get(entry["code"], ""),
        entry["lead_agency_name"] or entry["lead_agency"],
        short_moment(entry["received_at"]),
        _moment(entry["due_at"]),
        _moment(entry["returned_at"]),
        WAYS[WayOfReturn(entry["way_of_return"])],
        note,
    )


def document(which: Which, agency_name: str, entries: Sequence[Row], at: datetime) -> Document:
    """Lay a part of the book out on A4, by the set of forms in force at its year's end."""
    form = form_set(business_date(at)).forms[FormKind.BOOK]
    columns = [
        Column(name, width, Side.CENTER if place == 0 else Side.LEFT)
        for place, (name, width) in enumerate(
            zip(HEAD, (0, 3, 4, 4, 3, 2, 2, 2, 2, 2), strict=True)
        )
    ]
    return Document(
        title=form.title,
        subtitle=f"Lĩnh vực {which.field}, năm {which.year}",
        unit=agency_name,
        label=form.label,
        place_and_date=place_and_date(place_of(agency_name), at),
        issued_at=at,
        paper=form.paper,
        landscape=True,
        blocks=(Table(columns, entries),),
    )


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else short_moment(moment)
