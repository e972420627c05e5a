"""The catalogue as intake knows it, kept ready in the process until a fact changes it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import asyncpg
import orjson

from shared.errors import Unavailable
from shared.events import AgencyChanged, AgencyLevel, ProcedurePublished, ProcessPublished
from shared.working_time import Calendar, WorkingTime

REVISION = "select coalesce((select revision from copies_revision), 0) as revision"
"""Reads the number that tells whether the copies have changed."""

_AGENCIES = "select document::text as document, valid_to from agency_copy order by code, valid_from"
_CALENDARS = (
    "select distinct on (code) definition::text as definition from calendar_copy"
    " order by code, version desc"
)
_PROCESSES = (
    "select id, retired_at is not null as retired, document::text as document"
    " from process_copy where procedure = $1 and version = $2 order by id"
)
COUNT_FACTS = """
    insert into copies_revision as r (one, revision) values (true, $1)
    on conflict (one) do update set revision = r.revision + excluded.revision
"""
"""Every fact counts one, so that a rebuilt copy bears the number of the one it replaces."""
_VERSIONS = (
    "select valid_from, valid_to, document::text as document from procedure_copy"
    " where code = $1 order by version"
)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency from a day on, until another day or for good."""

    told: AgencyChanged
    valid_to: date | None

    @property
    def level(self) -> AgencyLevel:
        """Its level in the State."""
        return self.told.level

    def in_force(self, on: date) -> bool:
        """Whether it exists on that day."""
        return self.told.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a procedure and the days it is in force."""

    valid_from: date
    valid_to: date | None
    told: ProcedurePublished


@dataclass(frozen=True, slots=True)
class Process:
    """A process of one version of a procedure; a retired one is only finished by."""

    id: UUID
    retired: bool
    told: ProcessPublished


@dataclass(frozen=True)
class Catalogue:
    """Everything copied, as of one revision; procedures are read when first asked for."""

    revision: int
    agencies: Mapping[str, Sequence[Agency]]
    calendars: Mapping[str, Calendar]
    default_calendar: str
    _versions: dict[str, Sequence[Version]] = field(default_factory=dict)
    _processes: dict[tuple[str, int], Sequence[Process]] = field(default_factory=dict)

    def agency(self, code: str, on: date) -> Agency | None:
        """Find an agency that exists on that day."""
        return next((known for known in self.agencies.get(code, ()) if known.in_force(on)), None)

    def successors(self, code: str) -> tuple[str, ...]:
        """Tell who took over from an agency that is no more."""
        known = self.agencies.get(code, ())
        return known[-1].told.successors if known else ()

    def below(self, prefixes: Iterable[str]) -> list[str]:
        """Every known agency that is one of these or lies below one."""
        grants = tuple(prefixes)
        return [
            code
            for code in self.agencies
            if any(code == grant or code.startswith(f"{grant}.") for grant in grants)
        ]

    def calendar_of(self, agency: str) -> WorkingTime:
        """Get the newest calendar of an agency, inherited upwards; raises Unavailable."""
        code: str | None = agency
        while code:
            known = self.agencies.get(code, ())
            if known and known[-1].told.calendar:
                return self.working_time(known[-1].told.calendar)
            code = (known[-1].told.parent if known else None) or code.rpartition(".")[0]
        return self.working_time(self.default_calendar)

    def working_time(self, calendar: str) -> WorkingTime:
        """Get the newest version of a calendar; raises Unavailable while it is unknown."""
        if calendar not in self.calendars:
            raise Unavailable(f"Chưa nhận được lịch làm việc {calendar}.", code="calendar_unknown")
        return WorkingTime.of(self.calendars[calendar])

    async def versions(self, connection: asyncpg.Connection, code: str) -> Sequence[Version]:
        """Every version of a procedure, oldest first; empty when it is unknown."""
        known = self._versions.get(code)
        if known is None:
            rows = await connection.fetch(_VERSIONS, code)
            known = tuple(
                Version(
                    row["valid_from"],
                    row["valid_to"],
                    ProcedurePublished.model_validate_json(row["document"]),
                )
                for row in rows
            )
            # What is unknown is not remembered: anybody may ask for anything.
            if known:
                self._versions[code] = known
        return known

    async def procedure_on(
        self, connection: asyncpg.Connection, code: str, on: date
    ) -> ProcedurePublished | None:
        """Find the version in force for a receipt on that day, the newest where two claim it."""
        for version in reversed(await self.versions(connection, code)):
            if version.valid_from <= on and (version.valid_to is None or on <= version.valid_to):
                return version.told
        return None

    async def pinned(
        self, connection: asyncpg.Connection, code: str, version: int
    ) -> ProcedurePublished:
        """Get the version that a dossier is pinned to; raises Unavailable while it is unknown."""
        for known in await self.versions(connection, code):
            if known.told.version == version:
                return known.told
        raise Unavailable(
            f"Chưa nhận được thủ tục {code} phiên bản {version}.", code="procedure_unknown"
        )

    async def processes(
        self, connection: asyncpg.Connection, procedure: str, version: int
    ) -> Sequence[Process]:
        """Every process of a published version, retired ones too."""
        known = self._processes.get((procedure, version))
        if known is None:
            rows = await connection.fetch(_PROCESSES, procedure, version)
            known = self._processes[procedure, version] = tuple(
                Process(
                    row["id"],
                    row["retired"],
                    ProcessPublished.model_validate_json(row["document"]),
                )
                for row in rows
            )
        return known


class Copies:
    """The process's memory of the catalogue; one small number tells when it is out of date."""

    def __init__(self, default_calendar: str) -> None:
        self._default_calendar = default_calendar
        self._catalogue: Catalogue | None = None
        self._reading = asyncio.Lock()

    async def current(self, connection: asyncpg.Connection) -> Catalogue:
        """Get the catalogue as it is now, at the price of reading the number."""
        revision: int = await connection.fetchval(REVISION)
        return await self.at(connection, revision)

    async def at(self, connection: asyncpg.Connection, revision: int) -> Catalogue:
        """Get the catalogue of a revision that was just read, from memory when it is there."""
        known = self._catalogue
        if known is not None and known.revision == revision:
            return known
        async with self._reading:
            known = self._catalogue
            if known is None or known.revision != revision:
                known = self._catalogue = await self._read(connection, revision)
            return known

    async def _read(self, connection: asyncpg.Connection, revision: int) -> Catalogue:
        agencies: dict[str, list[Agency]] = {}
        for row in await connection.fetch(_AGENCIES):
            told = AgencyChanged.model_validate_json(row["document"])
            agencies.setdefault(told.code, []).append(Agency(told, row["valid_to"]))
        calendars = [
            Calendar.model_validate(orjson.loads(row["definition"]))
            for row in await connection.fetch(_CALENDARS)
        ]
        return Catalogue(
            revision,
            agencies,
            {calendar.code: calendar for calendar in calendars},
            self._default_calendar,
        )
