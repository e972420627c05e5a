"""Routes of the tracking books."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from services.sla.api.clocks import WATCHERS
from services.sla.api.reports.asked import Shape
from services.sla.api.reports.files import CONTENTS, answer_file
from services.sla.books import printing as layout
from services.sla.books import reading
from services.sla.books.reading import Which
from services.sla.schemas.books import BookView, EntryView, PrintIn
from shared import printing
from shared.clock import Now
from shared.database import Databases
from shared.errors import Unprocessable
from shared.identity import Principal, Role, requires
from shared.paging import Cursor, Limit, Page

NAME = "select coalesce((select name from agency_copy where code = $1), $1)"
router = APIRouter(prefix="/v1/tracking-books", tags=["tracking-books"])
Reader = Annotated[Principal, requires(*WATCHERS)]
Printer = Annotated[Principal, requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER)]
Head = Annotated[Principal, requires(Role.LEADER)]
Agency = Annotated[str, Path(max_length=64, pattern=r"^[A-Z0-9.]+$")]
FieldName = Annotated[str, Path(max_length=200)]
Year = Annotated[int, Path(ge=1900, le=9999)]
As = Annotated[Literal["pdf", "csv", "xlsx"], Query(alias="as")]


@router.get("", operation_id="list_tracking_books", summary="Các sổ theo dõi / tracking books")
async def list_tracking_books(
    *,
    principal: Reader,
    database: Databases,
    agency: Annotated[str | None, Query(max_length=64, pattern=r"^[A-Z0-9.]+$")] = None,
    year: Annotated[int | None, Query(ge=1900, le=9999)] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[BookView]:
    """By agency, field and year."""
    async with database.statements() as connection:
        rows, following = await reading.list_of(
            connection, principal, agency=agency, year=year, after=after, limit=limit
        )
    return Page(items=[BookView(**dict(row)) for row in rows], next=following)


@router.get(
    "/{agency}/{field}/{year}",
    operation_id="list_tracking_book_entries",
    summary="Sổ theo dõi hồ sơ / entries of a tracking book",
)
async def list_tracking_book_entries(
    *,
    agency: Agency,
    field: FieldName,
    year: Year,
    principal: Reader,
    database: Databases,
    beyond: Annotated[int, Query(ge=0, le=2_000_000_000)] = 0,
    limit: Limit = 50,
) -> Page[EntryView]:
    """In the order of their numbers; `next` is the number to go on beyond."""
    which = Which(agency, field, year)
    async with database.statements() as connection:
        book = await reading.get(connection, principal, which)
        rows = await reading.page(
            connection, which, beyond=beyond, last=book["entries"], limit=limit
        )
    more = bool(rows) and rows[-1]["number"] < book["entries"]
    following = str(rows[-1]["number"]) if more else None
    return Page(items=[EntryView(**dict(row)) for row in rows], next=following)


@router.post(
    "/{agency}/{field}/{year}/print",
    operation_id="print_tracking_book",
    summary="In sổ theo dõi / print a tracking book",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}} | CONTENTS[200]["content"]}},
)
async def print_tracking_book(
    *,
    agency: Agency,
    field: FieldName,
    year: Year,
    given: PrintIn,
    principal: Printer,
    database: Databases,
    now: Now,
    wanted: As = "pdf",
) -> Response:
    """With the people that the caller names; sheets are streamed, paper is bounded."""
    which = Which(agency, field, year)
    async with database.statements() as connection:
        book = await reading.get(connection, principal, which)
        name = await connection.fetchval(NAME, agency)
    last = min(given.last, book["entries"])
    pages = reading.pages(database, which, given.first, last)
    file = f"so-theo-doi-{agency}-{year}"
    if wanted != "pdf":
        lines = layout.lines(pages, given.people)
        return answer_file(Shape(wanted), file, layout.sheet(which), lines)
    if last - given.first >= layout.PRINTED_MAX:
        raise Unprocessable(
            f"Mỗi lần in tối đa {layout.PRINTED_MAX} dòng; hãy in từng phần hoặc xuất bảng tính.",
            code="print_too_long",
        )
    entries = [line async for page in layout.lines(pages, given.people) for line in page]
    paper = layout.document(which, name, entries, now)
    disposition = f'attachment; filename="{file}.pdf"'
    return Response(
        await printing.pdf(paper),
        media_type="application/pdf",
        headers={"Content-Disposition": disposition},
    )


@router.post(
    "/{agency}/{field}/{year}/closing",
    operation_id="close_tracking_book",
    summary="Khóa sổ theo dõi / close a tracking book",
)
async def close_tracking_book(
    *, agency: Agency, field: FieldName, year: Year, principal: Head, database: Databases, now: Now
) -> BookView:
    """What is told later goes on numbering behind the last number."""
    which = Which(agency, field, year)
    async with database.raw() as connection:
        await reading.close(connection, principal, which, now)
        return BookView(**dict(await reading.get(connection, principal, which)))
