"""Sets ladders for days that lie ahead, and tells which ones are set."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import asyncpg
import orjson

from services.sla.alarms import ladders
from services.sla.alarms.ladder import Ladder
from shared import paging
from shared.errors import Conflict, NotFound
from shared.identity import EVERYWHERE, Principal
from shared.working_time import business_date

KNOWN: Final = """
select $1 = '*' or exists(select from agency_copy where code = $1) as agency,
       $2 = '' or exists(select from procedure_copy where code = $2) as procedure
"""
ROW: Final = """
agency, procedure, effective_from, rungs::text as rungs, decided_by, decided_at
"""
PUT: Final = f"""
insert into alarm_ladder (agency, procedure, effective_from, rungs, decided_by, decided_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (agency, procedure, effective_from) do update
   set rungs = excluded.rungs, decided_by = excluded.decided_by, decided_at = excluded.decided_at
returning {ROW}
"""  # noqa: S608 (only constants)
# Those of the caller's agencies, and those above them that count where nothing nearer is set.
LIST: Final = f"""
select {ROW} from alarm_ladder
 where (agency, procedure, effective_from) > ($2, $3, $4)
   and exists (select from unnest($1::text[]) as grants (code)
                where grants.code = '*' or agency in ('*', grants.code)
                   or starts_with(agency, grants.code || '.')
                   or starts_with(grants.code, agency || '.'))
 order by agency, procedure, effective_from limit $5
"""  # noqa: S608 (only constants)


async def put(
    connection: asyncpg.Connection,
    principal: Principal,
    *,
    agency: str,
    procedure: str | None,
    effective_from: date,
    ladder: Ladder,
    now: datetime,
) -> Any:
    """Set the ladder of a subtree from a day on; raises NotFound, or Conflict for a day not ahead.

    One that has not begun to count may be put anew; a clock keeps the ladder of its first day.
    """
    if not (principal.everywhere if agency == EVERYWHERE else principal.covers(agency)):
        raise _unknown_agency()
    known = await connection.fetchrow(KNOWN, agency, procedure or ladders.ANY_PROCEDURE)
    if not known["agency"]:
        raise _unknown_agency()
    if not known["procedure"]:
        raise NotFound("Không có thủ tục này.", code="procedure_not_found")
    if effective_from <= business_date(now):
        raise Conflict(
            "Thang cảnh báo chỉ áp dụng từ một ngày sau hôm nay, cho hồ sơ tiếp nhận từ ngày đó.",
            code="ladder_not_ahead",
        )
    return await connection.fetchrow(
        PUT,
        agency,
        procedure or ladders.ANY_PROCEDURE,
        effective_from,
        orjson.dumps([rung.kept() for rung in ladder.rungs]).decode(),
        principal.subject,
        now,
    )


async def list_ladders(
    connection: asyncpg.Connection, principal: Principal, *, after: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """One page of the ladders that concern the caller's agencies, and its next cursor."""
    grants = [EVERYWHERE] if principal.everywhere else list(principal.agencies)
    past = ("", "", date.min) if after is None else _past(after)
    found = await connection.fetch(LIST, grants, *past, limit + 1)
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    last = page[-1]
    return page, paging.encode(
        last["agency"], last["procedure"], last["effective_from"].isoformat()
    )


async def resolve(
    connection: asyncpg.Connection,
    principal: Principal,
    agency: str,
    procedure: str | None,
    at: datetime,
) -> Ladder:
    """The ladder that counts for a dossier accepted at that moment; raises NotFound."""
    if not principal.covers(agency):
        raise _unknown_agency()
    found = await ladders.load(connection, [agency])
    return found.of(agency, procedure or ladders.ANY_PROCEDURE, at)


def _unknown_agency() -> NotFound:
    return NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")


def _past(cursor: str) -> tuple[str, str, date]:
    agency, procedure, day = paging.decode_texts(cursor, 3)
    try:
        return agency, procedure, date.fromisoformat(day)
    except ValueError as broken:
        raise paging.unreadable() from broken
