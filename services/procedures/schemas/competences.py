"""Competence, as the API takes it in and gives it out."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.procedures.codes import AgencyCode, ProcedureCode
from services.procedures.models import CompetenceRole
from services.procedures.records import BoundaryFree
from services.procedures.schemas.procedures import ProcedureSummary
from shared.events import AgencyLevel

LINES_MAX = 250
"""So many fit in one event; a line with a level stands for all agencies of a level."""


class CompetenceContent(BaseModel):
    """One agency of a procedure, or all of a level, and what it does from when to when."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)

    agency: AgencyCode
    level: AgencyLevel | None = Field(
        default=None, description="Có cấp: mọi cơ quan cấp này, từ `agency` trở xuống."
    )
    role: CompetenceRole
    boundary_free: BoundaryFree | None = Field(
        default=None, description="Phi địa giới: nhận hồ sơ trong tỉnh hay cả nước."
    )
    valid_from: date
    valid_to: date | None = None


class CompetenceDescription(CompetenceContent):
    """One line as it shall be."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("Ngày kết thúc không được trước ngày bắt đầu.")
        return self


class CompetenceList(BaseModel):
    """The whole list of a procedure, as it shall be."""

    model_config = ConfigDict(extra="forbid")

    lines: tuple[CompetenceDescription, ...] = Field(max_length=LINES_MAX)


class CompetenceLineView(CompetenceContent):
    """A line among those of other procedures."""

    procedure: ProcedureCode


class CompetencesView(BaseModel):
    """The whole list of a procedure; an empty one means that the levels decide."""

    procedure: ProcedureCode
    lines: list[CompetenceContent]


class AgencyProcedure(ProcedureSummary):
    """A procedure in force, and what an agency does in it."""

    roles: list[CompetenceRole]
