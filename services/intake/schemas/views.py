"""A dossier as it is shown."""

from uuid import UUID

from pydantic import BaseModel, Field

from shared.events import Channel, Outcome, PublishedLimit, WayOfReturn
from shared.times import LocalDateTime


class StatusView(BaseModel):
    """A national status code and its name."""

    code: int
    name: str


class ActionView(BaseModel):
    """Something that may be done now."""

    action: str
    label: str


class WaitingView(BaseModel):
    """What the dossier waits for, and since when."""

    reason: str
    since: LocalDateTime


class DossierView(BaseModel):
    """A dossier without its people's data."""

    id: UUID
    code: str
    status: StatusView
    procedure: str
    version: int
    field: str
    case: str
    channel: Channel
    way_of_return: WayOfReturn
    receiving_agency: str
    competent_agency: str
    support_agency: str | None
    filed_at: LocalDateTime
    accepted_at: LocalDateTime | None
    counts_from: LocalDateTime | None
    limit: PublishedLimit | None
    limit_row: str | None
    same_day: bool
    calendar: str | None
    calendar_version: int | None
    due_at: LocalDateTime | None = Field(description="Ngày hẹn trả; trống trong khi chờ bổ sung.")
    resolved_at: LocalDateTime | None
    outcome: Outcome | None
    returned_at: LocalDateTime | None
    ended_at: LocalDateTime | None
    waiting: WaitingView | None
    supplement_requests: int
    supplement_flagged: bool
    no_slip: bool
    holding_unit: str | None
    holding_officer: str | None
    allowed_actions: list[ActionView]
    sequence: int


class ListedDossier(DossierView):
    """A dossier in a list, with its owner's name."""

    applicant_name: str


class PersonView(BaseModel):
    """A party; numbers and contact masked unless they were asked for and may be seen."""

    name: str
    kind: str
    identity_number: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


class PaperView(BaseModel):
    """Copies of a component that were handed in."""

    component: str
    supplement: int
    originals: int
    copies: int
    originals_held: int


class MissingPaperView(BaseModel):
    """A component that was asked for."""

    id: str
    reason: str


class SupplementRequestView(BaseModel):
    """A request for papers and how it ended."""

    number: int
    requested_at: LocalDateTime
    components: list[MissingPaperView]
    override_ground: str | None
    late: bool = Field(description="Yêu cầu sau thời hạn cơ quan được yêu cầu bổ sung.")
    answer_by: LocalDateTime | None = Field(description="Quá ngày này hồ sơ bị dừng.")
    contact_officer: str | None
    closed_at: LocalDateTime | None
    supplemented_at: LocalDateTime | None
    due_before: LocalDateTime | None
    due_after: LocalDateTime | None


class DossierDetail(DossierView):
    """A dossier with its people and papers."""

    applicant: PersonView
    submitter: PersonView | None
    authoriser: PersonView | None
    papers: list[PaperView]
    supplements: list[SupplementRequestView]
    note: str | None


class TransitionView(BaseModel):
    """One line of the dossier's log."""

    number: int
    action: str
    label: str
    before: StatusView | None
    after: StatusView
    actor: str
    happened_at: LocalDateTime
    ground: str | None


class History(BaseModel):
    """Everything that happened to a dossier, oldest first."""

    code: str
    items: list[TransitionView]
