"""One version's content: the mandatory parts, and every field of the national record."""

import hashlib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Self

import orjson
from pydantic import Field, model_validator

from services.procedures.codes import ProcedureCode, is_internal
from services.procedures.records.form_schema import FormSchema
from services.procedures.records.methods import MethodRecord
from services.procedures.records.papers import CaseRecord, GroupRecord, cases_of
from services.procedures.records.parts import (
    KEPT_MAX,
    AsReceived,
    NamedCode,
    NationalCode,
    Part,
    Shape,
)
from services.procedures.texts import LongText, Name, Text
from shared.events import AgencyLevel, Method


class OnlineLevel(StrEnum):
    """How far a procedure can be done online (mức độ dịch vụ công trực tuyến)."""

    INFORMATION = "information"
    """Published only (mức độ 1 and 2)."""
    PARTIAL = "partial"
    """Một phần (mức độ 3)."""
    FULL = "full"
    """Toàn trình (mức độ 4)."""


class BoundaryFree(StrEnum):
    """Where a dossier may be handed in regardless of boundaries (phi địa giới hành chính)."""

    PROVINCE = "province"
    NATION = "nation"


class StepsRecord(Part):
    """The order of doing it (trình tự thực hiện), for one case or for all."""

    case: Name | None = None
    steps: tuple[LongText, ...] = Field(max_length=200)


class LegalGround(Part):
    """A document that the procedure rests on (căn cứ pháp lý)."""

    number: Name | None = None
    name: Name | None = None


class ProcedureRecord(Part):
    """One version's content (Decree 63/2010/NĐ-CP, Article 8(2)) and when it is in force."""

    code: ProcedureCode
    name: Name
    field: Name
    field_code: NationalCode | None = None
    other_fields: tuple[NamedCode, ...] = Field(default=(), max_length=20)
    levels: tuple[AgencyLevel, ...] = Field(min_length=1, max_length=5)
    former_levels: tuple[AgencyLevel, ...] = Field(default=(), max_length=5)
    kind: Name | None = None

    decision: Name
    decision_id: NationalCode | None = None
    decision_signed_on: date | None = None
    publishing_agency: NationalCode | None = None
    national_id: NationalCode | None = None
    national_status: Name | None = None

    steps: tuple[StepsRecord, ...] = Field(default=(), max_length=100)
    methods: tuple[MethodRecord, ...] = Field(max_length=100)
    groups: tuple[GroupRecord, ...] = Field(max_length=100)
    components_total: int | None = Field(default=None, ge=0)
    dossier_sets: int | None = Field(default=None, ge=1, le=99)
    subjects: tuple[Name, ...] = Field(default=(), max_length=30)
    subjects_note: LongText | None = None
    performing_agencies: tuple[NamedCode, ...] = Field(default=(), max_length=200)
    competent_agency: Text | None = None
    authorised_agency: Text | None = None
    cooperating_agency: Text | None = None
    reception_address: LongText | None = None
    results: tuple[NamedCode, ...] = Field(default=(), max_length=50)
    legal_grounds: tuple[LegalGround, ...] = Field(default=(), max_length=200)
    requirements: LongText | None = None
    keywords: LongText | None = None
    description: LongText | None = None
    related: tuple[NamedCode, ...] = Field(default=(), max_length=100)
    linked_with: tuple[NamedCode, ...] = Field(default=(), max_length=100)

    same_day: bool = False
    linked: bool = False
    online_level: OnlineLevel | None = None
    partial_reason: Text | None = None
    pays_online: bool | None = None
    boundary_free: BoundaryFree | None = None
    form_schema: FormSchema | None = None
    note: Text | None = None
    received_as: Shape | None = None
    as_received: tuple[AsReceived, ...] = Field(default=(), max_length=KEPT_MAX)

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
        yield "nhóm giấy tờ", [group.id for group in self.groups]
        yield "giấy tờ", [paper.id for group in self.groups for paper in group.components]
        yield "cách thức", [row.id for row in self.methods]

    @property
    def cases(self) -> tuple[CaseRecord, ...]:
        """The cases with all their papers; there is always one at least."""
        return cases_of(self.code, self.groups)

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
        # Without defaults: a field that is added to the record later changes no hash.
        content = self.model_dump(mode="json", exclude_defaults=True)
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()
