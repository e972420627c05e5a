"""Fields, as the API takes them in and gives them out."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.procedures.texts import Name

FIELD_CODE = r"^[A-Z][0-9]{2}-[A-Z]{2}[0-9]{2}$"
"""Ministry, hyphen, field: `G15-TP05` (Circular 01/2018/TT-VPCP, Article 20)."""


class FieldDescription(BaseModel):
    """What is known of a field beside its name: its code and the ministry that leads it."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    code: str | None = Field(
        default=None, pattern=FIELD_CODE, description="Mã lĩnh vực / field code, `G15-TP05`."
    )
    ministry_code: str | None = Field(default=None, pattern=r"^[A-Z][0-9]{2}$")
    ministry: Name | None = None

    @model_validator(mode="after")
    def _of_its_ministry(self) -> Self:
        if self.code and self.ministry_code and not self.code.startswith(self.ministry_code):
            raise ValueError("Mã lĩnh vực phải bắt đầu bằng mã bộ.")
        return self


class FieldView(FieldDescription):
    """A field of procedures and the ministry that leads it, where that is known."""

    name: Name
