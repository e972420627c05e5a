"""What the API shows of processes, and what it takes in beside their content."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procedures.codes import VERSION_MAX, AgencyCode, ProcedureCode
from services.procedures.models import Process, Standing
from services.procedures.processes.reading import content_of
from services.procedures.processes.record import ProcessRecord
from services.procedures.processes.rules import total_of
from services.procedures.texts import Name
from shared.events import AgencyLevel, Method
from shared.times import LocalDateTime


class ProcessSummary(BaseModel):
    """A process as lists show it."""

    id: UUID
    number: str
    state: Standing
    procedure: ProcedureCode
    version: int
    case: str | None
    method: Method | None
    agency: AgencyCode | None
    level: AgencyLevel | None
    total: str = Field(description="Tổng thời gian các bước / what the timed steps add up to.")
    drafted_at: LocalDateTime
    published_at: LocalDateTime | None
    retired_at: LocalDateTime | None

    @classmethod
    def of(cls, process: Process) -> Self:
        """The process as it stands now."""
        return cls._written(process, content_of(process))

    @classmethod
    def _written(cls, process: Process, content: ProcessRecord, **more: object) -> Self:
        bound = content.model_dump(include={"number", "procedure", "version", "case"})
        return cls.model_validate(
            bound
            | {
                "id": process.id,
                "state": process.standing,
                "method": content.method,
                "agency": content.agency,
                "level": content.level,
                "total": total_of(content).in_days(content.hours_per_day),
                "drafted_at": process.drafted_at,
                "published_at": process.published_at,
                "retired_at": process.retired_at,
            }
            | more
        )


class ProcessView(ProcessSummary):
    """A process whole."""

    record: ProcessRecord = Field(description="Nội dung như khi soạn / the content as drafted.")

    @classmethod
    def of(cls, process: Process) -> Self:
        """The process as it stands now, with its steps."""
        content = content_of(process)
        return cls._written(process, content, record=content)


class Carrying(BaseModel):
    """Where a process is carried over to."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=VERSION_MAX, description="Phiên bản thủ tục sẽ áp dụng.")
    number: Name | None = Field(default=None, description="Số hiệu mới; bỏ trống thì giữ số cũ.")
