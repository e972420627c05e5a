"""Writes a chunk of lives in bulk, in one transaction with the events that tell them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import asyncpg
import orjson
import uuid_utils.compat as uuid

from services.intake import codes
from services.intake.history import rows
from services.intake.history.rows import Ready
from shared.columns import columns
from shared.events import SUBJECT_ROOT, DossierImported
from shared.outbox import BODY_BYTES_MAX
from shared.personal_data import Vault

SOURCE: Final = "/intake"
SUBJECT: Final = f"{SUBJECT_ROOT}.{DossierImported.type.rpartition('.')[0]}"

FIND_KNOWN: Final = (
    "select code, procedure, receiving_agency, filed_at from dossier where code = any($1::text[])"
)
# Codes given by another system count too: the next one given here must be another.
KEEP_COUNTING: Final = """
    insert into code_sequence as s (agency, day, last)
    select * from unnest($1::text[], $2::date[], $3::int[]) order by 1, 2
    on conflict (agency, day) do update set last = greatest(s.last, excluded.last)
"""

Known = dict[str, tuple[str, str, datetime]]


async def find_known(connection: asyncpg.Connection, wanted: Iterable[str]) -> Known:
    """Tell which of these codes are dossiers already, and what identifies those."""
    found = await connection.fetch(FIND_KNOWN, list(wanted))
    return {
        row["code"]: (row["procedure"], row["receiving_agency"], row["filed_at"]) for row in found
    }


async def write(
    connection: asyncpg.Connection, batch: str, lives: Sequence[Ready], vault: Vault
) -> None:
    """Copy the lives into every table and their events into the outbox.

    Raises asyncpg.UniqueViolationError when another import wrote one of the codes meanwhile.
    """
    filled: dict[str, Iterable[rows.Row]] = {
        "dossier": map(rows.dossier, lives),
        "party": (rows.party(ready, vault) for ready in lives),
        "transition": (row for ready in lives for row in rows.transitions(ready)),
        "step": (row for ready in lives for row in rows.steps(ready)),
        "supplement_request": (row for ready in lives for row in rows.supplement_requests(ready)),
        "supplement_item": (row for ready in lives for row in rows.supplement_items(ready)),
        "payment_demand": (row for ready in lives for row in rows.payment_demands(ready)),
        "payment": (row for ready in lives for row in rows.payments(ready)),
    }
    for table, names in rows.COLUMNS.items():
        records = list(filled[table])
        if records:
            await connection.copy_records_to_table(table, columns=names, records=records)
    await _keep_counting(connection, lives)
    await connection.copy_records_to_table(
        "outbox", columns=("id", "subject", "body"), records=[_event(r, batch) for r in lives]
    )


def fits(ready: Ready, batch: str) -> bool:
    """Whether the life is short enough for one event."""
    return len(_event(ready, batch)[2]) <= BODY_BYTES_MAX


def _event(ready: Ready, batch: str) -> tuple[str, str, bytes]:
    agency = ready.rules.head["competent_agency"]
    identity = str(uuid.uuid7())
    body = orjson.dumps(
        {
            "specversion": "1.0",
            "id": identity,
            "source": SOURCE,
            "type": DossierImported.type,
            "subject": str(ready.id),
            "time": datetime.now(UTC),
            "datacontenttype": "application/json",
            "sequence": rows.SEQUENCE,
            "agency": agency,
            "data": {"batch": batch, "facts": ready.life.facts},
        }
    )
    return identity, f"{SUBJECT}.{agency}", body


async def _keep_counting(connection: asyncpg.Connection, lives: Sequence[Ready]) -> None:
    last: dict[tuple[str, date], int] = {}
    for ready in lives:
        order = codes.own_order(ready.life.line.code)
        if order is not None:
            key = (order.agency, order.on)
            last[key] = max(last.get(key, 0), order.number)
    told: list[tuple[Any, ...]] = [(*key, number) for key, number in last.items()]
    if told:
        await connection.execute(KEEP_COUNTING, *columns(told))
