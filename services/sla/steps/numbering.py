"""Gives a dossier's control slip its number, once: 01, 02, 03 … per agency and year."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from shared.times import to_vietnam

KNOWN: Final = "select number, year, issued_at from control_slip where dossier = $1"
NEXT: Final = """
    insert into control_slip_count as c (agency, year, last) values ($1, $2, 1)
    on conflict (agency, year) do update set last = c.last + 1 returning last
"""
KEEP: Final = """
    insert into control_slip (dossier, agency, year, number, issued_at, issued_by)
    values ($1, $2, $3, $4, $5, $6)
"""
LOCK: Final = "select from clock where dossier = $1 for no key update"


class Numbered(NamedTuple):
    """The number of a slip, and when it was given."""

    number: int
    year: int
    issued_at: datetime


async def known(connection: asyncpg.Connection, dossier: UUID) -> Numbered | None:
    """The slip's number, if it has one."""
    row = await connection.fetchrow(KNOWN, dossier)
    return None if row is None else Numbered(*row)


async def issue(
    connection: asyncpg.Connection, dossier: UUID, agency: str, now: datetime, officer: str
) -> Numbered:
    """Give the slip its number, or tell the one it has; the caller's transaction holds it."""
    # Of two at once the second one waits here and finds the number.
    await connection.execute(LOCK, dossier)
    if (numbered := await known(connection, dossier)) is not None:
        return numbered
    year = to_vietnam(now).year
    number = await connection.fetchval(NEXT, agency, year)
    await connection.execute(KEEP, dossier, agency, year, number, now, officer)
    return Numbered(number, year, now)
