"""A process as it is written down, checked as it comes in."""

from typing import Final, Self

from pydantic import Field, model_validator

from services.procedures.codes import VERSION_MAX, AgencyCode, ProcedureCode
from services.procedures.processes.steps import StepRecord, faults
from services.procedures.records import Part, PartId
from services.procedures.spans import LEGAL_DAY_HOURS
from services.procedures.texts import Name, Text
from shared.events import AgencyLevel, LimitUnit, Method
from shared.working_time import Limit

STEPS_MAX: Final = 100


class ProcessRecord(Part):
    """A process (quy trình nội bộ, quy trình điện tử) of a version (Circular 01/2018, Article 8).

    It is for one agency, or for the agencies of a level, or for all where it names neither; for
    one case and one way of filing, or for all of them where it names none.
    """

    number: Name = Field(description="Số hiệu quy trình / the process's number on paper.")
    procedure: ProcedureCode
    version: int = Field(ge=1, le=VERSION_MAX)
    case: PartId | None = None
    method: Method | None = None
    agency: AgencyCode | None = None
    level: AgencyLevel | None = None
    decision: Name | None = Field(default=None, description="Quyết định phê duyệt.")
    hours_per_day: int = Field(default=LEGAL_DAY_HOURS, ge=1, le=24)
    steps: tuple[StepRecord, ...] = Field(min_length=2, max_length=STEPS_MAX)
    note: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.agency is not None and self.level is not None:
            raise ValueError("Quy trình gắn với một cơ quan hoặc một cấp, không cả hai.")
        if wrong := list(faults(self.steps)):
            raise ValueError(" ".join(wrong))
        for step in self.steps:
            if step.limit is not None and step.limit.unit is LimitUnit.WORKING_DAY:
                Limit(step.limit.value, LimitUnit.WORKING_DAY).minutes_at(self.hours_per_day * 60)
        return self
