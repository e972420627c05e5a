"""Lives as rows, for figures that count them: valid by default, and what the test is about."""

import uuid
from datetime import date, datetime, time
from typing import Any

import asyncpg

from services.sla.models import METADATA
from services.sla.verdicts import Verdict
from shared.events import AgencyLevel, Channel, WayOfReturn
from shared.working_time import VIETNAM_TIME, business_date
from tests.sla.factories import at

NOW = at("2026-04-10 10:00")
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


def make_life(**changed: Any) -> dict[str, Any]:
    """A life of the first quarter of 2026, resolved on time without anything electronic."""
    accepted_at: datetime = changed.get("accepted_at", at("2026-03-02 08:00"))
    values: dict[str, Any] = {
        "dossier": uuid.uuid4(),
        "code": f"H20.40.01-260302-{uuid.uuid4().int % 10**9:09}",
        "counted": True,
        "agency": "H20.40.01",
        "receiving_agency": "H20.40.01",
        "boundary_free": False,
        "procedure": "1.001193",
        "procedure_version": 1,
        "field": "Hộ tịch",
        "level": AgencyLevel.COMMUNE,
        "channel": Channel.COUNTER,
        "way_of_return": WayOfReturn.COUNTER,
        "filed_at": accepted_at,
        "accepted_at": accepted_at,
        "received_on": business_date(accepted_at),
        "due_at": at("2026-03-16 08:00"),
        "due_on": date(2026, 3, 16),
        "ended_on": date(2026, 3, 16),
        "outcome": "approved",
        "verdict": Verdict.ON_TIME,
        "net_minutes": 4800,
        "waited_minutes": 0,
        "allowed_minutes": 4800,
        "supplements": 0,
        "recalls": 0,
        "reappointed": False,
        "apologised": False,
        "digital_papers": 0,
        "reused_papers": 0,
        "digital_result": False,
        "fees_demanded": 0,
        "fees_paid": 0,
        "paid_online": False,
    }
    values |= changed
    if values["ended_on"] is not None:
        values.setdefault("ended_at", datetime.combine(values["ended_on"], time(7), VIETNAM_TIME))
    return values


OPEN: dict[str, Any] = {
    "ended_on": None, "outcome": None, "verdict": None, "net_minutes": None,
}  # fmt: skip


async def keep(connection: asyncpg.Connection, *lives: dict[str, Any]) -> None:
    """Put lives into the table, in place of what the stream told; an open one with its clock."""
    names = [column.name for column in METADATA.tables["life"].columns]
    places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    await connection.execute("delete from life where dossier = any($1)", [
        life["dossier"] for life in lives
    ])  # fmt: skip
    await connection.executemany(
        f"insert into life ({', '.join(names)}) values ({places})",
        [[life.get(name) for name in names] for life in map(_without_due_while_open, lives)],
    )
    running = [life for life in lives if life["ended_on"] is None and life["due_on"] is not None]
    for life in running:
        due_at = datetime.combine(life["due_on"], time(8), VIETNAM_TIME)
        await connection.execute(CLOCK, *(life[name] for name in OF_THE_CLOCK), due_at)


OF_THE_CLOCK = (
    *("dossier", "code", "agency", "receiving_agency", "procedure", "procedure_version", "field"),
    *("channel", "level", "accepted_at"),
)
CLOCK = f"""
insert into clock ({", ".join(OF_THE_CLOCK)}, due_at, phase, same_day, calendar, calendar_version,
                   started_at, began_at, since, open_pauses, restart, reappointed, used_minutes,
                   waited_minutes, granted, restarts, supplements, last_at, last_on, sequence,
                   entries)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'running', false, 'LICH-THU', 1, $10, $10,
        $10, '', false, false, 0, 0, 0, 0, 0, $10, $10::timestamptz::date, 0, 1)
on conflict (dossier) do update set due_at = excluded.due_at
"""


def _without_due_while_open(life: dict[str, Any]) -> dict[str, Any]:
    return life if life["ended_on"] is not None else {**life, "due_at": None, "due_on": None}
