"""Keeps and finds the records of an import."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from services.procedures.imports.checking import Item, Published

COLUMNS: Final = (
    "import_id", "number", "member", "line", "state", "code", "name", "reason_code",
    "reason_detail", "reason_pointer", "excerpt", "anomaly_codes", "anomalies", "differences",
    "base_version", "document",
)  # fmt: skip

FIND_PUBLISHED: Final = """
    select distinct on (code) code, version, document::text as document from procedure_version
    where code = any($1::text[]) and published_at is not null
    order by code, valid_from desc
"""
FIND_CODES: Final = (
    "select code, min(number) as number from procedure_import_item"
    " where import_id = $1 and code is not null group by code"
)
LAST_NUMBER: Final = (
    "select coalesce(max(number), 0) from procedure_import_item where import_id = $1"
)
MARK_REPEATED: Final = """
    update procedure_import_item set anomaly_codes = anomaly_codes || $2::text,
        anomalies = coalesce(anomalies, '[]') || $3::jsonb
    where import_id = $1 and code in
        (select code from procedure_import_item where import_id = $1 and state = 'duplicate')
"""


async def find_published(
    connection: asyncpg.Connection, codes: Collection[str]
) -> Mapping[str, Published]:
    """The newest published version of each of these procedures, where there is one."""
    rows = await connection.fetch(FIND_PUBLISHED, list(codes))
    return {row["code"]: Published(row["version"], row["document"].encode()) for row in rows}


async def find_codes(connection: asyncpg.Connection, identity: UUID) -> dict[str, int]:
    """The procedures that an import has come upon so far, and in which record first."""
    return {row["code"]: row["number"] for row in await connection.fetch(FIND_CODES, identity)}


async def last_number(connection: asyncpg.Connection, identity: UUID) -> int:
    """The number of the last record kept; 0 before the first."""
    number: int = await connection.fetchval(LAST_NUMBER, identity)
    return number


async def keep(connection: asyncpg.Connection, identity: UUID, items: Sequence[Item]) -> None:
    """Copy a batch in."""
    await connection.copy_records_to_table(
        "procedure_import_item", columns=COLUMNS, records=[_row(identity, item) for item in items]
    )


async def mark_repeated(
    connection: asyncpg.Connection, identity: UUID, anomaly: Mapping[str, Any]
) -> None:
    """Say of every record whose procedure comes more than once in the file that it does."""
    told = orjson.dumps([anomaly]).decode()
    await connection.execute(MARK_REPEATED, identity, anomaly["code"], told)


def _row(identity: UUID, item: Item) -> tuple[Any, ...]:
    why = item.reason
    return (
        identity, item.number, item.member, item.line, item.state, item.code, item.name,
        why.code if why else None, why.detail if why else None, why.pointer if why else None,
        item.excerpt, list(item.anomaly_codes), _text(item.anomalies), _text(item.differences),
        item.base_version, _text(item.document),
    )  # fmt: skip


def _text(written: bytes | None) -> str | None:
    return written.decode() if written is not None else None
