"""A catalogue file is read whole however broken, and compared with what is published."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.procedures import formats
from services.procedures.imports import archives, reading
from services.procedures.imports.forgetting import forget_files
from services.procedures.imports.reading import read_waiting
from services.procedures.records import ProcedureRecord
from shared.database import Database
from tests.conftest import Client, ServiceClient, Token
from tests.procedures.conftest import MONDAY
from tests.procedures.factories import make_record
from tests.procedures.importing import (
    LINES,
    PATH,
    counted,
    items_of,
    lines,
    read,
    record_of,
    send,
    zipped,
)
from tests.procedures.many_records import code_of, generate
from tests.waiting import until


async def test_sound_records_are_read_and_broken_ones_told_by_line(
    catalogue: Client, worker: Database
) -> None:
    sent = await send(catalogue, b"".join(generate(100, 0.15)))
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    await read_waiting(worker)
    view = (await catalogue.http.get(sent.headers["location"])).json()
    assert (view["state"], view["records"], view["bytes_read"]) == ("read", 100, view["bytes"])
    assert view["states"] == {"bad": 14, "new": 85, "changed": 0, "unchanged": 0, "duplicate": 1}
    assert counted(view, "code_repeated") == 2
    bad = await items_of(catalogue, view["id"], state="bad")
    assert all(item["number"] == item["line"] for item in bad)
    assert [(item["line"], item["reason_code"], item["reason_pointer"]) for item in bad[:8]] == [
        (7, "not_json", ""),
        (14, "not_json", ""),
        (20, "not_json", ""),
        (27, "code_missing", "/MATTHC"),
        (34, "code_malformed", "/MATTHC"),
        (40, "channel_unknown", "/CACHTHUCTHUCHIEN/0/KENH"),
        (47, "amount_unreadable", "/CACHTHUCTHUCHIEN/0/THOIGIAN/0/PHILEPHI/0/SOTIEN"),
        (54, "limit_unreadable", "/CACHTHUCTHUCHIEN/0/THOIGIAN/0/THOIGIANGIAIQUYET"),
    ]
    (repeated,) = await items_of(catalogue, view["id"], state="duplicate")
    assert (repeated["line"], repeated["reason_code"]) == (74, "code_repeated")
    whole = (await catalogue.http.get(f"{PATH}/{view['id']}/items/7")).json()
    assert whole["excerpt"] == "đây không phải là JSON"


async def test_a_report_names_bad_records_and_oddities(catalogue: Client, worker: Database) -> None:
    view = await read(catalogue, worker, b"".join(generate(40, 0.15)))
    page = await catalogue.http.get(f"{PATH}/{view['id']}/report")
    assert page.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "- Bản ghi 7 (dòng 7): Không đọc được JSON" in page.text
    assert "Lĩnh vực chưa có trong danh mục (`field_unknown`)" in page.text
    assert code_of(1) in page.text
    rows = await catalogue.http.get(f"{PATH}/{view['id']}/report", params={"format": "csv"})
    assert len(rows.text.splitlines()) == 41
    assert rows.text.startswith("\ufeffBản ghi,Tệp,Dòng,")


async def test_reading_goes_on_where_it_was_cut_off(
    catalogue: Client, worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH_ITEMS", 3)
    sent = await send(catalogue, b"".join(generate(60, 0.2)))
    identity = sent.json()["id"]
    cut_off = asyncio.create_task(read_waiting(worker))

    async def begun() -> bool:
        return bool(await items_of(catalogue, identity))

    await until(begun, seconds=10, what="a first batch")
    cut_off.cancel()
    await asyncio.gather(cut_off, return_exceptions=True)
    half = (await catalogue.http.get(f"{PATH}/{identity}")).json()
    assert half["state"] == "reading"
    assert 0 < half["records"] < 60
    await read_waiting(worker)
    found = await items_of(catalogue, identity)
    assert [item["line"] for item in found] == list(range(1, 61))
    assert [item["line"] for item in found if item["state"] == "duplicate"] == [55]


async def test_what_only_the_source_has_fields_for_is_a_change_until_it_is_published(
    catalogue: Client, worker: Database
) -> None:
    known = (await catalogue.http.get("/v1/procedures/1.004222")).json()["record"]
    exported = formats.write(ProcedureRecord.model_validate(known), formats.Shape.NATIONAL)
    remarked = json.dumps(exported | {"GHICHUNGUON": "đã đối chiếu"}).encode()
    view = await read(catalogue, worker, remarked)
    assert view["states"]["changed"] == 1
    item = (await catalogue.http.get(f"{PATH}/{view['id']}/items/1")).json()
    assert [(one["pointer"], one["after"]) for one in item["differences"]] == [
        ("/as_received", ["/GHICHUNGUON"])
    ]


@pytest.mark.parametrize("form", ["lines", "list", "wrapped", "zip"])
async def test_every_form_gives_the_same_records(
    catalogue: Client, worker: Database, form: str
) -> None:
    records = [make_record(code=f"1.99900{n}") for n in range(1, 4)]
    lines = "\n".join(map(json.dumps, records)).encode()
    content, kind = {
        "lines": (lines, LINES),
        "list": (json.dumps(records, indent=1).encode(), "application/json"),
        "wrapped": (json.dumps({"meta": {}, "procedures": records}).encode(), "application/json"),
        "zip": (
            zipped(("a/1.json", json.dumps(records[0])), ("b.jsonl", json.dumps(records[1]))
                   , ("đọc tôi.txt", "…"), ("c.JSON", json.dumps({"data": records[2:]}))),
            "application/zip",
        ),
    }[form]  # fmt: skip
    view = await read(catalogue, worker, content, kind=kind)
    assert (view["state"], view["states"]["new"]) == ("read", 3)
    found = await items_of(catalogue, view["id"])
    sound = [(item["code"], item["member"]) for item in found if item["code"]]
    members = ["a/1.json", "b.jsonl", "c.JSON"] if form == "zip" else [None] * 3
    assert sound == list(zip(["1.999001", "1.999002", "1.999003"], members, strict=True))
    refused = [item["reason_code"] for item in found if item["state"] == "bad"]
    assert refused == (["member_unknown"] if form == "zip" else [])


async def test_a_broken_archive_fails_and_a_broken_member_only_itself(
    catalogue: Client, worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = zipped(*((f"{n}.json", json.dumps(make_record(code=f"1.99900{n}"))) for n in (1, 2)))
    damaged = bytearray(sound)
    damaged[40] ^= 0xFF
    view = await read(catalogue, worker, bytes(damaged), kind="application/zip")
    found = await items_of(catalogue, view["id"])
    assert [(item["reason_code"], item["code"]) for item in found] == [
        ("member_broken", None),
        (None, "1.999002"),
    ]
    cut = await read(catalogue, worker, sound[:-30], kind="application/zip")
    assert (cut["state"], cut["failure_code"]) == ("failed", "archive_broken")
    monkeypatch.setattr(archives, "UNPACKED_BYTES_MAX", 1000)
    bomb = await read(catalogue, worker, zipped(("a.json", " " * 2000)), kind="application/zip")
    assert (bomb["state"], bomb["failure_code"]) == ("failed", "archive_too_large")


async def test_the_same_file_is_the_same_import_unless_meant_again(
    catalogue: Client, worker: Database
) -> None:
    content = json.dumps(make_record()).encode()
    first = await read(catalogue, worker, content)
    second = await send(catalogue, content)
    assert (second.status_code, second.json()["id"]) == (200, first["id"])
    third = await send(catalogue, content, again=True)
    assert third.status_code == 202
    assert third.json()["id"] != first["id"]
    listed = (await catalogue.http.get(PATH)).json()["items"]
    assert {one["id"] for one in listed} == {first["id"], third.json()["id"]}


async def test_a_record_is_compared_with_what_is_published(
    catalogue: Client, worker: Database
) -> None:
    known = (await catalogue.http.get("/v1/procedures/1.004222")).json()["record"]
    exported = formats.write(ProcedureRecord.model_validate(known), formats.Shape.NATIONAL)
    changed = json.loads(json.dumps(exported))
    changed["TENTTHC"] = "Đăng ký thường trú (mới)"
    del changed["THANHPHANHOSO"][0]["GIAYTO"][0]
    same = await read(catalogue, worker, json.dumps(exported).encode())
    assert same["states"]["unchanged"] == 1
    other = await read(catalogue, worker, json.dumps(changed).encode())
    assert other["states"]["changed"] == 1
    item = (await catalogue.http.get(f"{PATH}/{other['id']}/items/1")).json()
    assert item["base_version"] == 1
    told = [(one["pointer"], one["kind"]) for one in item["differences"]]
    assert told == [("/name", "changed"), ("/groups/0/components/0", "removed")]


async def test_files_are_forgotten_and_findings_stay(catalogue: Client, worker: Database) -> None:
    view = await read(catalogue, worker, lines(record_of(1)))
    async with worker.raw() as connection:
        await connection.execute("update procedure_import set read_at = $1", MONDAY)
    for days_later, left in ((89, 1), (91, 0)):
        await forget_files(worker, days=90, now=MONDAY + timedelta(days=days_later))
        async with worker.raw() as connection:
            counted = await connection.fetchval("select count(*) from procedure_import_chunk")
        assert counted == left
    kept = (await catalogue.http.get(f"{PATH}/{view['id']}")).json()
    assert kept["forgotten_at"] is not None
    assert len(await items_of(catalogue, view["id"])) == 1


async def test_a_file_without_end_leaves_nothing(
    service_client: ServiceClient, seeded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCEDURES_IMPORT_BYTES_MAX", str(2**20))
    catalogue = await service_client("procedures", database_url=seeded)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 100_000

    kind = {"Content-Type": LINES}
    answer = await catalogue.http.post(PATH, content=endless(), headers=kind)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    for content, headers, code in (
        (b"", kind, "file_empty"),
        (b"{}", {"Content-Type": "application/zip"}, "not_an_archive"),
        (b"{}", {"Content-Type": "text/html"}, "content_type_unknown"),
    ):
        refused = await catalogue.http.post(PATH, content=content, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await catalogue.http.get(PATH)).json()["items"] == []


async def test_only_catalogue_officers_see_imports(catalogue: Client, token: Token) -> None:
    for method, path in (("GET", PATH), ("POST", PATH), ("GET", f"{PATH}/{'0' * 32}")):
        for role in ("citizen", "operator", "leader"):
            bearer = {"Authorization": f"Bearer {token(role)}"}
            answer = await catalogue.http.request(method, path, headers=bearer)
            assert answer.status_code == 403, (method, path, role)
    assert (await catalogue.http.get(f"{PATH}/{'0' * 32}")).status_code == 404
