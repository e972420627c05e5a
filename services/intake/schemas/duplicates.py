"""Dossiers that look like the same request made twice, as they are asked for and shown."""

from pydantic import BaseModel, Field

from services.intake.schemas.views import StatusView
from services.intake.schemas.words import Body, IdentityNumber, ProcedureCode
from shared.times import LocalDateTime


class DuplicatesIn(Body):
    """Kiểm tra trùng trước khi nộp; số định danh ở thân, không ở địa chỉ."""

    identity_number: IdentityNumber
    procedure: ProcedureCode


class DuplicateView(BaseModel):
    """Another dossier of the same owner for the same procedure."""

    code: str
    status: StatusView
    receiving_agency: str
    competent_agency: str
    filed_at: LocalDateTime


class DuplicatesView(BaseModel):
    """A warning, nothing is merged or refused."""

    days: int = Field(description="Khoảng cách giữa hai lần nộp bị coi là trùng.")
    items: list[DuplicateView]
    elsewhere: int = Field(description="Số hồ sơ trùng ngoài phạm vi của người hỏi.")
