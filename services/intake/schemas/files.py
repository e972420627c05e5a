"""Files, uploads and attachments as they come in and are shown."""

from enum import IntEnum, StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from services.intake.models import FileState
from services.intake.schemas.words import Body, IdentityNumber, Sentence, Short
from shared.times import LocalDateTime

ATTACHMENTS_A_REQUEST = 50

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
DatabaseName = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9._-]{1,39}$")]


class Part(StrEnum):
    """What a file is of a dossier."""

    COMPONENT = "component"
    RESULT = "result"


class Digitisation(IntEnum):
    """How a component came to be there electronically; 0 to 3 are the portal's codes."""

    NONE = 0
    SCANNED = 1
    REUSED_COMPONENT = 2
    REUSED_RESULT = 3
    FROM_DATABASE = 4


class SentFile(BaseModel):
    """A file: usable at once, or quarantined until a scanner has seen it.

    Answers are kept for a while, and a file's name may name a person: so it is not told here.
    """

    id: UUID
    media_type: str
    size: int
    sha256: str
    state: FileState
    uploaded_at: LocalDateTime
    expires_at: LocalDateTime | None = Field(
        description="Tự xóa lúc này nếu chưa đính kèm / goes then unless attached."
    )


class FileView(SentFile):
    """A file with what it is called."""

    name: str


class UploadIn(Body):
    """Bắt đầu gửi một tệp thành nhiều đợt."""

    name: FileName = ""
    size: Annotated[int, Field(gt=0)]
    sha256: Sha256


class UploadView(BaseModel):
    """A file that comes in several goes."""

    id: UUID
    size: int
    received: int = Field(description="Đợt tiếp theo bắt đầu từ byte này (Upload-Offset).")
    expires_at: LocalDateTime


class AttachmentIn(Body):
    """Một thành phần hồ sơ hoặc kết quả: tệp mới, giấy tờ đã có, hoặc dữ liệu từ CSDL."""

    part: Part = Part.COMPONENT
    component: Short | None = Field(default=None, description="Bắt buộc với thành phần hồ sơ.")
    file: UUID | None = Field(default=None, description="Tệp mà chính người gọi đã gửi lên.")
    reuse: UUID | None = Field(default=None, description="Giấy tờ đã nộp trước đây (attachment).")
    database: DatabaseName | None = Field(default=None, description="Cơ sở dữ liệu đã khai thác.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(source is not None for source in (self.file, self.reuse, self.database)) != 1:
            raise ValueError("Nêu đúng một trong file, reuse, database.")
        if (self.part is Part.COMPONENT) != (self.component is not None):
            raise ValueError("component chỉ và phải có với thành phần hồ sơ.")
        if self.part is Part.RESULT and self.file is None:
            raise ValueError("Kết quả phải là tệp.")
        return self


class AttachmentsIn(Body):
    """Đính kèm vào hồ sơ."""

    items: Annotated[
        tuple[AttachmentIn, ...], Field(min_length=1, max_length=ATTACHMENTS_A_REQUEST)
    ]


class AttachmentView(BaseModel):
    """What is attached, without its content."""

    id: UUID
    part: Part
    component: str | None
    digitisation: Digitisation
    reused_from: UUID | None
    database: str | None
    attached_at: LocalDateTime
    withdrawn_at: LocalDateTime | None = Field(description="Kết quả đã bị thu hồi lúc này.")
    media_type: str | None
    size: int | None
    sha256: str | None


class AttachmentsView(BaseModel):
    """Everything attached to a dossier, oldest first."""

    code: str
    sequence: int
    items: list[AttachmentView]


class LinkView(BaseModel):
    """Where a file can be fetched for a short while, by whoever has the link."""

    url: str
    expires_at: LocalDateTime


class PersonIn(Body):
    """Whose papers are asked for."""

    identity_number: IdentityNumber


class KnownPaper(BaseModel):
    """A paper that a person has given, or a result they got, newest of its kind."""

    attachment: UUID
    part: Part
    procedure: str
    component: str | None
    dossier: str = Field(description="Mã hồ sơ đã nộp.")
    attached_at: LocalDateTime
    media_type: str
    size: int
    sha256: str


class KnownPapers(BaseModel):
    """What need not be asked for again."""

    items: list[KnownPaper]


class HoldIn(Body):
    """Giữ lại tệp của hồ sơ, không tiêu hủy."""

    ground: Sentence


class HoldView(BaseModel):
    """A dossier whose files are not destroyed."""

    code: str
    ground: str
    set_by: str
    set_at: LocalDateTime
    released_by: str | None
    released_at: LocalDateTime | None


class DestructionView(BaseModel):
    """The certificate of what was destroyed."""

    code: str
    agency: str
    procedure: str
    retention_years: int
    ended_at: LocalDateTime
    destroyed_at: LocalDateTime
    digests: list[str]
