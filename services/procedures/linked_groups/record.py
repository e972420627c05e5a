"""A linked group as it is written down, checked as it comes in."""

from typing import Final, Self

from pydantic import Field, model_validator

from services.procedures.codes import AgencyCode, ProcedureCode
from services.procedures.processes import StepLimit
from services.procedures.records import Part, PartId
from services.procedures.texts import Name, Text
from shared.events import AgencyLevel, LinkMode

MEMBERS_MAX: Final = 30


class MemberRecord(Part):
    """One procedure of a group; where the source gives no code, its name has to do.

    `task` is what the performing agency is asked for, `limit` the time it has.
    """

    id: PartId
    name: Name
    procedure: ProcedureCode | None = None
    level: AgencyLevel | None = None
    agency: AgencyCode | None = None
    unit: Name | None = None
    task: Text | None = None
    limit: StepLimit | None = None
    required: bool = True
    note: Text | None = None


class LinkedGroupRecord(Part):
    """A linked group (Decree 61/2018/NĐ-CP, Article 19(6) and (7)); members stand in their order.

    `procedure` is the code under which the group itself is published, where it has one; the lead
    (cơ quan chủ trì) goes by agency, level or plain name. The result goes back to the one-stop
    that received the dossier.
    """

    code: PartId
    name: Name
    procedure: ProcedureCode | None = None
    mode: LinkMode
    lead_agency: AgencyCode | None = None
    lead_level: AgencyLevel | None = None
    lead_unit: Name | None = None
    total: StepLimit
    members: tuple[MemberRecord, ...] = Field(min_length=2, max_length=MEMBERS_MAX)
    decision: Name | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [member.id for member in self.members]
        if len(ids) != len(set(ids)):
            raise ValueError("Mã thủ tục thành viên bị trùng; mỗi mã chỉ được dùng một lần.")
        if not any(member.required for member in self.members):
            raise ValueError("Phải có ít nhất một thủ tục thành viên bắt buộc.")
        if self.mode is LinkMode.AT_ONCE:
            self._names_lead_tasks_and_limits()
        return self

    def _names_lead_tasks_and_limits(self) -> None:
        if not (self.lead_agency or self.lead_level or self.lead_unit):
            raise ValueError("Gửi đồng thời thì phải nêu cơ quan chủ trì.")
        if any(member.task is None or member.limit is None for member in self.members):
            raise ValueError("Gửi đồng thời thì phải nêu việc và thời hạn của từng cơ quan.")

    @property
    def procedures(self) -> list[str]:
        """The codes that it names, its own first."""
        named = (self.procedure, *(member.procedure for member in self.members))
        return list(dict.fromkeys(code for code in named if code is not None))
