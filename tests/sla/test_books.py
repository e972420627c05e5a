"""Tracking books: numbers without a gap, whatever the batches; paper, sheets, closing."""

import csv
import io
import random
from typing import Any

import asyncpg
import openpyxl
import pytest

from shared.events import DossierReturned, WayOfReturn
from tests.conftest import Client, ServiceClient, Token
from tests.shared.pictures import words_of
from tests.sla.api_lives import NOW
from tests.sla.factories import at, imported, life, make_accepted, make_calendar, published
from tests.sla.facts import resolved
from tests.sla.stream import deliver, deliver_in_batches

AGENCY, FIELD = "H20.40.01", "Hộ tịch"
BOOK = f"/v1/tracking-books/{AGENCY}/{FIELD}/2026"


async def numbers(connection: asyncpg.Connection) -> dict[tuple[Any, ...], list[int]]:
    found: dict[tuple[Any, ...], list[int]] = {}
    for row in await connection.fetch("select * from book_entry order by 1, 2, 3, 4"):
        found.setdefault((row["agency"], row["field"], row["year"]), []).append(row["number"])
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_each_one_stop_field_and_year_counts_for_itself(
    connection: asyncpg.Connection, seed: int
) -> None:
    chance = random.Random(seed)
    accepted = [
        make_accepted(
            at(f"{chance.choice((2025, 2026))}-03-{chance.randint(10, 28)} 09:00"),
            receiving_agency=chance.choice(("H20.40.01", "H20.40.02")),
            field=chance.choice((FIELD, "Đất đai")),
        )
        for _ in range(120)
    ]
    told = [imported([one]) if chance.random() < 0.3 else life([one])[0] for one in accepted]

    await deliver_in_batches(connection, told, chance)

    books = await numbers(connection)
    assert len(books) == 8
    assert all(given == list(range(1, len(given) + 1)) for given in books.values())
    assert sum(map(len, books.values())) == 120
    last = await connection.fetch("select * from book")
    assert {tuple(row)[:3]: row["last"] for row in last} == {
        place: len(given) for place, given in books.items()
    }


@pytest.fixture
async def office(service_client: ServiceClient) -> Client:
    client = await service_client("sla", at=NOW)
    connection = await asyncpg.connect(client.database_url)
    returned = DossierReturned(
        way_of_return=WayOfReturn.COUNTER, returned_at=at("2026-03-05 09:00")
    )
    first = make_accepted(at("2026-03-02 08:00"), code="H20.40.01-260302-0001")
    second = make_accepted(at("2026-03-02 09:00"), code="H20.40.01-260302-0002")
    ended = life([first, resolved("2026-03-04 08:00"), returned])
    await deliver(connection, [published(make_calendar()), *ended, *life([second])])
    await connection.close()
    return client


async def test_entries_tell_what_became_of_each_dossier(office: Client) -> None:
    books = (await office.http.get("/v1/tracking-books", params={"year": 2026})).json()["items"]
    assert [(book["field"], book["entries"], book["closed_at"]) for book in books] == [
        (FIELD, 2, None)
    ]
    page = (await office.http.get(BOOK, params={"limit": 1})).json()
    [entry] = page["items"]
    assert (entry["number"], entry["code"]) == (1, "H20.40.01-260302-0001")
    assert entry["returned_at"] == "2026-03-05T09:00:00+07:00"
    rest = (await office.http.get(BOOK, params={"beyond": page["next"]})).json()
    assert [entry["number"] for entry in rest["items"]] == [2]
    assert rest["next"] is None


async def test_the_book_is_printed_with_people_that_nobody_keeps(office: Client) -> None:
    people = {"H20.40.01-260302-0001": "Nguyễn Thị An, ấp Tân Hòa, 0901234567"}
    pdf = await office.http.post(f"{BOOK}/print", json={"people": people})
    words = words_of(pdf.content)
    for said in ("SỔ THEO DÕI HỒ SƠ", "Mẫu số 07", "Nguyễn Thị An", "09:00 05/03/2026"):
        assert said in words, said
    tables = "book", "book_entry", "life", "outbox"
    connection = await asyncpg.connect(office.database_url)
    kept = str([list(map(dict, await connection.fetch(f"table {name}"))) for name in tables])
    await connection.close()
    assert "Nguyễn" not in kept
    assert "0901234567" not in kept


async def test_the_book_comes_as_sheets_line_by_line(office: Client) -> None:
    asked: dict[str, Any] = {"json": {"people": {"H20.40.01-260302-0002": "Trần Văn Được"}}}
    written = await office.http.post(f"{BOOK}/print", params={"as": "csv"}, **asked)
    lines = list(csv.reader(io.StringIO(written.content.decode("utf-8-sig"))))
    book = await office.http.post(f"{BOOK}/print", params={"as": "xlsx"}, **asked)
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    cells = [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
    assert lines[1][:3] == ["STT", "Mã hồ sơ", "Tên thủ tục hành chính"]
    assert [line[3] for line in lines[2:]] == ["", "Trần Văn Được"]
    assert [row[: len(line)] for row, line in zip(cells, lines, strict=True)] == lines


async def test_a_closed_book_goes_on_numbering_and_says_so(
    office: Client, service_client: ServiceClient, token: Token
) -> None:
    closed = await office.http.post(f"{BOOK}/closing")
    assert (closed.status_code, closed.json()["closed_with"]) == (200, 2)
    again = await office.http.post(f"{BOOK}/closing")
    assert (again.status_code, again.json()["code"]) == (409, "book_closed")
    connection = await asyncpg.connect(office.database_url)
    await deliver(connection, life([make_accepted(at("2026-03-03 08:00"))]))
    await connection.close()
    page = (await office.http.get(BOOK)).json()
    assert [(entry["number"], entry["after_closing"]) for entry in page["items"]] == [
        (1, False),
        (2, False),
        (3, True),
    ]
    stranger = await service_client(
        "sla", bearer=token("leader", agencies=["H30"]), database_url=office.database_url
    )
    assert (await stranger.http.get(BOOK)).status_code == 404
    assert (await stranger.http.post(f"{BOOK}/closing")).status_code == 404
    assert (await stranger.http.get("/v1/tracking-books")).json()["items"] == []


async def test_paper_is_bounded(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sla.books.printing.PRINTED_MAX", 1)
    answer = await office.http.post(f"{BOOK}/print", json={})
    assert (answer.status_code, answer.json()["code"]) == (422, "print_too_long")
    answer = await office.http.post(f"{BOOK}/print", json={"first": 2, "last": 2})
    assert answer.status_code == 200
