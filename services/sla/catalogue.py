"""Keeps the copies of agencies, procedures and calendars that were told; every version stays."""

from collections.abc import Sequence
from typing import TypeVar, cast

import asyncpg
import orjson

from shared.events import (
    AgencyChanged,
    CalendarPublished,
    Envelope,
    Event,
    ProcedurePublished,
    ProcedureWithdrawn,
)

F = TypeVar("F", bound=Event)

KEEP_AGENCIES = """
insert into agency_copy
    (code, name, level, kind, parent, calendar, valid_from, valid_to, successors)
select code, name, level, kind, parent, calendar, valid_from, valid_to,
       string_to_array(successors, ' ')
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
              $7::date[], $8::date[], $9::text[])
       as told (code, name, level, kind, parent, calendar, valid_from, valid_to, successors)
 order by code
on conflict (code) do update set
    name = excluded.name, level = excluded.level, kind = excluded.kind,
    parent = excluded.parent, calendar = excluded.calendar, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to, successors = excluded.successors
"""

KEEP_PROCEDURES = """
insert into procedure_copy (code, version, name, field, valid_from, valid_to, document)
select code, version, name, field, valid_from, valid_to, document
  from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::date[], $6::date[], $7::jsonb[])
       as told (code, version, name, field, valid_from, valid_to, document)
 order by code, version
on conflict (code, version) do update set
    name = excluded.name, field = excluded.field, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to, document = excluded.document
"""

WITHDRAW_PROCEDURES = """
update procedure_copy set valid_to = told.valid_to
  from unnest($1::text[], $2::int[], $3::date[]) as told (code, version, valid_to)
 where (procedure_copy.code, procedure_copy.version) = (told.code, told.version)
"""

KEEP_CALENDARS = """
insert into calendar_copy (code, version, definition)
select code, version, definition
  from unnest($1::text[], $2::int[], $3::jsonb[]) as told (code, version, definition)
 order by code, version
on conflict (code, version) do update set definition = excluded.definition
"""


async def keep_agencies(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]
) -> None:
    """Keep agencies as they were last told."""
    told = {fact.code: fact for fact in _facts(envelopes, AgencyChanged)}
    await connection.execute(
        KEEP_AGENCIES,
        list(told),
        [fact.name for fact in told.values()],
        [fact.level.value for fact in told.values()],
        [fact.kind for fact in told.values()],
        [fact.parent for fact in told.values()],
        [fact.calendar for fact in told.values()],
        [fact.valid_from for fact in told.values()],
        [fact.valid_to for fact in told.values()],
        [" ".join(fact.successors) for fact in told.values()],
    )


async def keep_procedures(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]
) -> None:
    """Keep published versions whole."""
    told = {(fact.code, fact.version): fact for fact in _facts(envelopes, ProcedurePublished)}
    await connection.execute(
        KEEP_PROCEDURES,
        [code for code, _ in told],
        [version for _, version in told],
        [fact.name for fact in told.values()],
        [fact.field for fact in told.values()],
        [fact.valid_from for fact in told.values()],
        [fact.valid_to for fact in told.values()],
        [fact.model_dump_json() for fact in told.values()],
    )


async def withdraw_procedures(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]
) -> None:
    """Note until when withdrawn versions count."""
    told = {(fact.code, fact.version): fact for fact in _facts(envelopes, ProcedureWithdrawn)}
    await connection.execute(
        WITHDRAW_PROCEDURES,
        [code for code, _ in told],
        [version for _, version in told],
        [fact.valid_to for fact in told.values()],
    )


async def keep_calendars(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]
) -> None:
    """Keep published versions whole."""
    told = {(fact.code, fact.version): fact for fact in _facts(envelopes, CalendarPublished)}
    await connection.execute(
        KEEP_CALENDARS,
        [code for code, _ in told],
        [version for _, version in told],
        [orjson.dumps(fact.definition).decode() for fact in told.values()],
    )


def _facts(envelopes: Sequence[Envelope[Event]], _: type[F]) -> list[F]:
    """The facts of a handler that listens to one kind only."""
    return [cast(F, envelope.data) for envelope in envelopes]
