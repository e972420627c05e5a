"""What one line of a history says (docs/history-import.md)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from services.intake import codes
from services.intake.lifecycle import Action
from services.intake.schemas.words import (
    AgencyCode,
    Body,
    Email,
    IdentityNumber,
    Name,
    Phone,
    ProcedureCode,
    Sentence,
    Short,
)
from shared.events import Channel, Outcome, WayOfReturn

ENTRIES_MAX = 200
"""Longer lives would not fit into one event."""

UNKNOWN_OFFICER = "history"
"""Who did it when the other system does not say."""


class HistoryApplicant(Body):
    """The owner as the other system knew them."""

    name: Name
    kind: Short = "citizen"
    identity_number: IdentityNumber | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Sentence | None = None


class HistoryEntry(Body):
    """One thing that happened; which of the other members count depends on the action."""

    action: Action
    at: AwareDatetime
    officer: Short = UNKNOWN_OFFICER
    ground: Sentence = "lịch sử"
    components: tuple[Short, ...] = ()
    outcome: Outcome = Outcome.APPROVED
    way_of_return: WayOfReturn | None = None
    amount: int = Field(default=0, ge=0)
    currency: Short = "VND"
    means: Short = "cash"
    step: Short = "Xử lý"
    unit: Short = "history"
    next_unit: Short | None = None
    ended: bool = True


class HistoryLine(Body):
    """A whole dossier."""

    code: Annotated[str, StringConstraints(pattern=codes.CODE.pattern, max_length=60)]
    procedure: ProcedureCode
    case: Short | None = None
    limit_row: Short | None = None
    agency: AgencyCode
    competent_agency: AgencyCode | None = None
    support_agency: AgencyCode | None = None
    channel: Channel
    way_of_return: WayOfReturn = WayOfReturn.COUNTER
    applicant: HistoryApplicant
    filed_at: AwareDatetime
    life: Annotated[tuple[HistoryEntry, ...], Field(max_length=ENTRIES_MAX)] = ()


class LineError(ValueError):
    """Why a line cannot be imported: a stable code and a sentence for its owner."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


_LINE = TypeAdapter(HistoryLine)


def parse(raw: bytes) -> HistoryLine:
    """Read a line; raises LineError naming the first fields that are wrong."""
    try:
        return _LINE.validate_json(raw)
    except ValidationError as invalid:
        wrong = "; ".join(_told(error) for error in invalid.errors(include_url=False)[:5])
        raise LineError("malformed", wrong) from invalid


def check_times(line: HistoryLine, now: datetime) -> None:
    """Refuse lives that run backwards or into the future; raises LineError."""
    last = line.filed_at
    for entry in line.life:
        if entry.at < last:
            raise LineError("times_backwards", f"“{entry.action}” xảy ra trước bước liền trước nó.")
        last = entry.at
    if last > now:
        raise LineError("time_in_future", "Hồ sơ có thời điểm ở tương lai.")


def _told(error: Any) -> str:
    return f"/{'/'.join(str(part) for part in error['loc'])}: {error['msg']}"
