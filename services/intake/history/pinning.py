"""Finds what a history line is pinned to: version, case, limit, agency, calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg

from services.intake.copies import Catalogue
from services.intake.history.lines import HistoryLine, LineError
from services.intake.history.lives import Rules
from services.intake.promise import Terms, choose_case, choose_row, offered_rows
from shared.errors import Problem
from shared.events import AgencyLevel, Channel, PauseEnd, ProcedurePublished
from shared.identity import Principal
from shared.working_time import business_date


@dataclass(frozen=True, slots=True)
class Pinned:
    """The chosen case and limit of one version and channel."""

    case: str
    row: str
    terms: Terms
    components: frozenset[str]


class Pins:
    """One chunk's view of the catalogue; the same choice is made once."""

    def __init__(
        self,
        catalogue: Catalogue,
        connection: asyncpg.Connection,
        principal: Principal,
        pause_end: Callable[[date], PauseEnd],
    ) -> None:
        self._catalogue = catalogue
        self._connection = connection
        self._principal = principal
        self._pause_end = pause_end
        self._levels: dict[tuple[str, date], AgencyLevel] = {}
        self._pinned: dict[tuple[str, int, Channel, str | None, str | None], Pinned] = {}

    async def rules(self, line: HistoryLine) -> tuple[Rules, Pinned]:
        """Everything the life needs; raises LineError naming what is not known."""
        on = business_date(line.filed_at)
        competent = line.competent_agency or line.agency
        level = self._level(competent, on)
        if line.agency != competent:
            self._level(line.agency, on)
        procedure = await self._catalogue.procedure_on(self._connection, line.procedure, on)
        if procedure is None:
            raise LineError(
                "procedure_unknown",
                f"Thủ tục {line.procedure} không có hiệu lực ngày {on:%d/%m/%Y}.",
            )
        pinned = self._pin(procedure, line)
        rules = Rules(
            head=_head(line, procedure, pinned, competent),
            agency_level=level,
            terms=pinned.terms,
            working_time=self._catalogue.calendar_of(line.agency),
            components=pinned.components,
            pause_end=self._pause_end(on),
        )
        return rules, pinned

    def _level(self, code: str, on: date) -> AgencyLevel:
        level = self._levels.get((code, on))
        if level is None:
            if not self._principal.covers(code):
                raise LineError("agency_foreign", f"Cơ quan {code} ngoài phạm vi của bạn.")
            agency = self._catalogue.agency(code, on)
            if agency is None:
                raise LineError("agency_unknown", f"Ngày {on:%d/%m/%Y} không có cơ quan {code}.")
            level = self._levels[code, on] = agency.level
        return level

    def _pin(self, procedure: ProcedurePublished, line: HistoryLine) -> Pinned:
        key = (procedure.code, procedure.version, line.channel, line.case, line.limit_row)
        known = self._pinned.get(key)
        if known is None:
            known = self._pinned[key] = _choose(procedure, line)
        return known


def _choose(procedure: ProcedurePublished, line: HistoryLine) -> Pinned:
    try:
        case = choose_case(procedure, line.case)
        rows = offered_rows(procedure, line.channel, case.id)
        row = choose_row(rows, line.limit_row, same_day=procedure.same_day)
    except Problem as refused:
        raise LineError(refused.code, refused.detail) from refused
    return Pinned(
        case.id,
        row.id,
        Terms(row.limit, procedure.same_day),
        frozenset(component.id for component in case.components if not component.is_note),
    )


def _head(
    line: HistoryLine, procedure: ProcedurePublished, pinned: Pinned, competent: str
) -> dict[str, Any]:
    return {
        "code": line.code,
        "procedure": procedure.code,
        "procedure_version": procedure.version,
        "field": procedure.field,
        "case": pinned.case,
        "channel": line.channel,
        "way_of_return": line.way_of_return,
        "support_agency": line.support_agency,
        "receiving_agency": line.agency,
        "competent_agency": competent,
    }
