"""What the survey listens to: dossiers from filing to return, names of procedures and agencies."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Final, cast

import asyncpg
import orjson

from services.survey import inviting
from services.survey.following import Dossier, follow, needed
from services.survey.samples import frame
from shared.columns import columns
from shared.delivery import Handlers
from shared.events import (
    AgencyChanged,
    CalendarPublished,
    DossierAccepted,
    DossierFiled,
    DossierImported,
    DossierIntakeRefused,
    DossierOverdue,
    DossierReturned,
    DossierStopped,
    DossierSupplementRequested,
    DossierTransferred,
    DossierWithdrawn,
    Envelope,
    Event,
    ProcedurePublished,
)

KNOWN = """
    select dossier as id, code, agency, receiving_agency, procedure, procedure_version,
           field, channel, late
    from dossier_copy where dossier = any($1::uuid[])
"""
REMEMBER = """
    insert into dossier_copy
        (dossier, code, agency, receiving_agency, procedure, procedure_version, field, channel,
         late)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[],
                         $7::text[], $8::text[], $9::bool[])
    on conflict (dossier) do update
    set code = excluded.code, agency = excluded.agency,
        receiving_agency = excluded.receiving_agency, procedure = excluded.procedure,
        procedure_version = excluded.procedure_version, field = excluded.field,
        channel = excluded.channel, late = excluded.late
"""
LATE = "update dossier_copy set late = true where dossier = any($1::uuid[])"
# Told after the return, it still counts for a slip that is not given yet.
LATE_INVITED = """
    update public.invitation set late = true where dossier = any($1::uuid[])
"""
FORGET = "delete from dossier_copy where dossier = any($1::uuid[])"
PROCEDURES = """
    insert into procedure_copy (code, version, name)
    select * from unnest($1::text[], $2::int[], $3::text[])
    on conflict (code, version) do update set name = excluded.name
"""
AGENCIES = """
    insert into agency_copy (code, name, calendar)
    select * from unnest($1::text[], $2::text[], $3::text[])
    on conflict (code) do update set name = excluded.name, calendar = excluded.calendar
"""
CALENDARS = """
    insert into calendar_copy (code, version, definition)
    select * from unnest($1::text[], $2::int[], $3::jsonb[])
    on conflict (code, version) do update set definition = excluded.definition
"""


async def follow_dossiers(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[Event]]
) -> None:
    """Remember open dossiers, forget ended ones, invite whom the occasions name."""
    wanted = needed(envelopes)
    rows = await connection.fetch(KNOWN, sorted(wanted)) if wanted else []
    followed = follow({row["id"]: Dossier(**row) for row in rows}, envelopes)
    if followed.remembered:
        kept = [followed.remembered[identity] for identity in sorted(followed.remembered)]
        await connection.execute(REMEMBER, *columns([astuple(dossier) for dossier in kept]))
    if followed.forgotten:
        await connection.execute(FORGET, sorted(followed.forgotten))
    if followed.met:
        await inviting.invite(connection, followed.met)
    if done := followed.returned + followed.history:
        await frame.keep(connection, done)


async def note_overdue(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[DossierOverdue]]
) -> None:
    """Know which dossiers are late: their people's answers are held against it."""
    late = sorted({envelope.aggregate_id for envelope in envelopes})
    await connection.execute(LATE, late)
    await connection.execute(LATE_INVITED, late)


async def copy_procedures(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[ProcedurePublished]]
) -> None:
    """Keep the names of published procedures."""
    last = {(e.data.code, e.data.version): e.data.name for e in envelopes}
    await connection.execute(PROCEDURES, *columns([(*key, name) for key, name in last.items()]))


async def copy_agencies(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[AgencyChanged]]
) -> None:
    """Keep the names of agencies, and whose calendar they follow."""
    last = {e.data.code: (e.data.code, e.data.name, e.data.calendar) for e in envelopes}
    await connection.execute(AGENCIES, *columns(list(last.values())))


async def copy_calendars(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[CalendarPublished]]
) -> None:
    """Keep calendar versions: the time of petitions is counted by them."""
    last = {(e.data.code, e.data.version): e.data.definition for e in envelopes}
    rows = [(*key, orjson.dumps(definition).decode()) for key, definition in last.items()]
    await connection.execute(CALENDARS, *columns(rows))


# One function for all facts of dossiers: neighbours in the stream then come in one call.
HANDLERS: Final[Handlers] = cast(
    Handlers,
    {
        DossierFiled: follow_dossiers,
        DossierAccepted: follow_dossiers,
        DossierImported: follow_dossiers,
        DossierIntakeRefused: follow_dossiers,
        DossierReturned: follow_dossiers,
        DossierStopped: follow_dossiers,
        DossierSupplementRequested: follow_dossiers,
        DossierTransferred: follow_dossiers,
        DossierWithdrawn: follow_dossiers,
        DossierOverdue: note_overdue,
        ProcedurePublished: copy_procedures,
        AgencyChanged: copy_agencies,
        CalendarPublished: copy_calendars,
    },
)
