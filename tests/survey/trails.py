"""Looks for trails from what was answered to whose dossier it was, as one who has the database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple

import asyncpg
import orjson

from shared.times import to_vietnam

TABLES = """
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relname <> 'alembic_version'
    order by 1
"""
TELLING_MIN = 3
"""Shorter values (a count, a place) meet by chance."""

Row = dict[str, Any]
Dossiers = Mapping[str, Sequence[str]]
"""What names each dossier: its id, its code, its invitation's id."""


class Trail(NamedTuple):
    """Columns whose equal values tell some dossiers from the others."""

    of_dossier: str
    of_answer: str


async def contents(database_url: str) -> dict[str, list[Row]]:
    """Every row of every table as it lies there, with which transaction wrote or locked it."""
    connection = await asyncpg.connect(database_url)
    try:
        names = [row["name"] for row in await connection.fetch(TABLES)]
        return {
            name: [
                dict(row)
                for row in await connection.fetch(
                    f"select xmin::text as xmin, xmax::text as xmax, ctid::text as ctid, t.*"
                    f" from {name} t order by t.ctid"
                )
            ]
            for name in names
        }
    finally:
        await connection.close()


def naming(tables: Mapping[str, Sequence[Row]], dossiers: Dossiers) -> dict[str, list[Row]]:
    """The rows that name a dossier."""
    every = [name for names in dossiers.values() for name in names]
    found = {
        table: [row for row in rows if any(name in _text(row) for name in every)]
        for table, rows in tables.items()
    }
    return {table: rows for table, rows in found.items() if rows}


def trails(tables: Mapping[str, Sequence[Row]], dossiers: Dossiers) -> list[Trail]:
    """Pairs of columns by which a row that names no dossier meets some of them and not all."""
    sides: tuple[dict[str, dict[str, set[str]]], dict[str, set[str]]] = ({}, {})
    for table, rows in tables.items():
        for row in rows:
            whose = {one for one, names in dossiers.items() if any(n in _text(row) for n in names)}
            for column, value in _values(table, row):
                if whose:
                    sides[0].setdefault(column, {}).setdefault(value, set()).update(whose)
                else:
                    sides[1].setdefault(column, set()).add(value)
    found = []
    for (ours, by_value), (theirs, values) in product(sides[0].items(), sides[1].items()):
        met = [by_value[value] for value in values & by_value.keys()]
        if any(len(whose) < len(dossiers) for whose in met):
            found.append(Trail(ours, theirs))
    return sorted(found)


def _values(table: str, row: Row) -> Iterator[tuple[str, str]]:
    """Each value as text, days and months of moments too; what an event tells is taken apart."""
    for column, value in _flat(row):
        name = f"{table}.{column}"
        if isinstance(value, datetime):
            day = to_vietnam(value).date()
            yield name, value.isoformat()
            yield f"{name} (day)", day.isoformat()
        elif value is not None and len(text := _plain(value)) >= TELLING_MIN:
            yield name, text


def _flat(row: Row) -> Iterator[tuple[str, Any]]:
    for column, value in row.items():
        # The same place in two tables means nothing.
        if column == "ctid":
            continue
        if column == "body":
            yield from _told(orjson.loads(value), column)
        else:
            yield column, value


def _told(told: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(told, dict):
        for key, value in told.items():
            yield from _told(value, f"{name}.{key}")
    else:
        yield name, told


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _text(row: Row) -> str:
    return " ".join(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for value in row.values()
    )
