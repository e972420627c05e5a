"""What dossiers are looked for by, where it is too private for an address."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.intake.schemas.words import AgencyCode, Body, Name, ProcedureCode
from shared import paging
from shared.events import Channel
from shared.times import LocalDateTime

LookedUp = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.\-]{5,30}$")]
CURSOR_LENGTH_MAX = 500
CodePrefix = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9.\-]{3,40}$")]


class Wanted(Body):
    """Filters of a list of dossiers, a person's name and number among them."""

    name: Name | None = Field(default=None, description="Tên, có dấu hay không dấu.")
    identity_number: LookedUp | None = Field(default=None, description="Số định danh.")
    agency: AgencyCode | None = Field(default=None, description="Cơ quan và các đơn vị dưới nó.")
    status: Annotated[int, Field(ge=1, le=10)] | None = None
    procedure: ProcedureCode | None = None
    channel: Channel | None = None
    due_before: LocalDateTime | None = None
    code: CodePrefix | None = Field(default=None, description="Đầu mã hồ sơ.")
    after: Annotated[str, Field(max_length=CURSOR_LENGTH_MAX)] | None = None
    limit: Annotated[int, Field(ge=1, le=paging.PAGE_SIZE_MAX)] = paging.PAGE_SIZE_DEFAULT
