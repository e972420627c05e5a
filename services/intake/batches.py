"""Files many dossiers of one sender, each by itself and once, a few at a time."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from services.intake import filing
from services.intake.desk import Desk
from services.intake.schemas.batches import BatchItem, ItemKey, ItemResult
from services.intake.schemas.filing import Filing
from shared.errors import FieldError, Problem, Unprocessable
from shared.idempotency import Once

AT_ONCE: Final = 4
"""Filings under way from all batches of this process: a quarter of its connections, so that the
counters always find a free one."""

FILED_AS: Final = b"POST /v1/dossiers:batch\n"
"""What a filing's hash begins with, wherever in a batch it stands."""

_KEY: Final = TypeAdapter[str](ItemKey)
_lanes: Final = asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A filing that could be read, or why it could not, under its key."""

    key: str
    filing: Filing | Problem
    digest: bytes


async def file_all(desk: Desk, unread: Sequence[Any]) -> list[ItemResult]:
    """File each item in a transaction of its own; what is refused is told in its place.

    What was filed stays filed: a batch that broke off is sent again as it is.
    """
    return await file_keyed(desk, [_read(item) for item in unread])


async def file_keyed(desk: Desk, items: Sequence[Keyed | ItemResult]) -> list[ItemResult]:
    """File what could be read; items that share a key go one after the other."""
    results: dict[int, ItemResult] = {}
    by_key: dict[str, list[tuple[int, Keyed]]] = {}
    for place, item in enumerate(items):
        if isinstance(item, ItemResult):
            results[place] = item
        else:
            by_key.setdefault(item.key, []).append((place, item))

    async def file_in_turn(same: Sequence[tuple[int, Keyed]]) -> None:
        for place, item in same:
            async with _lanes:
                results[place] = await _file(desk, item)

    try:
        async with asyncio.TaskGroup() as group:
            for same in by_key.values():
                group.create_task(file_in_turn(same))
    except BaseExceptionGroup as failed:
        # What is no refusal (the database is away) is answered as for a single filing.
        raise failed.exceptions[0] from failed
    return [results[place] for place in range(len(items))]


def keyed(key: str, written: dict[str, Any]) -> Keyed:
    """Read one filing as it was sent; the same words give the same hash in any order."""
    sent = json.dumps(written, sort_keys=True).encode()
    digest = hashlib.sha256(FILED_AS + sent).digest()
    try:
        return Keyed(key, Filing.model_validate_json(sent), digest)
    except ValidationError as invalid:
        return Keyed(key, malformed(invalid), digest)


def refused(key: str | None, problem: Problem) -> ItemResult:
    """The answer to an item that is not taken."""
    return ItemResult(key=key, status=problem.status, problem=problem.body())


def malformed(invalid: ValidationError) -> Unprocessable:
    """The refusal of a filing whose members are wrong, pointing into the filing."""
    wrong = invalid.errors(include_url=False, include_context=False, include_input=False)
    return Unprocessable(
        "Một số trường thiếu hoặc sai định dạng; xem danh sách errors.",
        code="malformed",
        errors=[
            FieldError(
                pointer="/body" + "".join(f"/{part}" for part in error["loc"]),
                detail=error["msg"],
                code=error["type"],
            )
            for error in wrong
        ],
    )


async def _file(desk: Desk, item: Keyed) -> ItemResult:
    if isinstance(item.filing, Problem):
        return refused(item.key, item.filing)
    once = Once(desk.actor, item.key, item.digest)
    try:
        answer = await filing.file(desk, once, item.filing)
    except Problem as problem:
        return refused(item.key, problem)
    code: str = orjson.loads(answer.body)["code"]
    return ItemResult(key=item.key, status=answer.status_code, code=code)


def _read(item: Any) -> Keyed | ItemResult:
    """Read an item's key first, so that a refusal can be told to it."""
    key = item.get("key") if isinstance(item, dict) else None
    try:
        key = _KEY.validate_python(key, strict=True)
    except ValidationError:
        unnamed = f"Mỗi mục cần có {', '.join(BatchItem.model_fields)}."
        return refused(None, Unprocessable(unnamed, code="malformed"))
    if set(item) != set(BatchItem.model_fields) or not isinstance(item["filing"], dict):
        unknown = f"Mỗi mục chỉ gồm {', '.join(BatchItem.model_fields)}."
        return refused(key, Unprocessable(unknown, code="malformed"))
    return keyed(key, item["filing"])
