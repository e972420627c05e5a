"""Figures from outside: entered for an agency and a period, with what proves them."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

import asyncpg

from services.sla.figures.figure import Figure
from shared.errors import NotFound
from shared.identity import Principal

COLUMNS: Final = "criterion, agency, numerator, denominator, evidence, entered_by, entered_at"
LAST: Final = f"""
select distinct on (agency, criterion) {COLUMNS} from entered_figure
 where scheme = $1 and first = $2 and last = $3
   and ($4::text[] is null or exists (
        select from unnest($4::text[]) as grants (code)
         where agency = grants.code or starts_with(agency, grants.code || '.')))
 order by agency, criterion, number desc
"""  # noqa: S608 (only constants)
# The same figure told again adds no row: a repeated request changes nothing.
ENTER: Final = f"""
insert into entered_figure (scheme, first, last, {COLUMNS})
select * from (values ($1, $2::date, $3::date, $4, $5, $6::numeric, $7::numeric, $8, $9,
                       $10::timestamptz)) as told (scheme, first, last, {COLUMNS})
 where (numerator, denominator, evidence) is distinct from (
       select (numerator, denominator, evidence) from entered_figure as kept
        where (kept.scheme, kept.first, kept.last, kept.criterion, kept.agency)
            = ($1, $2, $3, $4, $5) order by number desc limit 1)
"""  # noqa: S608 (only constants)
KNOWS_AGENCY: Final = "select exists (select from agency_copy where code = $1)"


class Entered(NamedTuple):
    """A figure that somebody entered."""

    criterion: str
    agency: str
    figure: Figure
    evidence: str
    entered_by: str
    entered_at: datetime


class Entry(NamedTuple):
    """What is to be entered."""

    criterion: str
    agency: str
    first: date
    last: date
    numerator: Decimal
    denominator: Decimal
    evidence: str


async def enter(
    connection: asyncpg.Connection, principal: Principal, scheme: str, entry: Entry, now: datetime
) -> None:
    """Enter a figure; raises NotFound for an agency that is unknown or foreign."""
    known = await connection.fetchval(KNOWS_AGENCY, entry.agency)
    if not known or not principal.covers(entry.agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    await connection.execute(
        ENTER,
        scheme,
        entry.first,
        entry.last,
        entry.criterion,
        entry.agency,
        entry.numerator,
        entry.denominator,
        entry.evidence,
        principal.subject,
        now,
    )


async def load(
    connection: asyncpg.Connection,
    scheme: str,
    first: date,
    last: date,
    agencies: tuple[str, ...] | None,
) -> dict[tuple[str, str], Entered]:
    """The last figures entered for just that period, by agency and criterion."""
    rows = await connection.fetch(LAST, scheme, first, last, agencies)
    return {(row["agency"], row["criterion"]): _read(row) for row in rows}


def _read(row: Any) -> Entered:
    figure = Figure(Fraction(row["numerator"]), Fraction(row["denominator"]))
    return Entered(
        row["criterion"],
        row["agency"],
        figure,
        row["evidence"],
        row["entered_by"],
        row["entered_at"],
    )
