"""A procedure as it is written down: the whole content of one version, checked when it comes in."""

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.procedures.codes import ProcedureCode, is_internal
from services.procedures.texts import Name, Text
from shared import working_time
from shared.events import AgencyLevel, LimitUnit, Method

PAPERS_MAX: Final = 999
LIMIT_MAX: Final = 100_000
PartId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.-]{1,40}$")]


class Part(BaseModel):
    """A part of the record: frozen, and nothing unknown slips in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ComponentRecord(Part):
    """One paper of a case; a note is an explanation in its place and never asked for."""

    id: PartId
    name: Name
    originals: int = Field(ge=0, le=PAPERS_MAX)
    copies: int = Field(ge=0, le=PAPERS_MAX)
    is_note: bool
    section: Name | None = None
    form: Name | None = None

    @model_validator(mode="after")
    def _note_asks_for_nothing(self) -> Self:
        if self.is_note and (self.originals or self.copies):
            raise ValueError("Ghi chú không phải giấy tờ: số bản chính và bản sao phải bằng 0.")
        return self


class CaseRecord(Part):
    """One case (trường hợp) with its papers; exactly one applies to a dossier."""

    id: PartId
    name: Name
    components: tuple[ComponentRecord, ...] = Field(max_length=300)


class LimitRecord(Part):
    """A processing limit; `unit_assumed` says that the source gave a number without a unit."""

    value: Decimal = Field(gt=0, le=LIMIT_MAX)
    unit: LimitUnit
    unit_assumed: bool = False

    @model_validator(mode="after")
    def _exact(self) -> Self:
        working_time.Limit(self.value, working_time.LimitUnit(self.unit))
        return self


class FeeRecord(Part):
    """What a row costs; an amount of 0 is free, an unknown fee is no fee record at all."""

    amount: Decimal | None = Field(ge=0, le=10**12)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    per: Name | None = None
    text: Text


class MethodRecord(Part):
    """One row of a way of filing; a way may have several rows, and none may know its limit."""

    id: PartId
    case: PartId | None
    method: Method
    limit: LimitRecord | None
    fee: FeeRecord | None
    note: Text | None = None


class ResultRecord(Part):
    """What the person receives, with the national result code where there is one."""

    code: Name | None = None
    name: Name


class ProcedureRecord(Part):
    """One version's content (Decree 63/2010/NĐ-CP, Article 8(2)) and when it is in force."""

    code: ProcedureCode
    name: Name
    field: Name
    levels: tuple[AgencyLevel, ...] = Field(min_length=1, max_length=5)
    former_levels: tuple[AgencyLevel, ...] = Field(default=(), max_length=5)
    decision: Name
    kind: Name | None = None
    subjects: tuple[Name, ...] = Field(default=(), max_length=30)
    performing_agency: Text | None = None
    competent_agency: Text | None = None
    same_day: bool = False
    linked: bool = False
    cases: tuple[CaseRecord, ...] = Field(min_length=1, max_length=100)
    methods: tuple[MethodRecord, ...] = Field(max_length=100)
    results: tuple[ResultRecord, ...] = Field(default=(), max_length=50)
    legal_grounds: tuple[Name, ...] = Field(default=(), max_length=100)
    components_total: int | None = Field(default=None, ge=0)
    note: Text | None = None
    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("Ngày hết hiệu lực không được trước ngày có hiệu lực.")
        for what, ids in self._ids():
            if len(ids) != len(set(ids)):
                raise ValueError(f"Mã {what} bị trùng; mỗi mã chỉ được dùng một lần.")
        unknown = {row.case for row in self.methods} - {case.id for case in self.cases} - {None}
        if unknown:
            named = ", ".join(sorted(map(str, unknown)))
            raise ValueError(f"Cách thức thực hiện nêu trường hợp không có: {named}.")
        return self

    def _ids(self) -> Iterator[tuple[str, list[str]]]:
        yield "trường hợp", [case.id for case in self.cases]
        yield "giấy tờ", [paper.id for case in self.cases for paper in case.components]
        yield "cách thức", [row.id for row in self.methods]

    @property
    def internal(self) -> bool:
        """Whether the procedure is internal (TTHC nội bộ)."""
        return is_internal(self.code)

    @property
    def every_level(self) -> tuple[AgencyLevel, ...]:
        """The levels that perform it now, then those that did in its time of validity."""
        return tuple(dict.fromkeys((*self.levels, *self.former_levels)))

    @property
    def ways(self) -> list[Method]:
        """The ways of filing that it has, each once."""
        return sorted({row.method for row in self.methods})

    @property
    def content_hash(self) -> bytes:
        """Equal for equal content, however the record was written."""
        content = orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(content).digest()
