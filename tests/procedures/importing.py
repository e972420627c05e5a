"""Sends catalogue files, has them read, and asks what became of them."""

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import httpx

from services.procedures.imports.reading import read_waiting
from shared.database import Database
from tests.conftest import Client
from tests.procedures.factories import Json, make_record

PATH = "/v1/imports/procedures"
LINES = "application/x-ndjson"


def record_of(number: int, **changed: Any) -> Json:
    content = make_record(code=f"1.99900{number}", **changed)
    del content["valid_from"]
    return content


def lines(*records: Json) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in records)


def zipped(*members: tuple[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return written.getvalue()


async def send(
    catalogue: Client, content: bytes, *, kind: str = LINES, **query: Any
) -> httpx.Response:
    answer = await catalogue.http.post(
        PATH, content=content, params=query, headers={"Content-Type": kind}
    )
    assert answer.is_success, answer.text
    return answer


async def read(
    catalogue: Client, worker: Database, content: bytes, *, kind: str = LINES, **query: Any
) -> dict[str, Any]:
    sent = await send(catalogue, content, kind=kind, **query)
    await read_waiting(worker)
    view: dict[str, Any] = (await catalogue.http.get(sent.headers["location"])).json()
    return view


async def decide(
    catalogue: Client, identity: str, what: str, body: dict[str, Any]
) -> httpx.Response:
    return await catalogue.http.post(f"{PATH}/{identity}/{what}", json=body)


async def items_of(catalogue: Client, identity: str, **query: str) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = ""
    while following is not None:
        params = query | ({"after": following} if following else {}) | {"limit": "50"}
        page = (await catalogue.http.get(f"{PATH}/{identity}/items", params=params)).json()
        found += page["items"]
        following = page["next"]
    return found


def counted(view: dict[str, Any], code: str) -> int:
    return sum(one["records"] for one in view["anomalies"] if one["code"] == code)
