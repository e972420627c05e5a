"""Reads what the catalogue's copies say: the version in force, its rows, an agency's calendar."""

from collections.abc import Sequence
from datetime import date

import asyncpg

from shared.events import Channel, ProcedurePublished, PublishedLimit, PublishedMethod
from shared.working_time import Calendar, Limit, LimitUnit

IN_FORCE = """
select document::text from procedure_copy
 where code = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)
 order by version desc limit 1
"""
VERSION = "select document::text from procedure_copy where code = $1 and version = $2"

CALENDAR_OF_AGENCY = """
select calendar from agency_copy
 where code = any($1::text[]) and calendar is not null
 order by length(code) desc limit 1
"""
KNOWS_AGENCY = "select exists (select from agency_copy where code = $1)"

CALENDAR = """
select definition::text from calendar_copy
 where code = $1 and ($2::int is null or version = $2)
 order by version desc limit 1
"""


async def in_force(
    connection: asyncpg.Connection, procedure: str, on: date
) -> ProcedurePublished | None:
    """Find the version that dossiers received on a date are pinned to."""
    document = await connection.fetchval(IN_FORCE, procedure, on)
    return None if document is None else ProcedurePublished.model_validate_json(document)


async def version(
    connection: asyncpg.Connection, procedure: str, number: int
) -> ProcedurePublished | None:
    """Find a version by its number."""
    document = await connection.fetchval(VERSION, procedure, number)
    return None if document is None else ProcedurePublished.model_validate_json(document)


async def knows_agency(connection: asyncpg.Connection, agency: str) -> bool:
    """Whether the agency was ever told."""
    known: bool = await connection.fetchval(KNOWS_AGENCY, agency)
    return known


async def calendar_of(connection: asyncpg.Connection, agency: str, default: str) -> str:
    """The agency's own calendar, or the nearest one above it, or the default."""
    parts = agency.split(".")
    above = [".".join(parts[: length + 1]) for length in range(len(parts))]
    found: str | None = await connection.fetchval(CALENDAR_OF_AGENCY, above)
    return found or default


async def calendar(
    connection: asyncpg.Connection, code: str, number: int | None = None
) -> Calendar | None:
    """Find a calendar's newest version, or the one of that number."""
    definition = await connection.fetchval(CALENDAR, code, number)
    return None if definition is None else Calendar.model_validate_json(definition)


def rows_for(
    procedure: ProcedurePublished, channel: Channel, case: str | None
) -> Sequence[PublishedMethod]:
    """The rows of a way of filing that a case may use."""
    return [
        method
        for method in procedure.methods
        if method.method is channel.method and (case is None or method.case in {None, case})
    ]


def limit_of(method: PublishedMethod) -> Limit | None:
    """A row's exact limit; None is unknown, never zero."""
    return None if method.limit is None else exact(method.limit)


def exact(limit: PublishedLimit) -> Limit:
    """A published limit for counting; raises InexactLimit."""
    return Limit(limit.value, LimitUnit(limit.unit))
