"""What was filled into a procedure's interactive form (biểu mẫu điện tử)."""

from typing import Annotated, Final

import orjson
from pydantic import AfterValidator, BaseModel, JsonValue

FORM_BYTES_MAX: Final = 64 * 1024
UNKEPT: Final = "Biểu mẫu có số hoặc văn bản không lưu được."


def _bounded(form: dict[str, JsonValue]) -> dict[str, JsonValue]:
    try:
        kept = orjson.dumps(form)
    except TypeError as strange:
        raise ValueError(UNKEPT) from strange
    if len(kept) > FORM_BYTES_MAX:
        raise ValueError(f"Biểu mẫu đã điền không được quá {FORM_BYTES_MAX // 1024} KiB.")
    # A number beyond all bounds, such as 1e999, would be kept as nothing.
    if orjson.loads(kept) != form:
        raise ValueError(UNKEPT)
    return form


FormData = Annotated[dict[str, JsonValue], AfterValidator(_bounded)]
"""Values by field; which ones there must be is the procedure's to say."""


class FormDataView(BaseModel):
    """The filled-in form of a dossier, and the version whose schema it was checked by."""

    code: str
    procedure: str
    version: int
    form: dict[str, JsonValue]
