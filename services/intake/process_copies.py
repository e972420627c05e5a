"""Copies processes and linked groups, so that a dossier follows them with nothing else running."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.intake.copies import COUNT_FACTS
from shared.columns import columns
from shared.events import (
    Envelope,
    LinkedGroupPublished,
    LinkedGroupRetired,
    ProcessPublished,
    ProcessRetired,
)

PROCESSES = """
    insert into process_copy (id, procedure, version, document)
    select * from unnest($1::uuid[], $2::text[], $3::int[], $4::jsonb[])
    on conflict (id) do update set procedure = excluded.procedure, version = excluded.version,
        document = excluded.document
"""
GROUPS = """
    insert into linked_group_copy (id, code, document)
    select * from unnest($1::uuid[], $2::text[], $3::jsonb[])
    on conflict (id) do update set code = excluded.code, document = excluded.document
"""
RETIRED_PROCESSES = """
    update process_copy p set retired_at = r.retired_at
    from unnest($1::uuid[], $2::timestamptz[]) as r(id, retired_at) where p.id = r.id
"""
RETIRED_GROUPS = """
    update linked_group_copy g set retired_at = r.retired_at
    from unnest($1::uuid[], $2::timestamptz[]) as r(id, retired_at) where g.id = r.id
"""


async def copy_processes(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[ProcessPublished]]
) -> None:
    """Keep processes as they were told."""
    last = {e.aggregate_id: e.data for e in envelopes}
    told = [
        (UUID(key), p.procedure, p.version, p.model_dump_json(exclude_none=True))
        for key, p in last.items()
    ]
    await connection.execute(PROCESSES, *columns(told))
    await connection.execute(COUNT_FACTS, len(envelopes))


async def retire_processes(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[ProcessRetired]]
) -> None:
    """Let no dossier begin with these processes any more."""
    last = {UUID(e.aggregate_id): e.data.retired_at for e in envelopes}
    await connection.execute(RETIRED_PROCESSES, *columns(list(last.items())))
    await connection.execute(COUNT_FACTS, len(envelopes))


async def copy_groups(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[LinkedGroupPublished]]
) -> None:
    """Keep linked groups as they were told."""
    last = {e.aggregate_id: e.data for e in envelopes}
    told = [(UUID(key), g.code, g.model_dump_json(exclude_none=True)) for key, g in last.items()]
    await connection.execute(GROUPS, *columns(told))
    await connection.execute(COUNT_FACTS, len(envelopes))


async def retire_groups(
    connection: asyncpg.Connection, envelopes: Sequence[Envelope[LinkedGroupRetired]]
) -> None:
    """Let no linked life begin with these groups any more."""
    last = {UUID(e.aggregate_id): e.data.retired_at for e in envelopes}
    await connection.execute(RETIRED_GROUPS, *columns(list(last.items())))
    await connection.execute(COUNT_FACTS, len(envelopes))
