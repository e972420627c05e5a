"""Finds the ladder of a dossier among those that were set: the most specific wins."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

import asyncpg
import orjson

from services.sla.alarms.ladder import DEFAULTS, Ladder, Rung
from shared.identity import EVERYWHERE
from shared.working_time import business_date

ANY_PROCEDURE: Final = ""

LOAD: Final = """
select agency, procedure, effective_from, rungs::text as rungs from alarm_ladder
 where agency = any($1::text[])
 order by effective_from desc
"""


class Ladders:
    """Ladders set for some agencies and all above them."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._set: dict[tuple[str, str], list[tuple[date, Ladder]]] = {}
        for row in rows:
            key = row["agency"], row["procedure"]
            self._set.setdefault(key, []).append((row["effective_from"], read(row["rungs"])))
        self._ranked: dict[tuple[str, str], list[tuple[date, Ladder]]] = {}

    def of(self, agency: str, procedure: str, accepted_at: datetime) -> Ladder:
        """The ladder of a dossier by its day of acceptance.

        One for the procedure beats one for all, and the nearer agency the one above it.
        """
        key = agency, procedure
        ranked = self._ranked.get(key)
        if ranked is None:
            ranked = self._ranked[key] = list(self._rank(agency, procedure))
        if len(ranked) == 1:
            return ranked[0][1]
        on = business_date(accepted_at)
        return next(ladder for effective_from, ladder in ranked if effective_from <= on)

    def _rank(self, agency: str, procedure: str) -> Iterator[tuple[date, Ladder]]:
        for wanted in (procedure, ANY_PROCEDURE):
            for place in lineage(agency):
                yield from self._set.get((place, wanted), ())
        for default in DEFAULTS:
            yield default.effective_from, default.ladder


async def load(connection: asyncpg.Connection, agencies: Iterable[str]) -> Ladders:
    """Get every ladder that may count for dossiers of these agencies."""
    places = {place for agency in set(agencies) for place in lineage(agency)}
    return Ladders(await connection.fetch(LOAD, sorted(places)))


def lineage(agency: str) -> list[str]:
    """The agency, those above it, and everywhere: the nearest first."""
    parts = agency.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)] + [EVERYWHERE]


@lru_cache(maxsize=1024)
def read(rungs: str) -> Ladder:
    """Read a ladder as it is kept."""
    return Ladder(*(Rung.read(kept) for kept in orjson.loads(rungs)))
