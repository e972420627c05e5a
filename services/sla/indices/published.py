"""Finds schemes and publishes new versions; two come with the system."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg

from services.sla.indices.schemes import SchemeDescription
from shared.errors import Conflict, Forbidden, NotFound
from shared.identity import Principal

DECISION_766: Final = "766"
CIRCULAR_01: Final = "TT01-2018"
PACKAGED: Final[Mapping[str, Path]] = {
    DECISION_766: Path(__file__).with_name("decision766.json"),
    CIRCULAR_01: Path(__file__).with_name("circular01.json"),
}
SCHEMES_MAX: Final = 200
NEWEST: Final = """
select code, version, document::text as document from index_scheme
 where code = $1 and ($2::int is null or version = $2) order by version desc limit 1
"""
LIST: Final = """
select distinct on (code) code, version, document::text as document
  from index_scheme order by code, version desc limit $1
"""
LOCK: Final = "select pg_advisory_xact_lock(hashtextextended('index_scheme/' || $1, 0))"
PUBLISH: Final = """
insert into index_scheme (code, version, document, published_by, published_at)
values ($1, $2, $3, $4, $5)
"""


class Scheme(NamedTuple):
    """A version of a scheme."""

    code: str
    version: int
    description: SchemeDescription


@cache
def packaged(code: str) -> Scheme | None:
    """A scheme that comes with the system."""
    path = PACKAGED.get(code)
    if path is None:
        return None
    return Scheme(code, 1, SchemeDescription.model_validate_json(path.read_bytes()))


async def get(connection: asyncpg.Connection, code: str, version: int | None = None) -> Scheme:
    """A scheme's version, the newest without a number; raises NotFound."""
    known = packaged(code)
    if known is not None and version in {None, known.version}:
        return known
    row = await connection.fetchrow(NEWEST, code, version)
    if row is None:
        raise NotFound("Không có bộ chỉ số này.", code="scheme_not_found")
    return _read(row)


async def list_all(connection: asyncpg.Connection) -> list[Scheme]:
    """Every scheme in its newest version, those of the system first."""
    rows = await connection.fetch(LIST, SCHEMES_MAX)
    ours = [scheme for code in PACKAGED if (scheme := packaged(code)) is not None]
    return [*ours, *map(_read, rows)]


async def publish(
    connection: asyncpg.Connection,
    principal: Principal,
    code: str,
    description: SchemeDescription,
    now: datetime,
) -> Scheme:
    """Publish the next version; the same content again gives the version that has it.

    A scheme judges every agency: raises Forbidden for whoever's grant is not the whole tenant,
    Conflict for a scheme of the system.
    """
    if not principal.everywhere:
        raise Forbidden(
            "Chỉ cấp có phạm vi toàn hệ thống được ban hành bộ chỉ số.", code="scope_too_narrow"
        )
    if code in PACKAGED:
        raise Conflict("Bộ chỉ số này đi kèm hệ thống, không sửa được.", code="scheme_packaged")
    await connection.execute(LOCK, code)
    row = await connection.fetchrow(NEWEST, code, None)
    last = None if row is None else _read(row)
    if last is not None and last.description == description:
        return last
    version = 1 if last is None else last.version + 1
    document = description.model_dump_json()
    await connection.execute(PUBLISH, code, version, document, principal.subject, now)
    return Scheme(code, version, description)


def _read(row: asyncpg.Record) -> Scheme:
    description = SchemeDescription.model_validate_json(row["document"])
    return Scheme(row["code"], row["version"], description)
