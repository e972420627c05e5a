"""What a printed form says, as data; and how issued forms are shown and asked for."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.intake.schemas.words import Body
from shared.events import FormKind, PublishedLimit
from shared.times import LocalDateTime

SLIP_DOSSIERS_MAX = 200


class IssuingUnit(BaseModel):
    """Who gives the form: the unit, what it belongs to, where it lies and how to reach it."""

    parent: str | None
    name: str
    letters: str = Field(description="Ký hiệu đơn vị, đứng sau số của giấy tiếp nhận.")
    place: str | None
    address: str | None
    phone: str | None
    site: str | None


class FormPerson(BaseModel):
    """A party as the form names it; masked unless the reader may see it."""

    name: str
    kind: str
    identity_number: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


class FormPaper(BaseModel):
    """Copies of one component."""

    name: str
    originals: int
    copies: int
    originals_held: int = 0


class MissingItem(BaseModel):
    """A component that is asked for, and why."""

    name: str
    originals: int
    copies: int
    reason: str


class ReceiptPart(BaseModel):
    """What only the receipt says."""

    papers: list[FormPaper]
    sets: int
    limit: PublishedLimit | None
    same_day: bool
    received_at: LocalDateTime
    counts_from: LocalDateTime
    due_at: LocalDateTime | None
    way_of_return: str


class SupplementPart(BaseModel):
    """What only the supplement request says."""

    items: list[MissingItem]
    override_ground: str | None


class RefusalPart(BaseModel):
    """What only the refusal says."""

    ground: str


class PaidBack(BaseModel):
    """Money that was received for the dossier."""

    amount: int
    currency: str
    receipt_number: str | None


class StopPart(BaseModel):
    """What only the notice of stopping says: why, how far it was, what is handed back."""

    ground: str
    stage: str
    filed_at: LocalDateTime
    papers: list[FormPaper]
    paid: list[PaidBack]


class FormContent(BaseModel):
    """Everything that stands on a form, as it was when the form was issued."""

    unit: IssuingUnit
    code: str
    procedure: str
    procedure_name: str
    competent_agency: str
    channel: str
    officer: str
    owner: FormPerson
    submitter: FormPerson | None = None
    authoriser: FormPerson | None = None
    receipt: ReceiptPart | None = None
    supplement: SupplementPart | None = None
    refusal: RefusalPart | None = None
    stop: StopPart | None = None


class IssuedForm(BaseModel):
    """A form that was issued for a dossier."""

    kind: FormKind
    ordinal: int
    number: str = Field(description="Số của phiếu, theo cơ quan và năm.")
    agency: str
    form_set: str = Field(description="Thông tư ban hành mẫu.")
    template: str | None = Field(description="Mẫu số; trống khi thông tư không có mẫu này.")
    title: str
    issued_at: LocalDateTime
    issued_by: str


class IssuedForms(BaseModel):
    """The forms of a dossier, oldest first."""

    code: str
    items: list[IssuedForm]


class FormDetail(IssuedForm):
    """An issued form with all that it says."""

    content: FormContent


DossierCode = Annotated[str, StringConstraints(max_length=60, pattern=r"^[A-Z0-9.\-]+$")]


class SlipIn(Body):
    """Giấy tiếp nhận cho nhiều hồ sơ, kèm danh sách."""

    codes: Annotated[tuple[DossierCode, ...], Field(min_length=1, max_length=SLIP_DOSSIERS_MAX)]
