"""Files come in whole or not at all, are told by content, and go out by short links."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.types import Message, Scope

from services.intake.files import keeping
from tests.conftest import Token
from tests.intake.conftest import MONDAY, Office, Officers, StartOffice
from tests.intake.papers import (
    DOCX,
    MACRO,
    PDF,
    PNG,
    SIGNED_XML,
    a_pdf,
    append,
    in_goes,
    send,
    sent,
    sha256,
)

MIB = 1024 * 1024
OnDisk = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OnDisk:
    """What lies in the directory of files; `on_disk()` names it."""
    monkeypatch.setenv("MOTCUA_FILES_DIR", str(tmp_path / "files"))
    return lambda: sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


async def test_a_file_is_what_it_contains_whatever_it_is_called(
    office: Office, on_disk: OnDisk
) -> None:
    for content, extension in ((PDF, "pdf"), (PNG, "png"), (DOCX, "docx"), (SIGNED_XML, "xml")):
        answer = await send(office, content, "../../etc/Bản khai.exe")
        file = answer.json()
        assert (answer.status_code, file["state"]) == (201, "usable")
        shown = (await office.get(f"/v1/files/{file['id']}")).json()
        assert (shown["name"], file["size"]) == (f"Bản khai.{extension}", len(content))
        assert file["sha256"] in on_disk()


async def test_nothing_stays_of_a_kind_that_is_not_taken(office: Office, on_disk: OnDisk) -> None:
    for content in (b"<html></html>", b"%PDF-1.7 cut off", MACRO):
        answer = await send(office, content, "giay.pdf")
        assert (answer.status_code, answer.json()["code"]) == (422, "file_kind_refused")
    empty = await send(office, b"")

    assert (empty.status_code, empty.json()["code"]) == (422, "file_empty")
    assert on_disk() == []
    assert await office.rows("select * from file") == []


async def test_a_file_too_large_is_refused_while_it_streams(
    start_office: StartOffice, on_disk: OnDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_FILES_BYTES_MAX", str(MIB))
    office = await start_office()

    async def endless() -> AsyncIterator[bytes]:
        yield PDF
        while True:
            yield b"x" * 65536

    answer = await office.http.post("/v1/files", content=endless())
    announced = await office.http.post("/v1/uploads", json={"size": MIB + 1, "sha256": sha256(b"")})

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert announced.status_code == 413
    assert on_disk() == []


async def test_of_a_sender_who_hangs_up_nothing_stays(office: Office, on_disk: OnDisk) -> None:
    said: Iterator[Message] = iter(
        [
            {"type": "http.request", "body": PDF + b"x" * 3 * MIB, "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    answered: list[int] = []

    async def receive() -> Message:
        return next(said)

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    authorization = office.http.headers["Authorization"].encode()
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/files",
        "raw_path": b"/v1/files",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"authorization", authorization)],
        "client": ("127.0.0.1", 1),
        "server": ("service", 80),
    }

    await office.app(scope, receive, answer)

    assert answered == [499]
    assert on_disk() == []
    assert await office.rows("select * from file") == []


async def test_the_same_key_and_content_make_one_file(office: Office, on_disk: OnDisk) -> None:
    first = await send(office, PDF, **{"Idempotency-Key": "k1"})
    again = await send(office, PDF, **{"Idempotency-Key": "k1"})
    other = await send(office, a_pdf("other"), **{"Idempotency-Key": "k1"})

    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert on_disk() == [sha256(PDF)]


async def test_the_same_content_of_two_people_is_kept_once(
    office: Office, officers: Officers, on_disk: OnDisk
) -> None:
    lan = await officers("counter", "lan")

    mine, hers = await sent(office), await sent(lan)

    assert mine["id"] != hers["id"]
    assert on_disk() == [sha256(PDF)]
    assert (await lan.get(f"/v1/files/{mine['id']}")).status_code == 404
    assert (await lan.http.post(f"/v1/files/{mine['id']}/link")).status_code == 404
    assert (await lan.get(f"/v1/files/{hers['id']}")).json()["sha256"] == sha256(PDF)
    upload = await in_goes(office, PDF, [10])
    for answer in (
        await lan.get(f"/v1/uploads/{upload['id']}"),
        await append(lan, upload, 10, PDF[10:]),
        await lan.http.post(f"/v1/uploads/{upload['id']}/completion"),
        await lan.http.delete(f"/v1/uploads/{upload['id']}"),
    ):
        assert answer.status_code == 404


async def test_beyond_the_places_for_bodies_nobody_waits(office: Office) -> None:
    places = office.app.state.intake.taking_in
    taken = [places.acquire() for _ in range(8)]
    await asyncio.gather(*taken)
    try:
        busy = await send(office, PDF)
    finally:
        for _ in taken:
            places.release()

    assert (busy.status_code, busy.json()["code"]) == (503, "uploads_busy")
    assert busy.headers["Retry-After"] == "5"
    assert (await send(office, PDF)).status_code == 201


async def test_a_link_gives_the_content_to_be_saved_for_a_short_while(
    office: Office, start_office: StartOffice
) -> None:
    content = a_pdf("x" * MIB)
    named = {"Content-Disposition": "attachment; filename*=UTF-8''%C4%90%C6%A1n%20xin.pdf"}
    file = (await office.http.post("/v1/files", content=content, headers=named)).json()
    stranger = await start_office(bearer="")

    link = (await office.http.post(f"/v1/files/{file['id']}/link")).json()
    answer = await stranger.http.get(link["url"])
    forged = await stranger.http.get(link["url"][:-1] + ("0" if link["url"][-1] != "0" else "1"))
    lengthened = await stranger.http.get(link["url"].replace("until=17", "until=18"))
    stranger.clock(MONDAY + timedelta(seconds=301))
    late = await stranger.http.get(link["url"])

    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%C4%90%C6%A1n%20xin.pdf" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert link["expires_at"] == "2026-03-02T08:05:00+07:00"
    assert [answer.status_code for answer in (forged, lengthened, late)] == [404, 404, 404]


async def test_what_a_file_is_called_and_who_sent_it_is_nowhere_in_clear(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    person = await start_office(bearer=token("citizen", subject="087200001234", agencies=[]))

    reporter, nobody = await start_office(bearer=token("reporter")), await start_office(bearer="")

    await send(person, PDF, "CCCD 087200009999.pdf", **{"Idempotency-Key": "k"})

    assert (await send(reporter, PDF)).status_code == 403
    assert (await send(nobody, PDF)).status_code == 401
    (file,) = await office.rows("select t::text as line from file t")
    (kept,) = await office.rows("select t::text as line from idempotency t")
    for secret in ("087200001234", "087200009999"):
        assert secret not in file["line"] + kept["line"]
        assert secret.encode().hex() not in file["line"] + kept["line"]


async def test_a_broken_line_goes_on_where_it_broke(office: Office, on_disk: OnDisk) -> None:
    content = a_pdf("y" * 200_000)
    upload = await in_goes(office, content, [100_000])

    ahead = await append(office, upload, 150_000, content[150_000:])
    stands = await office.get(f"/v1/uploads/{upload['id']}")
    early = await office.http.post(f"/v1/uploads/{upload['id']}/completion")
    await append(office, upload, 100_000, content[100_000:])
    file = (await office.http.post(f"/v1/uploads/{upload['id']}/completion")).json()
    again = (await office.http.post(f"/v1/uploads/{upload['id']}/completion")).json()

    assert (ahead.status_code, ahead.json()["code"]) == (409, "upload_offset")
    assert (ahead.headers["Upload-Offset"], ahead.json()["received"]) == ("100000", 100_000)
    assert stands.headers["Upload-Offset"] == "100000"
    assert (early.status_code, early.json()["code"]) == (409, "upload_incomplete")
    assert (file["id"], file["sha256"]) == (upload["id"], sha256(content))
    assert again == file
    assert on_disk() == [sha256(content)]
    assert await office.rows("select * from upload") == []


async def test_of_a_piece_sent_twice_at_once_one_counts(office: Office, on_disk: OnDisk) -> None:
    content = a_pdf("z" * 50_000)
    upload = await in_goes(office, content, [])

    answers = await asyncio.gather(*(append(office, upload, 0, content) for _ in range(4)))
    done = await asyncio.gather(
        *(office.http.post(f"/v1/uploads/{upload['id']}/completion") for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["id"] for answer in done} == {upload["id"]}
    assert on_disk() == [sha256(content)]


async def test_a_file_that_is_not_what_was_announced_is_gone(
    office: Office, on_disk: OnDisk
) -> None:
    cut = b"%PDF-1.7 no end"
    for content, digest, code in (
        (PDF, sha256(b"another"), "digest_differs"),
        (cut, sha256(cut), "file_kind_refused"),
    ):
        upload = await in_goes(office, content, [len(content)], digest)
        answer = await office.http.post(f"/v1/uploads/{upload['id']}/completion")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert (await office.get(f"/v1/uploads/{upload['id']}")).status_code == 404

    assert on_disk() == []


async def test_a_piece_beyond_the_announced_size_is_refused(
    office: Office, on_disk: OnDisk
) -> None:
    upload = await in_goes(office, PDF, [10])

    beyond = await append(office, upload, 10, PDF[10:] + b"!")
    empty = await append(office, upload, 10, b"")
    kept = on_disk()
    given_up = await office.http.delete(f"/v1/uploads/{upload['id']}")

    assert (beyond.status_code, beyond.json()["code"]) == (413, "beyond_size")
    assert (empty.status_code, empty.json()["code"]) == (422, "piece_empty")
    assert len(kept) == 1
    assert given_up.json()["received"] == 10
    assert on_disk() == []


async def test_a_crash_between_content_and_row_leaves_no_row_that_points_to_nothing(
    office: Office, on_disk: OnDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise SystemError

    monkeypatch.setattr(keeping, "sent", crash)
    with pytest.raises(SystemError):
        await send(office, PDF)
    monkeypatch.undo()

    assert on_disk() == [sha256(PDF)]
    assert await office.rows("select * from file") == []
