"""Originals that are held and given back."""

from typing import Annotated

from pydantic import BaseModel, Field

from services.intake.schemas.actions import IdentityShown, Recipient
from services.intake.schemas.filing import PAPERS_MAX
from services.intake.schemas.words import Body, Sentence, Short
from shared.times import LocalDateTime


class OriginalIn(Body):
    """Số bản chính của một thành phần."""

    component: Short
    count: Annotated[int, Field(ge=1, le=1000)] = 1


class OriginalsReturnIn(Body):
    """Trả lại bản chính; người nhận thay phải có giấy ủy quyền."""

    items: Annotated[tuple[OriginalIn, ...], Field(min_length=1, max_length=PAPERS_MAX)]
    recipient: Recipient | None = Field(default=None, description="Khi không phải chủ hồ sơ.")
    identity_document: IdentityShown | None = None
    proxy_paper: Sentence | None = None


class HeldView(BaseModel):
    """How many originals of a component are still held."""

    component: str
    held: int
    given_back: int


class OriginalsReturnView(BaseModel):
    """One giving back; who took them is not told."""

    number: int
    given_at: LocalDateTime
    given_by: str
    by_proxy: bool
    items: list[OriginalIn]


class DossierOriginals(BaseModel):
    """The originals of a dossier."""

    code: str
    outstanding: int
    components: list[HeldView]
    returns: list[OriginalsReturnView]
