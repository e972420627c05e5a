"""The dossiers behind a cell, from the ledger as it stood at the end of the period."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.sla.reports.cells import JUDGED_BY, Entered, Part, Stood
from services.sla.reports.questions import Question
from shared.database import Database

EXPORT_PAGE: Final = 10_000
"""Each page looks through all that follow: few pages are quick, large ones need memory."""
EXPORT_PAGES_MAX: Final = 1000

NONE: Final = UUID(int=0)
"""Before the first dossier."""

LEVEL: Final = (
    "coalesce((select level from agency_copy where agency_copy.code = stood.agency), 'other')"
)

CAUSE: Final = (
    "coalesce((select cause from lateness_cause where lateness_cause.dossier = clock.dossier),"
    " (select letter.ground from ledger as letter where letter.dossier = clock.dossier"
    " and letter.kind = 'reappointed'))"
)
"""What somebody of the agency entered, else what the letter of apology says."""


class Members:
    """One statement that lists the members of a cell, and its parameters."""

    def __init__(
        self,
        question: Question,
        parts: Sequence[Part],
        after: UUID | None = None,
        limit: int | None = None,
        cause: str | None = None,
    ) -> None:
        self.parameters: list[Any] = [question.first, question.last, after or NONE, limit]
        self._cause = cause
        self._question = question
        self._filters = self._about_the_dossier()
        self._agency = self._about_the_agency()
        union = " union all ".join(self._part(part) for part in parts)
        self.text = f"""
select members.dossier, sum(members.count)::int as count,
       coalesce(max(members.agency) filter (where members.count > 0), max(members.agency))
           as agency,
       max(members.due_at) as due_at,
       case when sum(members.count) filter (where members.ended_at is not null) <> 0
            then max(members.ended_at) end as ended_at
  from ({union}) as members
 where $1::date <= $2::date
 group by members.dossier having sum(members.count) <> 0
 order by members.dossier limit $4
"""  # noqa: S608 (words of our own; what was asked for are parameters)

    def _part(self, part: Part) -> str:
        sign, source = self._entered(part) if isinstance(part, Entered) else self._stood(part)
        return f"""
select clock.dossier, {sign} as count, stood.agency, {JUDGED_BY} as due_at,
       case when stood.stand = 'ended' then stood.at end as ended_at
  {source} and clock.counted and {part.holds} and {self._filters} and {self._inside("stood")}
"""

    def _entered(self, part: Entered) -> tuple[int, str]:
        stood = "entry.place - 1" if part.left else "entry.place"
        # The agency is looked up in the index only where the entry itself tells it.
        inside = "true" if part.left else self._inside("entry")
        return (
            part.sign,
            f"""
  from ledger as entry
  join ledger as stood on stood.dossier = entry.dossier and stood.place = {stood}
  join clock on clock.dossier = entry.dossier
 where entry.kind = '{part.kind}' and entry.on_day between $1 and $2 and entry.dossier > $3
   and {inside}
""",
        )

    def _stood(self, part: Stood) -> tuple[int, str]:
        day = "$1::date - 1" if part.before else "$2::date"
        # Whoever had not ended by then is open still, or ended or moved away afterwards.
        return (
            1,
            f"""
  from (
    select clock.dossier from clock
     where clock.phase <> 'ended' and clock.dossier > $3 and {self._inside("clock")}
    union
    select gone.dossier from ledger as gone
     where gone.kind = 'ended' and gone.on_day > {day} and gone.dossier > $3
       and {self._inside("gone")}
    union
    select gone.dossier from ledger as gone
     where gone.kind = 'transferred' and gone.on_day > {day} and gone.dossier > $3
  ) as open_then
  join clock on clock.dossier = open_then.dossier
 cross join lateral (
    select * from ledger where ledger.dossier = open_then.dossier and ledger.on_day <= {day}
     order by ledger.place desc limit 1
  ) as stood
 where stood.stand <> 'ended'
""",  # noqa: S608
        )

    def _about_the_dossier(self) -> str:
        """Only the filters that were given."""
        asked = self._question
        wanted = {"channel": asked.channel, "procedure": asked.procedure, "field": asked.field}
        filters = [
            f"clock.{name} = {self._parameter(value)}"
            for name, value in wanted.items()
            if value is not None
        ]
        if self._cause is not None:
            filters.append(f"{CAUSE} = {self._parameter(self._cause)}")
        if asked.level is not None:
            filters.append(f"{LEVEL} = {self._parameter(asked.level.value)}")
        return " and ".join(["true", *filters])

    def _about_the_agency(self) -> str:
        """Whether `TABLE.agency` is one of those that were asked for."""
        if self._question.agencies is None:
            return "true"
        ranges = ["false"]
        for agency in self._question.agencies:
            ranges.append(f"TABLE.agency = {self._parameter(agency)}")
            if not self._question.alone:
                first, beyond = self._parameter(f"{agency}."), self._parameter(f"{agency}/")
                ranges.append(f"(TABLE.agency >= {first} and TABLE.agency < {beyond})")
        return "(" + " or ".join(ranges) + ")"

    def _inside(self, table: str) -> str:
        return self._agency.replace("TABLE", table)

    def _parameter(self, value: Any) -> str:
        self.parameters.append(value)
        return f"${len(self.parameters)}"


LISTED: Final = """
select members.*, clock.code, clock.procedure, procedure_copy.name as procedure_name, clock.field,
       clock.channel, clock.accepted_at{more}
  from ({members}) as members
  join clock on clock.dossier = members.dossier
  left join procedure_copy
    on (procedure_copy.code, procedure_copy.version) = (clock.procedure, clock.procedure_version)
 order by members.dossier
"""


async def page(
    connection: asyncpg.Connection, members: Members, more: str = ""
) -> list[asyncpg.Record]:
    """The members that a statement lists, in the order of filing; `more` columns if wanted.

    `count` is how often a dossier counts: -1 where the period only took its result back.
    """
    statement = LISTED.format(members=members.text, more=more)
    rows: list[asyncpg.Record] = await connection.fetch(statement, *members.parameters)
    return rows


async def pages(
    database: Database, members: Callable[[UUID | None, int], Members], more: str = ""
) -> AsyncIterator[list[asyncpg.Record]]:
    """All members; no connection is held while the reader takes a page."""
    after: UUID | None = None
    for _ in range(EXPORT_PAGES_MAX):
        async with database.statements() as connection:
            rows = await page(connection, members(after, EXPORT_PAGE), more)
        yield rows
        if len(rows) < EXPORT_PAGE:
            return
        after = rows[-1]["dossier"]
