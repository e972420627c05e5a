"""Figures about published procedures: which ones are online, cost something, and are used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import asyncpg

from services.sla.figures.figure import Figure
from services.sla.figures.scope import Scope, lies_within
from shared.events import Channel, Method

ONLINE_LEVELS: Final = frozenset({"partial", "full"})
"""Level 3 (một phần) and level 4 (toàn trình)."""

PUBLISHED: Final = """
select code, document->>'online_level' as online_level,
       array(select jsonb_array_elements_text(document->'levels')) as levels,
       document->'methods' @@ '$[*].fees[*].amount.double() > 0' as priced
  from (select distinct on (code) code, document from procedure_copy
         where valid_from <= $1 and (valid_to is null or valid_to >= $1)
         order by code, version desc) as in_force
 where not coalesce((document->>'internal')::boolean, false)
"""
AGENCY_LEVELS: Final = """
select code, level from agency_copy
 where valid_from <= $1 and (valid_to is null or valid_to >= $1)
   and ($2::text[] is null or exists (
        select from unnest($2::text[]) as grants (code)
         where agency_copy.code = grants.code
            or starts_with(agency_copy.code, grants.code || '.')))
"""
USED: Final = """
select distinct agency, procedure, channel = any($5::text[]) as online, paid_online
  from life
 where received_on between $1 and $2 and counted and (channel = any($5::text[]) or paid_online)
   and ($3::text[] is null or exists (
        select from unnest($3::text[]) as grants (code)
         where agency = grants.code or starts_with(agency, grants.code || '.')))
   and (cardinality($4::text[]) = 0 or level = any($4::text[]))
"""
ONLINE_CHANNELS: Final = [one.value for one in Channel if one.method is Method.ONLINE]


class Published(NamedTuple):
    """A procedure in force at the end of a period."""

    code: str
    levels: frozenset[str]
    online: bool
    priced: bool
    """Whether any of its rows costs more than nothing."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What was published, at which levels agencies are, and what was used."""

    published: tuple[Published, ...]
    levels: Mapping[str, str]
    online: Mapping[str, frozenset[str]]
    """Procedures with dossiers filed online, by deciding agency."""
    paid: Mapping[str, frozenset[str]]
    """Procedures with dossiers paid online, by deciding agency."""
    only_levels: frozenset[str]

    def competent(self, agency: str | None) -> list[Published]:
        """Procedures of the levels that the agency and those below it are at."""
        levels = self.only_levels or {
            level
            for code, level in self.levels.items()
            if agency is None or lies_within(code, agency)
        }
        return [one for one in self.published if not one.levels.isdisjoint(levels)]

    def online_share(self, agency: str | None) -> Figure:
        """Procedures offered online of all (766, 3.1)."""
        competent = self.competent(agency)
        return Figure.of(sum(one.online for one in competent), len(competent))

    def used_online_share(self, agency: str | None) -> Figure:
        """Procedures offered online that had dossiers online (766, 3.2; Tân Hồng's T3)."""
        used = _within(self.online, agency)
        offered = [one for one in self.competent(agency) if one.online]
        return Figure.of(sum(one.code in used for one in offered), len(offered))

    def paid_online_share(self, agency: str | None) -> Figure:
        """Procedures with fees that had dossiers paid online (766, payment C)."""
        paid = _within(self.paid, agency)
        priced = [one for one in self.competent(agency) if one.priced]
        return Figure.of(sum(one.code in paid for one in priced), len(priced))


async def load(connection: asyncpg.Connection, scope: Scope) -> Catalogue:
    """Read what the figures need: three statements, whatever the number of agencies."""
    published = await connection.fetch(PUBLISHED, scope.last)
    agencies = await connection.fetch(AGENCY_LEVELS, scope.last, scope.agencies)
    used = await connection.fetch(
        USED, scope.first, scope.last, scope.agencies, list(scope.levels), ONLINE_CHANNELS
    )
    return Catalogue(
        published=tuple(
            Published(
                row["code"],
                frozenset(row["levels"]),
                row["online_level"] in ONLINE_LEVELS,
                bool(row["priced"]),
            )
            for row in published
        ),
        levels={row["code"]: row["level"] for row in agencies},
        online=_by_agency(row for row in used if row["online"]),
        paid=_by_agency(row for row in used if row["paid_online"]),
        only_levels=frozenset(scope.levels),
    )


def _by_agency(rows: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["agency"], set()).add(row["procedure"])
    return {agency: frozenset(procedures) for agency, procedures in found.items()}


def _within(used: Mapping[str, frozenset[str]], agency: str | None) -> frozenset[str]:
    """Procedures used at an agency or below it; a procedure used at several counts once."""
    return frozenset().union(
        *(codes for code, codes in used.items() if agency is None or lies_within(code, agency))
    )
