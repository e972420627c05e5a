"""Reports that were handed in: frozen rows, and what a later run counts otherwise, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import uuid_utils.compat as uuid7s
from sqlalchemy import ARRAY, Text, bindparam, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.models import METADATA, SubmittedReport
from services.sla.reports.columns import COLUMNS, columns
from services.sla.reports.counting import count
from services.sla.reports.members import NONE
from services.sla.reports.questions import Group, Question
from shared import paging
from shared.errors import Conflict, NotFound
from shared.identity import Principal
from shared.working_time import business_date

FORM: Final = "II.06a"
MARGIN: Final = timedelta(hours=1)
"""A fact may be recorded so long before the report was submitted and be counted after it."""

CAUSES: Final = """
select late.dossier, clock.code, row.place, row.kind, row.on_day, row.at, row.agency, clock.field,
       clock.procedure, row.outcome, row.verdict, late.recorded_at
  from late_entry as late
  join clock on clock.dossier = late.dossier and clock.counted
  join ledger as row on row.dossier = late.dossier
   and row.place between late.place and late.last_place
 where late.recorded_at > $1 and late.on_day <= $2 and row.on_day <= $2
   and ($3::text[] is null or exists (
       select from unnest($3) as asked (code)
        where row.agency = asked.code or starts_with(row.agency, asked.code || '.')))
   and (late.recorded_at, late.dossier, row.place) > ($4, $5, $6)
 order by late.recorded_at, late.dossier, row.place limit $7
"""

OWN: Final = text("""
not exists (select from unnest(submitted_report.agencies) as told (code)
             where not exists (select from unnest(:grants) as grants (code)
                                where told.code = grants.code
                                   or starts_with(told.code, grants.code || '.')))
and submitted_report.agencies is not null
""").bindparams(bindparam("grants", type_=ARRAY(Text)))
"""A report of several agencies is shown to whoever may see all of them."""


class Difference(NamedTuple):
    """One number of one row that is counted otherwise now."""

    groups: dict[str, str]
    measure: str
    submitted: int
    now: int


async def submit(
    session: AsyncSession, question: Question, principal: Principal, now: datetime
) -> SubmittedReport:
    """Count and freeze a report whose period is over; raises Conflict before."""
    if question.last >= business_date(now):
        raise Conflict("Kỳ báo cáo chưa kết thúc nên chưa thể chốt.", code="period_not_over")
    reached = METADATA.tables["reached"]
    # The place first: what is counted meanwhile is counted too, and told as counted.
    position = await session.scalar(select(func.max(reached.c.position)))
    frozen = SubmittedReport(
        id=UUID(bytes=uuid7s.uuid7().bytes),
        form=FORM,
        first=question.first,
        last=question.last,
        agencies=None if question.agencies is None else list(question.agencies),
        group_by=[group.value for group in question.group_by],
        rows=[_plain(row) for row in await count(session, question)],
        position=position,
        submitted_by=principal.subject,
        submitted_at=now,
    )
    session.add(frozen)
    return frozen


async def get(session: AsyncSession, identity: UUID, principal: Principal) -> SubmittedReport:
    """Find a submitted report; raises NotFound, also for agencies that are not the caller's."""
    found = await session.get(SubmittedReport, identity)
    if found is None or not _covers(principal, found):
        raise NotFound("Không có báo cáo đã chốt này.", code="submitted_report_not_found")
    return found


async def list_reports(
    session: AsyncSession, principal: Principal, after: str | None, limit: int
) -> tuple[Sequence[SubmittedReport], str | None]:
    """A page of the caller's submitted reports, the newest first, and its next cursor."""
    order = tuple_(SubmittedReport.submitted_at, SubmittedReport.id)
    statement = select(SubmittedReport).order_by(
        SubmittedReport.submitted_at.desc(), SubmittedReport.id.desc()
    )
    if after is not None:
        statement = statement.where(order < _past(after))
    if not principal.everywhere:
        statement = statement.where(OWN.bindparams(grants=list(principal.agencies)))
    rows = list(await session.scalars(statement.limit(limit + 1)))
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = paging.encode(last.submitted_at, str(last.id))
    return rows[:limit], following


async def differences(session: AsyncSession, frozen: SubmittedReport) -> list[Difference]:
    """Count a submitted report again and tell every number that is another one now."""
    now = [_plain(row) for row in await count(session, question_of(frozen))]
    names = frozen.group_by
    then_by_group = {tuple(row[name] for name in names): columns(row) for row in frozen.rows}
    now_by_group = {tuple(row[name] for name in names): columns(row) for row in now}
    nothing = dict.fromkeys(COLUMNS, 0)
    found = []
    for key in sorted(then_by_group.keys() | now_by_group.keys()):
        before, after = then_by_group.get(key, nothing), now_by_group.get(key, nothing)
        groups = dict(zip(names, key, strict=True))
        found += [
            Difference(groups, name, before[name], after[name])
            for name in COLUMNS
            if before[name] != after[name]
        ]
    return found


async def causes(
    connection: asyncpg.Connection, frozen: SubmittedReport, after: str | None, limit: int
) -> tuple[list[asyncpg.Record], str | None]:
    """A page of the ledger's rows that were told late, since the report was submitted."""
    since = frozen.submitted_at - MARGIN
    past = (since, NONE, 0) if after is None else _past_row(after)
    rows: list[asyncpg.Record] = await connection.fetch(
        CAUSES, since, frozen.last, frozen.agencies, *past, limit + 1
    )
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = paging.encode(last["recorded_at"], str(last["dossier"]), last["place"])
    return rows[:limit], following


def question_of(frozen: SubmittedReport) -> Question:
    """The question that a submitted report answered."""
    return Question(
        first=frozen.first,
        last=frozen.last,
        agencies=None if frozen.agencies is None else tuple(frozen.agencies),
        group_by=tuple(Group(name) for name in frozen.group_by),
    )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON holds it: sums come as decimals."""
    return {name: value if isinstance(value, str) else int(value) for name, value in row.items()}


def _covers(principal: Principal, frozen: SubmittedReport) -> bool:
    if frozen.agencies is None:
        return principal.everywhere
    return all(principal.covers(agency) for agency in frozen.agencies)


def _past(cursor: str) -> tuple[datetime, UUID]:
    moment, identity = paging.decode_texts(cursor, 2)
    try:
        return datetime.fromisoformat(moment), UUID(identity)
    except ValueError as broken:
        raise paging.unreadable() from broken


def _past_row(cursor: str) -> tuple[datetime, UUID, int]:
    moment, identity, place = paging.decode(cursor, 3)
    try:
        return datetime.fromisoformat(moment), UUID(identity), int(place)
    except (TypeError, ValueError, AttributeError) as broken:
        raise paging.unreadable() from broken
