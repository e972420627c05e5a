"""Loads the first catalogue of an installation; what is there already stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import agencies, calendars, fields, procedures, process_seeds, scope_seeds
from services.procedures.records import ProcedureRecord
from services.procedures.schemas import AgencyDescription, FieldView
from shared.database import Database

SEEDS: Final = Path(__file__).parent / "seeds"
LOADED_BY: Final = "first-run"
INCOMPLETE: Final = "Nguồn của danh mục ban đầu không cho trình tự thực hiện và số bộ hồ sơ."


@dataclass(frozen=True, slots=True)
class Counts:
    """What a load brought that was not there."""

    calendars: int
    fields: int
    agencies: int
    published: int
    drafted: int
    processes: int = 0
    linked_groups: int = 0
    competences: int = 0
    targets: int = 0

    def __str__(self) -> str:
        """One line for the operator."""
        return (
            f"thêm {self.calendars} lịch, {self.fields} lĩnh vực, {self.agencies} cơ quan,"
            f" {self.published} thủ tục công bố, {self.drafted} bản dự thảo chờ duyệt,"
            f" {self.processes} quy trình, {self.linked_groups} nhóm liên thông,"
            f" {self.competences} phân công thẩm quyền, {self.targets} chỉ tiêu"
        )


async def load_seeds(database: Database) -> Counts:
    """Bring in calendar, fields, agencies, procedures and their processes, all or nothing.

    A procedure is published when it is new; a changed one waits as a draft for a person's approval.
    Agencies that are there are not touched: their officers may have changed them.
    """
    at = datetime.now(UTC)
    async with database.transaction() as session:
        new_calendars = await _load_calendar(session, at)
        new_fields = [
            await fields.add(session, FieldView.model_validate(field))
            for field in _read("fields")["fields"]
        ]
        new_agencies = await _load_agencies(session)
        published, drafted = await _load_procedures(session, at)
        flows = await process_seeds.load(session, _read, by=LOADED_BY, at=at)
        scope = await scope_seeds.load(session, _read)
    return Counts(new_calendars, sum(new_fields), new_agencies, published, drafted, *flows, *scope)


async def _load_calendar(session: AsyncSession, at: datetime) -> int:
    calendar = calendars.CalendarContent.model_validate_json((SEEDS / "calendar.json").read_bytes())
    if await calendars.find_version(session, calendar.code, calendar.version) is not None:
        return 0
    await calendars.publish(session, calendar, by=LOADED_BY, at=at)
    return 1


async def _load_agencies(session: AsyncSession) -> int:
    known = await agencies.known_codes(session)
    described = {agency.pop("code"): agency for agency in _read("agencies")["agencies"]}
    fresh = [code for code in described if code not in known]
    for code in fresh:
        await agencies.change(session, code, AgencyDescription.model_validate(described[code]))
    return len(fresh)


async def _load_procedures(session: AsyncSession, at: datetime) -> tuple[int, int]:
    seed = _read("procedures")
    published = drafted = 0
    for content in _with_validity(seed):
        record = ProcedureRecord.model_validate_json(content)
        version = await procedures.import_record(session, record, by=LOADED_BY, at=at)
        if version is None:
            continue
        if version.version > 1:
            drafted += 1
            continue
        await procedures.publish(
            session, version.code, 1, by=LOADED_BY, at=at, incomplete_reason=INCOMPLETE
        )
        published += 1
    return published, drafted


def _with_validity(seed: Mapping[str, Any]) -> Sequence[bytes]:
    first_day = {"valid_from": seed["valid_from"]}
    schemas: dict[str, Any] = _read("form_schemas")["schemas"]
    forms = {code: {"form_schema": schema} for code, schema in schemas.items()}
    return [
        orjson.dumps(first_day | content | forms.get(content["code"], {}))
        for content in seed["procedures"]
    ]


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = orjson.loads((SEEDS / f"{name}.json").read_bytes())
    return content
