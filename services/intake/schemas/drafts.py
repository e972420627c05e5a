"""Drafts of filings as they come in and are shown."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import AfterValidator, BaseModel, Field

from services.intake.schemas.words import Body
from shared.times import LocalDateTime

CONTENT_BYTES_MAX = 64 * 1024
UNKEPT = "Bản nháp có số hoặc văn bản không lưu được."


def _bounded(content: dict[str, Any]) -> dict[str, Any]:
    try:
        kept = orjson.dumps(content)
    except TypeError as strange:
        raise ValueError(UNKEPT) from strange
    if len(kept) > CONTENT_BYTES_MAX:
        raise ValueError(f"Bản nháp tối đa {CONTENT_BYTES_MAX} byte.")
    return content


Content = Annotated[dict[str, Any], AfterValidator(_bounded)]


class DraftIn(Body):
    """Bản nháp: bất cứ phần nào của một lần nộp; chỉ kiểm tra khi nộp."""

    content: Content = Field(description="Như thân của POST /v1/dossiers, có thể còn thiếu.")


class ListedDraft(BaseModel):
    """A draft in a list."""

    id: UUID
    procedure: str | None
    updated_at: LocalDateTime
    expires_at: LocalDateTime
    sequence: int


class DraftView(ListedDraft):
    """A draft with everything written so far."""

    content: dict[str, Any]
