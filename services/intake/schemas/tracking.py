"""Public tracking: what is asked without a login, and the progress that is told."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.intake.schemas.views import StatusView
from services.intake.schemas.words import Body
from shared.events import WayOfReturn
from shared.times import LocalDateTime

CHECK_DIGITS_MIN = 4


class TrackingIn(Body):
    """Mã hồ sơ và điều chỉ người nộp biết."""

    code: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00]+$"
        ),
    ]
    check: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=30, pattern=r"^[^\x00]+$"
        ),
    ] = Field(
        description="4 số cuối trở lên của số định danh hoặc điện thoại, hoặc mã tra cứu trên giấy."
    )


class Named(BaseModel):
    """Something with a code and a name."""

    code: str
    name: str


class TrackedStep(BaseModel):
    """A finished step: by which unit and when."""

    number: int
    name: str
    unit: str
    completed_at: LocalDateTime


class TrackedWait(BaseModel):
    """What the dossier waits for: papers by name, or a payment."""

    reason: str
    since: LocalDateTime
    papers: list[str] = []
    payment_due: bool = False


class TrackedResult(BaseModel):
    """Where a ready result is handed over."""

    ready_at: LocalDateTime
    way_of_return: WayOfReturn
    at: Named
    address: str | None
    returned_at: LocalDateTime | None


class Progress(BaseModel):
    """How far a dossier is, without anything personal."""

    code: str
    status: StatusView
    procedure: Named
    receiving_agency: Named
    competent_agency: Named
    filed_at: LocalDateTime
    accepted_at: LocalDateTime | None
    due_at: LocalDateTime | None = Field(description="Ngày hẹn trả; trống trong khi chờ.")
    ended_at: LocalDateTime | None
    steps: list[TrackedStep]
    waiting: TrackedWait | None
    result: TrackedResult | None
