"""Requests and views of letters of apology."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.sla.apologies.content import Addressee
from services.sla.apologies.lifecycle import State
from services.sla.apologies.showing import Shown
from services.sla.models import Apology
from shared.events import ApologyKind
from shared.times import LocalDateTime

NO_NUL = r"^[^\x00]*$"
Short = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)
]
Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=NO_NUL)
]
Email = Annotated[
    str, StringConstraints(max_length=200, pattern=r"^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$")
]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Body(BaseModel):
    """A request body; what it does not know is refused, not dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AddresseeIn(Body):
    """Whom the letter is written to; kept sealed."""

    name: Short
    identity_number: Short | None = None
    phone: Short | None = None
    email: Email | None = None
    address: Sentence | None = None


class NewLetter(Body):
    """What a letter is for: a late dossier, or an error of the register."""

    dossier: Short | None = Field(None, description="Mã hồ sơ hoặc định danh / code or id.")
    incident: UUID | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.dossier is None) == (self.incident is None):
            raise ValueError("Cần đúng một trong dossier, incident.")
        return self


class LetterEdit(Body):
    """Parts of a draft; those left out stay as they are."""

    addressee: AddresseeIn | None = None
    reason: Sentence | None = None
    cause: Word | None = Field(None, description="Mã trong danh mục nguyên nhân của cơ quan.")
    promised_at: LocalDateTime | None = Field(None, description="Hẹn lại; chỉ khi trễ hẹn.")

    def given(self) -> dict[str, Any]:
        """The parts that came, people as plain data."""
        return self.model_dump(exclude_unset=True)


class Signing(Body):
    """How the head signs, and by which channel the letter goes out at once."""

    signer: Short | None = Field(None, description="Họ tên người ký.")
    signer_title: Short | None = Field(None, description="Chức vụ, ví dụ Chủ tịch.")
    channel: Word | None = Field(None, description="Gửi ngay qua kênh này.")


class Rejection(Body):
    """Why the head sends a letter back."""

    ground: Sentence


class SendingIn(Body):
    """By which channel a signed letter is sent."""

    channel: Word


class DeliveryIn(Body):
    """The proof that the person has the letter."""

    channel: Word = Field(description="Ví dụ email, post, counter, home.")
    delivered_at: LocalDateTime
    receipt_number: Short | None = Field(None, description="Số biên nhận, số vận đơn.")
    received_by: Short | None = Field(None, description="Người nhận.")
    note: Sentence | None = None

    @model_validator(mode="after")
    def _proved(self) -> Self:
        if self.receipt_number is None and self.received_by is None:
            raise ValueError("Cần số biên nhận hoặc người nhận.")
        return self


class SendingView(BaseModel):
    """How the letter's sending stands; `next_try` is null once it is settled."""

    channel: str
    attempts: int
    next_try: LocalDateTime | None
    last_code: str | None
    receipt: str | None


class LetterView(BaseModel):
    """A letter without what it says of people."""

    id: UUID
    kind: ApologyKind
    state: State
    state_label: str
    agency: str
    dossier: UUID | None
    code: str | None
    incident: UUID | None
    cause: str | None
    promised_at: LocalDateTime | None
    number: str | None
    made_by: str
    made_at: LocalDateTime
    submitted_by: str | None
    submitted_at: LocalDateTime | None
    rejection: str | None
    approved_by: str | None
    approved_at: LocalDateTime | None
    missed_at: LocalDateTime | None = Field(description="Quá hạn mà chưa ai ký.")
    voided_at: LocalDateTime | None = Field(description="Hẹn lại không còn tác dụng.")
    channel: str | None
    sent_at: LocalDateTime | None
    delivered_at: LocalDateTime | None


class LetterDetail(LetterView):
    """A letter whole: numbers and addresses masked unless they were asked for in clear."""

    addressee: Addressee | None
    reason: str | None
    signer: str | None
    suggested_at: LocalDateTime | None = Field(description="Ngày hẹn lại được gợi ý.")
    sending: SendingView | None
    proof: dict[str, Any] | None


class OwedView(BaseModel):
    """A dossier that owes a letter; `apology` is the one being written."""

    dossier: UUID
    code: str
    agency: str
    procedure: str
    due_at: LocalDateTime
    late: bool
    apology: UUID | None
    state: State | None


class OwedCount(BaseModel):
    """How many letters an agency owes, and how far they are."""

    agency: str
    owed: int
    late: int
    drafts: int
    submitted: int


class OwedCounts(BaseModel):
    """Letters owed now, by agency."""

    as_of: LocalDateTime
    rows: list[OwedCount]


class LateRow(BaseModel):
    """Late dossiers of an agency: letter signed before the due, after it, or never."""

    agency: str
    late: int
    before_due: int
    after_due: int
    without: int


class ErrorRow(BaseModel):
    """Errors of an agency; `received_share` is null where there were none."""

    agency: str
    errors: int
    letters: int
    delivered: int
    received_share: float | None


class ApologyReport(BaseModel):
    """Whether who was troubled was apologised to, in a period."""

    first: date
    last: date
    late: list[LateRow]
    errors: list[ErrorRow]


def letter_view(letter: Apology) -> LetterView:
    """Show a letter's row."""
    return LetterView.model_validate(_row(letter))


def letter_detail(shown: Shown) -> LetterDetail:
    """Show a letter whole."""
    said, sending = shown.said, shown.sending
    return LetterDetail.model_validate(
        _row(shown.letter)
        | {
            "addressee": said.addressee,
            "reason": said.reason,
            "signer": said.signer,
            "suggested_at": shown.suggested_at,
            "sending": sending
            and {name: getattr(sending, name) for name in SendingView.model_fields},
            "proof": shown.proof,
        }
    )


def error_row(row: Mapping[str, Any]) -> ErrorRow:
    """Show an agency's errors with their share."""
    share = row["delivered"] / row["errors"] if row["errors"] else None
    return ErrorRow(**row, received_share=share)


def _row(letter: Apology) -> dict[str, Any]:
    plain = {
        name: getattr(letter, name)
        for name in LetterView.model_fields
        if name not in {"number", "state_label"}
    }
    number = None if letter.number is None else f"{letter.number:02d}/PXL"
    return plain | {"number": number, "state_label": State(letter.state).label}
