"""Facts of electronic processes and linked groups, told by procedures, and their words."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.events.envelope import Event
from shared.events.vocabulary import AgencyLevel, Method, PublishedLimit


class StepKind(StrEnum):
    """What a step is for: the first one receives, the last one returns, the others work."""

    RECEIVE = "receive"
    WORK = "work"
    RETURN = "return"


class StepRole(StrEnum):
    """Who a step belongs to (vai trò trong quy trình), in the words of the one-stop."""

    COUNTER_OFFICER = "counter_officer"
    ONE_STOP_HEAD = "one_stop_head"
    OFFICE_HEAD = "office_head"
    SPECIALIST = "specialist"
    AGENCY_LEADER = "agency_leader"
    CLERK = "clerk"
    RETURN_OFFICER = "return_officer"
    POSTAL_OFFICER = "postal_officer"
    HOME_SERVICE_OFFICER = "home_service_officer"
    CONTROL_OFFICER = "control_officer"
    PARTNER_SYSTEM = "partner_system"

    @property
    def label(self) -> str:
        """The role as processes word it."""
        return STEP_ROLE_LABELS[self]


STEP_ROLE_LABELS: dict[StepRole, str] = {
    StepRole.COUNTER_OFFICER: "Cán bộ tiếp nhận và trả kết quả",
    StepRole.ONE_STOP_HEAD: "Trưởng Bộ phận Một cửa",
    StepRole.OFFICE_HEAD: "Lãnh đạo phòng",
    StepRole.SPECIALIST: "Chuyên viên thụ lý",
    StepRole.AGENCY_LEADER: "Lãnh đạo cơ quan",
    StepRole.CLERK: "Văn thư",
    StepRole.RETURN_OFFICER: "Cán bộ trả kết quả",
    StepRole.POSTAL_OFFICER: "Nhân viên bưu chính công ích",
    StepRole.HOME_SERVICE_OFFICER: "Cán bộ phục vụ tại nhà",
    StepRole.CONTROL_OFFICER: "Cán bộ kiểm soát thủ tục hành chính",
    StepRole.PARTNER_SYSTEM: "Hệ thống liên thông",
}


class FormKind(StrEnum):
    """A model form by what it is, since its number changes with the circular (mẫu phiếu)."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    STOP = "stop"
    CONTROL = "control"
    BOOK = "book"


class LinkMode(StrEnum):
    """How a linked group goes round: one agency after the other, or all of them at once."""

    IN_ORDER = "in_order"
    AT_ONCE = "at_once"


class PublishedStep(BaseModel):
    """One step (bước); no limit means that its time is not counted, never zero.

    Steps of one `group` run at the same time. Going back by `loops_back_to` resets nothing.
    `may_act` names the roles of a token that may complete the step.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    order: int
    name: str
    kind: StepKind
    role: StepRole
    may_act: tuple[str, ...]
    unit: str | None = None
    agency: str | None = None
    limit: PublishedLimit | None = None
    result: str | None = None
    forms: tuple[FormKind, ...] = ()
    shared_by: tuple[str, ...] = ()
    loops_back_to: tuple[str, ...] = ()
    group: str | None = None
    status: int | None = None
    quality_document: str | None = None


class ProcessPublished(Event):
    """A process (quy trình điện tử) is followed from now on by dossiers of what it is bound to.

    `total` is what its timed steps add up to, which is the limit of the case. A process bound to
    neither agency nor level is for all who perform the procedure.
    """

    type: ClassVar = "process.published.v1"

    number: str
    procedure: str
    version: int
    case: str | None = None
    method: Method | None = None
    agency: str | None = None
    level: AgencyLevel | None = None
    hours_per_day: int
    total: PublishedLimit
    steps: tuple[PublishedStep, ...]
    published_at: datetime


class ProcessRetired(Event):
    """No dossier accepted from now on follows the process; those under way finish by it."""

    type: ClassVar = "process.retired.v1"

    number: str
    procedure: str
    version: int
    retired_at: datetime


class PublishedMember(BaseModel):
    """One procedure of a linked group; without a code it is known by name only."""

    model_config = ConfigDict(frozen=True)

    id: str
    order: int
    name: str
    procedure: str | None = None
    level: AgencyLevel | None = None
    agency: str | None = None
    unit: str | None = None
    task: str | None = None
    limit: PublishedLimit | None = None
    required: bool


class LinkedGroupPublished(Event):
    """Procedures done together for one person, whose result the receiving one-stop returns."""

    type: ClassVar = "linked_group.published.v1"

    code: str
    title: str
    mode: LinkMode
    procedure: str | None = None
    lead_level: AgencyLevel | None = None
    lead_agency: str | None = None
    lead_unit: str | None = None
    total: PublishedLimit
    members: tuple[PublishedMember, ...]
    published_at: datetime


class LinkedGroupRetired(Event):
    """No dossier accepted from now on starts the linked group; those under way finish by it."""

    type: ClassVar = "linked_group.retired.v1"

    code: str
    retired_at: datetime
