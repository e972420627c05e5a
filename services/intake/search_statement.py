"""Builds the statement that finds one page of dossiers from the filters that were given.

No filter that was not given stands in the statement: an “or it is null” would cost the index.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.intake.names import asked_keys

LATERAL_AGENCIES_MAX = 20
"""So many agencies are walked one by one and merged; more are found along the way of all."""


@dataclass(slots=True)
class Statement:
    """A statement in the making: what must hold, whom it concerns, its arguments in order."""

    key: str = "filed_at"
    descending: bool = True
    arguments: list[Any] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    """Selects of dossiers that are few: people's numbers and names, the begin of a code.

    Each tells a dossier once, though several of its people may bear the name.
    """
    of_candidates: bool = True
    """Whether candidates tell all that is asked for, so that the dossiers need not be read."""
    within: bool = False
    """Whether candidates lie in the asked agencies already."""

    def argument(self, value: Any) -> str:
        """Add an argument and tell how it is written."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def of_status(self, status: int) -> None:
        """Keep one status; a literal, so that the partial index of the desk is seen."""
        self.of_candidates = False
        self.conditions.append(f"d.status = {int(status)}")

    def equal(self, column: str, value: str | None) -> None:
        """Keep rows whose column has the value, if one is asked for."""
        if value is not None:
            self.of_candidates = False
            self.conditions.append(f"d.{column} = {self.argument(value)}")

    def due_before(self, moment: datetime) -> None:
        """Keep running dossiers due before a moment, sorted by it: a waiting one has no due."""
        self.key, self.descending, self.of_candidates = "due_at", False, False
        self.conditions.append(f"d.status in (2, 4) and d.due_at < {self.argument(moment)}")

    def beyond(self, moment: datetime, identity: Any) -> None:
        """Keep what comes after the last row of the page before."""
        sign = "<" if self.descending else ">"
        moment_at, identity_at = self.argument(moment), self.argument(identity)
        self.conditions.append(f"(d.{self.key}, d.id) {sign} ({moment_at}, {identity_at})")

    def with_code(self, prefix: str) -> None:
        """Keep codes that begin so."""
        first, end = self.argument(prefix), self.argument(prefix[:-1] + chr(ord(prefix[-1]) + 1))
        self.candidates.append(
            f"select c.id, c.filed_at from dossier c where c.code ~>=~ {first} and c.code ~<~ {end}"  # noqa: S608 - arguments are numbered
        )

    def of_person(self, identity_hash: bytes | None) -> None:
        """Keep the dossiers of whoever bears this number."""
        number = self.argument(identity_hash)
        self._among_people(f"identity_hash = {number}")

    def named(self, key: str, agencies: Sequence[str] | None) -> None:
        """Keep dossiers with somebody of this name."""
        keys = asked_keys(key)
        held = f"keys @> {self.argument(keys)}::text[]"
        if len(keys) == 1 and agencies is not None:
            # One pair is carried by many: the index over agency and keys narrows it.
            held += f" and agency = any({self.argument(list(agencies))}::text[])"
            self.within = True
        self._among_people(held)

    def text(self, agencies: Sequence[str] | None, count: int) -> str:
        """Write the statement that finds the page's ids in order."""
        if self.candidates:
            return self._among_candidates(agencies, count)
        if agencies is None or len(agencies) > LATERAL_AGENCIES_MAX:
            return f"{self._ids(self._anywhere(agencies))} {self._order('d')} limit {count}"
        each = self.argument(list(agencies))
        others = len(agencies) > 1
        outside = [f"d.competent_agency <> all({each}::text[])"] if others else []
        own = self._ids(["d.competent_agency = a.agency"])
        # Received here and decided outside: what is decided inside was found there already.
        received = "d.receiving_agency = a.agency and d.receiving_agency <> d.competent_agency"
        elsewhere = self._ids([received, *outside])
        # Helped here only: what was received inside was found there already.
        helped = self._ids(
            [
                "d.support_agency = a.agency",
                f"d.competent_agency <> all({each}::text[])",
                f"d.receiving_agency <> all({each}::text[])",
            ]
        )
        parts = " union all ".join(
            f"({part} {self._order('d')} limit {count})" for part in (own, elsewhere, helped)
        )
        return (
            f"select x.id, x.{self.key} from unnest({each}::text[]) as a(agency)"  # noqa: S608 - as above
            f" cross join lateral ({parts}) as x {self._order('x')} limit {count}"
        )

    def _among_people(self, held: str) -> None:
        self.candidates.append(
            f"select distinct dossier_id as id, filed_at from party where {held}"  # noqa: S608 - as above
        )

    def _among_candidates(self, agencies: Sequence[str] | None, count: int) -> str:
        few = " intersect ".join(self.candidates)
        further = [] if self.within else self._anywhere(agencies)
        whole = self.of_candidates and not further
        where = self._where(further)
        source = "few d" if whole else "few join dossier d using (id)"
        return (
            f"with few as materialized ({few}) select d.id, d.{self.key}"  # noqa: S608 - as above
            f" from {source}{where} {self._order('d')} limit {count}"
        )

    def _anywhere(self, agencies: Sequence[str] | None) -> list[str]:
        if agencies is None:
            return []
        any_of = f"any({self.argument(list(agencies))}::text[])"
        columns = ("competent_agency", "receiving_agency", "support_agency")
        return [f"({' or '.join(f'd.{column} = {any_of}' for column in columns)})"]

    def _ids(self, further: Sequence[str]) -> str:
        return f"select d.id, d.{self.key} from dossier d{self._where(further)}"  # noqa: S608 - as above

    def _where(self, further: Sequence[str]) -> str:
        held = [*further, *self.conditions]
        return f" where {' and '.join(held)}" if held else ""

    def _order(self, alias: str) -> str:
        way = " desc" if self.descending else ""
        return f"order by {alias}.{self.key}{way}, {alias}.id{way}"
