"""What intake listens to: the catalogue it copies, due dates that sla moved, and its own facts."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

import asyncpg
import orjson

from services.intake import process_copies
from services.intake.copies import COUNT_FACTS
from services.intake.national import queue
from shared.columns import columns
from shared.delivery import Handlers
from shared.events import (
    EVENTS,
    AgencyChanged,
    CalendarPublished,
    ClockDueDateChanged,
    Envelope,
    Event,
    LinkedGroupPublished,
    LinkedGroupRetired,
    ProcedurePublished,
    ProcedureWithdrawn,
    ProcessPublished,
    ProcessRetired,
    kind_of,
)

PROCEDURES = """
    insert into procedure_copy (code, version, valid_from, valid_to, document)
    select * from unnest($1::text[], $2::int[], $3::date[], $4::date[], $5::jsonb[])
    on conflict (code, version) do update
    set valid_from = excluded.valid_from, valid_to = excluded.valid_to,
        document = excluded.document
"""
WITHDRAWALS = """
    update procedure_copy p set valid_to = w.valid_to
    from unnest($1::text[], $2::int[], $3::date[]) as w(code, version, valid_to)
    where p.code = w.code and p.version = w.version
"""
AGENCIES = """
    insert into agency_copy (code, valid_from, valid_to, name, level, parent, calendar, document)
    select * from unnest($1::text[], $2::date[], $3::date[], $4::text[], $5::text[], $6::text[],
                         $7::text[], $8::jsonb[])
    on conflict (code, valid_from) do update
    set valid_to = excluded.valid_to, name = excluded.name, level = excluded.level,
        parent = excluded.parent, calendar = excluded.calendar, document = excluded.document
"""
CALENDARS = """
    insert into calendar_copy (code, version, definition)
    select * from unnest($1::text[], $2::int[], $3::jsonb[])
    on conflict (code, version) do update set definition = excluded.definition
"""
DUE_DATES = """
    update dossier d set due_at = c.due_at, calendar = c.calendar,
                         calendar_version = c.calendar_version
    from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::int[])
        as c(id, due_at, calendar, calendar_version)
    where d.id = c.id and d.due_at is distinct from c.due_at
    returning d.id
"""

DOSSIER = "dossier"


async def copy_procedures(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[ProcedurePublished]]
) -> None:
    """Keep published versions."""
    last = {(e.data.code, e.data.version): e.data for e in envelopes}
    told = [(p.code, p.version, p.valid_from, p.valid_to, _json(p)) for p in last.values()]
    await connection.execute(PROCEDURES, *columns(told))
    await connection.execute(COUNT_FACTS, len(envelopes))


async def end_procedures(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[ProcedureWithdrawn]]
) -> None:
    """Keep the last day of versions that were withdrawn."""
    last = {(e.data.code, e.data.version): e.data.valid_to for e in envelopes}
    told = [(*key, valid_to) for key, valid_to in last.items()]
    await connection.execute(WITHDRAWALS, *columns(told))
    await connection.execute(COUNT_FACTS, len(envelopes))


async def copy_agencies(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[AgencyChanged]]
) -> None:
    """Keep agencies; each is always told whole."""
    last = {(e.data.code, e.data.valid_from): e.data for e in envelopes}
    told = [
        (a.code, a.valid_from, a.valid_to, a.name, str(a.level), a.parent, a.calendar, _json(a))
        for a in last.values()
    ]
    await connection.execute(AGENCIES, *columns(told))
    await connection.execute(COUNT_FACTS, len(envelopes))


async def copy_calendars(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[CalendarPublished]]
) -> None:
    """Keep calendar versions, old ones too: promises point to them."""
    last = {(e.data.code, e.data.version): e.data.definition for e in envelopes}
    told = [(*key, orjson.dumps(definition).decode()) for key, definition in last.items()]
    await connection.execute(CALENDARS, *columns(told))
    await connection.execute(COUNT_FACTS, len(envelopes))


async def move_due_dates(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[ClockDueDateChanged]]
) -> None:
    """Follow the clock where it moved a due date; nothing happens where both agree.

    A clock that waits has no due date and says so with none: the last promise stays as it was.
    """
    last = {UUID(e.aggregate_id): e.data for e in envelopes if e.data.due_at is not None}
    # In key order: requests and this handler lock the same rows.
    moved = [(key, c.due_at, c.calendar, c.calendar_version) for key, c in sorted(last.items())]
    if moved:
        told_at = {UUID(e.aggregate_id): e.recorded_at for e in envelopes}
        rows = await connection.fetch(DUE_DATES, *columns(moved))
        await queue.want_moved(connection, [(row["id"], told_at[row["id"]]) for row in rows])


# Each function is only ever given its own kind of fact, which the mapping's type cannot say.
HANDLERS = cast(
    Handlers,
    {
        ProcedurePublished: copy_procedures,
        ProcedureWithdrawn: end_procedures,
        AgencyChanged: copy_agencies,
        CalendarPublished: copy_calendars,
        ProcessPublished: process_copies.copy_processes,
        ProcessRetired: process_copies.retire_processes,
        LinkedGroupPublished: process_copies.copy_groups,
        LinkedGroupRetired: process_copies.retire_groups,
        ClockDueDateChanged: move_due_dates,
        # Whatever happened to a dossier, the national portal is to know it.
        **{fact: queue.want for fact in EVENTS.values() if kind_of(fact.type) == DOSSIER},
    },
)


async def leave_due_dates(
    _: asyncpg.Connection, __: Sequence[Envelope[ClockDueDateChanged]]
) -> None:
    """Apply nothing: dossiers are intake's own, and an old due date must not come back to them."""


REBUILD = cast(Handlers, {**HANDLERS, ClockDueDateChanged: leave_due_dates})
"""What a rebuild of the copies applies; it counts the clocks' facts and leaves dossiers alone."""


def _json(event: Event) -> str:
    return event.model_dump_json(exclude_none=True)
