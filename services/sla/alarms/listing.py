"""Reads what was raised, and what lies ahead of one dossier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from services.sla import watching
from services.sla.alarms import history, ladders, schedule
from services.sla.alarms.places import within
from services.sla.alarms.schedule import Ring
from shared import paging
from shared.errors import NotFound
from shared.events import Rank
from shared.identity import Principal

OF_DOSSIER: Final = "select * from alarm where dossier = $1 order by raised_at, due_at, rung"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alarms: of a subtree, for whom, raised from when on."""

    agency: str | None = None
    rank: Rank | None = None
    since: datetime | None = None


class OfDossier(NamedTuple):
    """One dossier's alarms: those raised, and the rungs still ahead while its clock runs."""

    dossier: str
    code: str
    raised: Sequence[Any]
    ahead: Sequence[Ring]


async def list_alarms(
    connection: asyncpg.Connection,
    principal: Principal,
    wanted: Wanted,
    *,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Any], str | None]:
    """One page, newest first, and its next cursor; raises NotFound for a foreign agency."""
    if wanted.agency is not None and not principal.covers(wanted.agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    statement, values = _question(principal, wanted, None if after is None else _past(after))
    found = await connection.fetch(f"{statement} limit {limit + 1}", *values)
    page = found[:limit]
    return page, _cursor(page[-1]) if len(found) > limit else None


async def of_dossier(
    connection: asyncpg.Connection, reference: str, principal: Principal
) -> OfDossier:
    """All alarms of one dossier, by code or id; raises NotFound, also for a foreign agency's."""
    watched = await watching.watch(connection, reference, principal)
    followed = watched.followed
    raised = await connection.fetch(OF_DOSSIER, UUID(followed.dossier))
    one = schedule.running(followed)
    ahead: Sequence[Ring] = ()
    if one is not None:
        known = await ladders.load(connection, [one.agency])
        ahead = schedule.ahead(
            known.of(one.agency, one.procedure, one.accepted_at),
            one,
            history.History(raised).of(one.dossier, one.due_at),
            watched.working_time,
        )
    return OfDossier(followed.dossier, followed.code, raised, ahead)


def _question(
    principal: Principal, wanted: Wanted, past: tuple[Any, ...] | None
) -> tuple[str, list[Any]]:
    """The statement for the filters given, and no others: each case keeps its index."""
    agencies = None if principal.everywhere else principal.agencies
    if wanted.agency is not None:
        agencies = (wanted.agency,)
    values: list[Any] = list(agencies or ())
    filters = ["true" if agencies is None else within("agency", 1, agencies)]
    if wanted.rank is not None:
        values.append(wanted.rank)
        filters.append(f"rank = ${len(values)}")
    if wanted.since is not None:
        values.append(wanted.since)
        filters.append(f"raised_at >= ${len(values)}")
    if past is not None:
        places = ", ".join(f"${len(values) + number}" for number in range(1, len(past) + 1))
        filters.append(f"(raised_at, dossier, due_at, rung) < ({places})")
        values += past
    statement = (
        "select * from alarm where "  # noqa: S608 (only constants and places)
        + " and ".join(filters)
        + " order by raised_at desc, dossier desc, due_at desc, rung desc"
    )
    return statement, values


def _cursor(row: Any) -> str:
    return paging.encode(
        row["raised_at"].isoformat(), str(row["dossier"]), row["due_at"].isoformat(), row["rung"]
    )


def _past(cursor: str) -> tuple[datetime, UUID, datetime, str]:
    raised_at, dossier, due_at, rung = paging.decode_texts(cursor, 4)
    try:
        return (
            datetime.fromisoformat(raised_at),
            UUID(dossier),
            datetime.fromisoformat(due_at),
            rung,
        )
    except ValueError as broken:
        raise paging.unreadable() from broken
