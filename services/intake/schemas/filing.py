"""What is handed in when a dossier is filed."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from services.intake.schemas.form_data import FormData
from services.intake.schemas.words import (
    AgencyCode,
    Body,
    Count,
    Email,
    IdentityNumber,
    Name,
    Phone,
    ProcedureCode,
    Sentence,
    Short,
)
from shared.events import Channel, WayOfReturn
from shared.times import LocalDateTime

PAPERS_MAX = 200


class SubjectKind(StrEnum):
    """What a party is (loại đối tượng)."""

    CITIZEN = "citizen"
    ENTERPRISE = "enterprise"
    STATE_AGENCY = "state_agency"
    OTHER = "other"


class Person(Body):
    """A person or organisation of the dossier."""

    name: Name
    kind: SubjectKind = SubjectKind.CITIZEN
    identity_number: IdentityNumber | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Sentence | None = None


class PaperIn(Body):
    """Copies of one component that are handed in."""

    component: Short
    originals: Count = 1
    copies: Count = 0
    originals_held: Count = 0


class HandOver(Body):
    """The record that a postman and the counter sign (biên bản giao nhận)."""

    signed_at: LocalDateTime


class Filing(Body):
    """A dossier as it is handed in."""

    procedure: ProcedureCode
    agency: AgencyCode = Field(description="Cơ quan tiếp nhận / where it is received.")
    channel: Channel
    applicant: Person = Field(description="Chủ hồ sơ / owner.")
    submitter: Person | None = Field(default=None, description="Người nộp, khi khác chủ hồ sơ.")
    authoriser: Person | None = Field(default=None, description="Người ủy quyền.")
    case: Short | None = Field(default=None, description="Trường hợp; mặc định là trường hợp đầu.")
    way_of_return: WayOfReturn = WayOfReturn.COUNTER
    papers: Annotated[tuple[PaperIn, ...], Field(max_length=PAPERS_MAX)] = ()
    competent_agency: AgencyCode | None = Field(
        default=None, description="Cơ quan giải quyết; mặc định là cơ quan tiếp nhận."
    )
    support_agency: AgencyCode | None = None
    national_code: (
        Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Z0-9.\-]+$")] | None
    ) = Field(default=None, description="Mã do Cổng DVC quốc gia cấp; được giữ nguyên.")
    hand_over: HandOver | None = Field(
        default=None, description="Kênh bưu chính: hồ sơ được coi là nộp khi ký biên bản."
    )
    form: FormData | None = Field(
        default=None,
        description="Biểu mẫu điện tử đã điền, theo lược đồ của thủ tục / the filled-in form.",
    )
    note: Sentence | None = None
