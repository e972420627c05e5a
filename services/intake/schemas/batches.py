"""Many filings in one request, each with a key and an answer of its own."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue

from services.intake.schemas.filing import Filing
from services.intake.schemas.words import NO_NUL, Body
from shared.idempotency import KEY_LENGTH_MAX

ITEMS_MAX = 200

ItemKey = Annotated[str, StringConstraints(min_length=1, max_length=KEY_LENGTH_MAX, pattern=NO_NUL)]


class BatchItem(Body):
    """A filing and the key it is filed under: by post, the carrier's order number."""

    key: ItemKey
    filing: Filing


class _Documented:
    """Shows a model for what is let through unread, to be read item by item."""

    @classmethod
    def __get_pydantic_json_schema__(cls, _: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(BatchItem.__pydantic_core_schema__)


UnreadItem = Annotated[Any, _Documented]
"""One malformed item must not spoil the others, so none is validated with the body."""


class BatchIn(Body):
    """A batch of filings (lô hồ sơ)."""

    items: Annotated[
        list[UnreadItem],
        Field(min_length=1, max_length=ITEMS_MAX, description="Mỗi mục có khóa riêng / own key."),
    ]


class ItemResult(BaseModel):
    """What became of one filing: the code it was given, or why it was not taken."""

    key: str | None
    status: int = Field(description="Như trả lời của POST /v1/dossiers cho riêng hồ sơ này.")
    code: str | None = None
    problem: dict[str, Any] | None = None


class BatchResult(BaseModel):
    """The answers in the order of the items."""

    items: list[ItemResult]
