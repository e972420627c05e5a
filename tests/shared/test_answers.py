"""The layer that finishes a GET's answer, around the smallest application."""

import gzip
from typing import Any

import httpx
import orjson
import pytest
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp

from shared.answers import GZIP_BYTES_MIN, Answers, versions_named

LONG = {
    "items": [{"code": f"H20-{n}", "status": {"code": n, "name": "đã nhận"}} for n in range(99)]
}


async def ask(app: ASGIApp, path: str = "/", method: str = "GET", **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(Answers(app))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://service", headers={"Accept-Encoding": "identity"}
    ) as http:
        return await http.request(method, path, headers=named)


async def test_an_answer_is_named_by_its_content_and_not_sent_twice() -> None:
    first = await ask(JSONResponse({"a": 1}))
    name = first.headers["etag"]

    same = await ask(JSONResponse({"a": 1}), if_none_match=f'"other", W/{name}')
    other = await ask(JSONResponse({"a": 2}), if_none_match=name)

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", name)
    assert {"content-type", "content-length"}.isdisjoint(same.headers)
    assert (other.status_code, other.headers["etag"] != name) == (200, True)
    assert first.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("application/schema+json", True),
        ("application/json; charset=utf-8", True),
        ("application/jsonl", False),
        ("text/json", False),
    ],
)
async def test_every_kind_of_json_is_named(kind: str, named: bool) -> None:
    shown = Response(b'{"a":1}', media_type=kind)
    first = await ask(shown)

    same = await ask(shown, if_none_match=first.headers.get("etag", "none"))

    assert ("etag" in first.headers, same.status_code) == (named, 304 if named else 200)


async def test_a_rows_version_and_the_routes_own_caching_stand() -> None:
    shown = JSONResponse({"a": 1}, headers={"ETag": '"7"', "Cache-Control": "no-store"})

    first = await ask(shown)
    same = await ask(shown, if_none_match='"7"')

    assert (first.headers["etag"], first.headers["cache-control"]) == ('"7"', "no-store")
    assert (same.status_code, same.headers["cache-control"]) == (304, "no-store")


async def test_what_changes_within_a_rows_version_is_seen_and_the_version_stays_readable() -> None:
    def shown(content: Any) -> ASGIApp:
        return Answers(JSONResponse(content, headers={"ETag": '"7"'}), versioned=True)

    first = await ask(shown({"a": 1}))
    name = first.headers["etag"]

    same = await ask(shown({"a": 1}), if_none_match=name)
    moved = await ask(shown({"a": 2}), if_none_match=name)

    assert name.startswith('"7-')
    assert (same.status_code, moved.status_code) == (304, 200)
    assert versions_named(f"W/{name}") == {7}


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "GZIP"])
async def test_a_long_answer_is_pressed_once_for_who_takes_it(accepted: str) -> None:
    shown = JSONResponse(LONG, headers={"ETag": '"7"'})

    answer = await ask(shown, accept_encoding=accepted)
    same = await ask(shown, accept_encoding=accepted, if_none_match=answer.headers["etag"])

    assert answer.json() == LONG
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(orjson.dumps(LONG)) / 2
    assert (answer.headers["etag"], answer.headers["vary"]) == ('W/"7"', "Accept-Encoding")
    assert same.status_code == 304


@pytest.mark.parametrize("refused", ["identity", "br", "gzip;q=0", "gzip; q=0.000"])
async def test_who_does_not_take_gzip_gets_none(refused: str) -> None:
    answer = await ask(JSONResponse(LONG), accept_encoding=refused)

    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "shown",
    [
        JSONResponse({"a": "b" * (GZIP_BYTES_MIN - 10)}),
        JSONResponse(LONG, status_code=404),
        Response(b"x" * 5000, media_type="text/csv"),
        StreamingResponse(iter([b"[1,", b"2]"] * 999), media_type="application/json"),
    ],
)
async def test_what_gains_nothing_goes_through_unpressed(shown: Response) -> None:
    assert "content-encoding" not in (await ask(shown, accept_encoding="gzip")).headers


async def test_what_is_pressed_already_is_left_alone() -> None:
    body = gzip.compress(orjson.dumps(LONG))
    shown = Response(body, media_type="application/json", headers={"Content-Encoding": "gzip"})

    answer = await ask(shown, accept_encoding="gzip")

    assert (answer.json(), len(answer.headers.get_list("content-encoding"))) == (LONG, 1)


async def test_only_an_answer_to_a_get_is_named() -> None:
    assert "etag" not in (await ask(JSONResponse({"a": 1}), method="POST")).headers


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("code", {"code": "X"}),
        ("status.name,nothing", {"status": {"name": "n"}}),
        ("status,status.name", {"status": {"code": 1, "name": "n", "more": {"at": 5, "by": 6}}}),
        ("status.more.at,status.code", {"status": {"code": 1, "more": {"at": 5}}}),
        ("papers.id", {"papers": [{"id": 1}, {"id": 2}]}),
        ("code.of", {"code": "X"}),
    ],
)
async def test_only_the_fields_asked_for_are_sent(asked: str, shown: Any) -> None:
    dossier = {
        "code": "X",
        "status": {"code": 1, "name": "n", "more": {"at": 5, "by": 6}},
        "papers": [{"id": 1, "copies": 2}, {"id": 2, "copies": 0}],
    }

    answer = await ask(JSONResponse(dossier), f"/?fields={asked}")

    assert answer.json() == shown
    assert (await ask(JSONResponse(dossier), f"/?fields={asked}&fields=papers")).json() == (
        shown | {"papers": dossier["papers"]}
    )


async def test_a_cut_page_still_leads_to_the_next() -> None:
    page = {"items": [{"code": "X", "next": 5}], "next": "cursor", "more": 1}

    answer = await ask(JSONResponse(page), "/?fields=items.code")

    assert answer.json() == {"items": [{"code": "X"}], "next": "cursor"}


@pytest.mark.parametrize(
    "asked", ["", "a,,b", "a.", "a b", "đ", ".".join("abcdefghi"), ",".join(["a"] * 51)]
)
async def test_malformed_fields_are_refused_before_anything_is_done(asked: str) -> None:
    answer = await ask(JSONResponse({"a": 1}), f"/?fields={asked}")

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
