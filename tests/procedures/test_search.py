"""Search: people type without marks, in either spelling, mistyped, or by a code."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event

from services.procedures.search.queries import Search, list_in_force
from services.procedures.search.sayings import SAYINGS
from shared.database import Database
from tests.conftest import Client
from tests.procedures.factories import Json, make_record
from tests.procedures.large_catalogue import enlarge
from tests.procedures.published import publish_record

PAGES_MAX = 200
MORE_PROCEDURES = 2000

FIRST = {
    "đăng ký khai sinh": "1.001193",
    "dang ky khai sinh": "1.001193",
    "khai sinh": "1.001193",
    "đăng kí khai sinh": "1.001193",
    "thủ tục đăng ký khai sinh": "1.001193",
    "1.001193": "1.001193",
    "001193": "1.001193",
    "khia sinh": "1.001193",
    "dang ky khai sin": "1.001193",
    "khai sanh": "1.001193",
    "ket hon": "1.000894",
    "kết hôm": "1.000894",
    "Đăng ký thường trú": "1.004222",
    "thuong tru": "1.004222",
    "thường chú": "1.004222",
    "sao y": "2.000815",
    "doc than": "1.004873",
    "hoà giải viên": "2.000930",
    "lí lịch tư pháp": "3.000333",
    "Tách hộ": "1.010038",
    "di chúc": "2.001019",
    "khai tu": "1.000656",
}
"""What is typed, and the procedure that is meant."""


async def test_what_is_meant_comes_first(catalogue: Client) -> None:
    assert {q: (await codes(catalogue, q=q))[0] for q in FIRST} == FIRST


@pytest.mark.parametrize("q", ["đăng ký khai sinh", "dang ky khai sinh", "KHAI SINH đăng ký"])
async def test_every_word_has_to_be_there(catalogue: Client, q: str) -> None:
    found = await codes(catalogue, q=q)
    assert "1.001193" in found
    assert "1.012753" not in found


async def test_a_code_finds_its_procedure_and_no_similar_ones(catalogue: Client) -> None:
    assert await codes(catalogue, q="1.004222") == ["1.004222"]
    assert await codes(catalogue, q="9.999999") == []


async def test_marks_decide_between_words_that_differ_in_them_only(catalogue: Client) -> None:
    for code, name in (("1.999001", "Cấp giấy bán hàng"), ("1.999002", "Cấp giấy bạn")):
        await publish_record(catalogue.http, make_record(code=code, name=name))
    assert (await codes(catalogue, q="giấy bán"))[:2] == ["1.999001", "1.999002"]
    assert (await codes(catalogue, q="giay ban"))[:2] == ["1.999002", "1.999001"]


async def test_shorter_names_come_first_among_equal_matches(catalogue: Client) -> None:
    found = await items(catalogue, q="khai sinh")
    lengths = [len(item["name"].removeprefix("Thủ tục ")) for item in found]
    assert lengths == sorted(lengths)


async def test_keywords_of_the_record_are_found_too(catalogue: Client) -> None:
    await publish_record(catalogue.http, make_record(keywords="xe ôm công nghệ"))
    assert await codes(catalogue, q="xe om cong nghe") == ["1.999001"]


async def test_a_draft_is_not_found_and_its_words_are_not_learnt(catalogue: Client) -> None:
    await catalogue.http.post("/v1/procedures", json=make_record(name="Nuôi chim yến"))
    assert await codes(catalogue, q="chim yen") == []
    words = await words_of(catalogue.database_url)
    assert "chim" not in words
    path = "/v1/procedures/1.999001/versions/1/publication"
    assert (await catalogue.http.post(path)).is_success
    assert await codes(catalogue, q="cihm yen") == ["1.999001"]


async def test_each_saying_is_met(catalogue: Client) -> None:
    """Where the catalogue holds what is meant, what is said finds just that."""
    for said, meant in SAYINGS.items():
        found = await codes(catalogue, q=said)
        assert set(await codes(catalogue, q=meant)) <= set(found), said


@pytest.mark.parametrize("q", ["%", "_", "  ", "!!"])
async def test_a_search_without_words_is_refused(catalogue: Client, q: str) -> None:
    answer = await catalogue.http.get("/v1/procedures", params={"q": q})
    assert (answer.status_code, answer.json()["code"]) == (422, "search_without_words")


@pytest.mark.parametrize("q", ["đăng ký", "khia sinh", "cấp đất", "giấy phép"])
async def test_pages_of_a_search_join_without_gap_or_repeat(catalogue: Client, q: str) -> None:
    whole = await codes(catalogue, q=q, limit=200)
    assert len(whole) > 2
    assert len(set(whole)) == len(whole)
    assert await codes(catalogue, q=q, limit=2) == whole


async def test_pages_without_a_search_go_by_code(catalogue: Client) -> None:
    whole = await codes(catalogue, limit=200)
    assert whole == sorted(whole)
    assert await codes(catalogue, limit=10) == whole


@pytest.mark.parametrize("cursor", ["x", "WyJ4IiwieSJd", "WzEsMl0", "WyIwIiwiXHUwMDAwIl0"])
async def test_a_made_up_cursor_is_refused(catalogue: Client, cursor: str) -> None:
    answer = await catalogue.http.get("/v1/procedures", params={"after": cursor, "q": "khai"})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_unreadable")


async def test_what_a_procedure_is_filters(catalogue: Client) -> None:
    marked = make_record(
        online_level="partial", linked=True, same_day=True, boundary_free="province"
    )
    await publish_record(catalogue.http, marked)
    await publish_record(catalogue.http, make_record(code="1.999002"))
    for name, value in (
        ("online_level", "partial"),
        ("linked", "true"),
        ("same_day", "true"),
        ("boundary_free", "province"),
    ):
        found = await codes(catalogue, q="giấy phép thử nghiệm", **{name: value})
        assert found == ["1.999001"], name
    unlike = await codes(catalogue, q="giấy phép thử nghiệm", linked="false")
    assert unlike == ["1.999002"]


async def test_an_agency_sees_what_it_handles(catalogue: Client) -> None:
    communal = await codes(catalogue, q="khai sinh", agency="H20.100")
    assert communal[0] == "1.001193"
    assert "3.000333" not in await codes(catalogue, q="lý lịch tư pháp", agency="H20.100")
    unknown = await catalogue.http.get("/v1/procedures", params={"agency": "H99.1234"})
    assert unknown.status_code in {404, 422}


async def test_a_large_catalogue_is_searched_by_index(seeded: str) -> None:
    """What finds few is found by the trigrams of the key, mistyped words by their correction."""
    await enlarge(seeded, MORE_PROCEDURES)
    for text in ("khai tử lưu động", "1.001193", "di chuc", "khia tu luu dong", "sao y"):
        plan = await plan_of(seeded, text)
        assert "Seq Scan on procedure_version" not in plan, f"{text}: {plan}"
        assert "procedure_version_search" in plan


async def plan_of(url: str, text: str) -> str:
    """The plans of the pages that the search reads."""
    database = Database(url, connections_max=1)
    ran: list[tuple[str, Sequence[Any]]] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "ORDER BY" in statement and "procedure_version" in statement:
            ran.append((statement, parameters))

    async with database.sessions() as session:
        await list_in_force(session, Search(on=date(2026, 3, 2), text=text), after=None, limit=50)
    await database.close()
    connection = await asyncpg.connect(url)
    try:
        plans = [
            row[0] for one, given in ran for row in await connection.fetch(f"explain {one}", *given)
        ]
    finally:
        await connection.close()
    return "\n".join(plans)


async def words_of(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        return {row["word"] for row in await connection.fetch("select word from search_word")}
    finally:
        await connection.close()


async def items(catalogue: Client, **params: str | int) -> list[Json]:
    found: list[Json] = []
    for _ in range(PAGES_MAX):
        answer = await catalogue.http.get("/v1/procedures", params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found.extend(page["items"])
        if page["next"] is None:
            return found
        params = params | {"after": page["next"]}
    raise AssertionError("the pages never end")


async def codes(catalogue: Client, **params: str | int) -> list[str]:
    return [str(item["code"]) for item in await items(catalogue, **params)]
