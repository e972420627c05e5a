"""Steps, who holds them, opinions and linked lives, as they are said and shown."""

from typing import Annotated

from pydantic import BaseModel, Field

from services.intake.schemas.views import ListedDossier, StatusView
from services.intake.schemas.words import AgencyCode, Body, ProcedureCode, Sentence, Short
from shared.events import LinkMode, Outcome, PublishedLimit, PublishedStep
from shared.times import LocalDateTime

PARTS_MAX = 20


class HeldStep(BaseModel):
    """An open step: who has it, who gave it; until it is confirmed it lies with the giver."""

    step: str = Field(description="Trống khi hồ sơ không theo quy trình.")
    name: str | None
    agency: str
    unit: str | None
    officer: str | None
    from_unit: str | None
    from_officer: str | None
    given_at: LocalDateTime
    confirmed_at: LocalDateTime | None
    due_at: LocalDateTime | None


class DoneStep(BaseModel):
    """A finished step: a row of the control slip."""

    number: int
    step: str | None
    name: str
    agency: str | None
    unit: str
    officer: str
    next_unit: str | None
    next_officer: str | None
    limit: PublishedLimit | None
    given_at: LocalDateTime | None
    confirmed_at: LocalDateTime | None
    due_at: LocalDateTime | None
    completed_at: LocalDateTime
    back_to: str | None
    ground: str | None


class StepsView(BaseModel):
    """How far a dossier is in its process; without one its steps are free."""

    code: str
    process: str | None
    prescribed: list[PublishedStep]
    done: list[DoneStep]
    open: list[HeldStep]


class InboxItem(BaseModel):
    """An open step with its dossier."""

    work: HeldStep
    dossier: ListedDossier


class OpinionIn(Body):
    """Lấy ý kiến cơ quan khác; thời hạn giải quyết vẫn chạy (Nghị định 61, 19(5))."""

    agency: AgencyCode
    question: Sentence
    due_at: LocalDateTime = Field(description="Không muộn hơn ngày hẹn trả của hồ sơ.")


class AnswerIn(Body):
    """Ý kiến trả lời."""

    answer: Sentence


class OpinionView(BaseModel):
    """A question to another agency, and its answer."""

    number: int
    agency: str
    question: str
    asked_by: str
    asked_at: LocalDateTime
    due_at: LocalDateTime
    answer: str | None
    given_by: str | None
    given_at: LocalDateTime | None
    late: bool = Field(description="Trả lời sau hạn, hoặc đến nay chưa trả lời mà đã quá hạn.")


class OpinionsView(BaseModel):
    """Every opinion asked for a dossier."""

    code: str
    items: list[OpinionView]


class AskedOpinion(BaseModel):
    """A question that waits for the caller's agency."""

    dossier: str
    opinion: OpinionView


class PartIn(Body):
    """Một thủ tục thành viên: cơ quan giải quyết, và trường hợp khi cần chọn."""

    member: Short
    agency: AgencyCode | None = None
    procedure: ProcedureCode | None = Field(
        default=None, description="Khi nhóm chỉ nêu tên thủ tục thành viên."
    )
    case: Short | None = None
    limit_row: Short | None = None


class ChildrenIn(Body):
    """Mở các hồ sơ thành phần của một nhóm thủ tục liên thông."""

    group: Short | None = Field(default=None, description="Mặc định là nhóm của thủ tục.")
    parts: Annotated[tuple[PartIn, ...], Field(max_length=PARTS_MAX)] = ()


class PartStartIn(Body):
    """Mở một hồ sơ thành phần, sửa điều đã cản trở nó."""

    agency: AgencyCode | None = None
    case: Short | None = None
    limit_row: Short | None = None


class ChildView(BaseModel):
    """The dossier of one part."""

    code: str
    status: StatusView
    due_at: LocalDateTime | None
    resolved_at: LocalDateTime | None
    outcome: Outcome | None


class PartView(BaseModel):
    """One procedure of a linked life; `held_up` says why it did not begin by itself."""

    member: str
    place: int
    name: str
    required: bool
    procedure: str
    agency: str
    held_up: str | None
    dossier: ChildView | None


class LinkedView(BaseModel):
    """A linked life: its parent, and each part."""

    code: str
    group: str
    title: str
    mode: LinkMode
    parts: list[PartView]
