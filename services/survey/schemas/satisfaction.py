"""Who is satisfied, and what SIPAS comes to."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from services.survey.schemas.words import Text


class SatisfactionLine(BaseModel):
    """One group; null where too few people answered. `change` is in percentage points."""

    model_config = ConfigDict(from_attributes=True)

    group: str
    answers: int | None
    satisfied: int | None
    percent: float | None
    before: float | None = Field(description="Kỳ liền trước, phần trăm.")
    year_before: float | None = Field(description="Cùng kỳ năm trước, phần trăm.")
    change: float | None
    rank: int | None = Field(description="Bằng nhau thì cùng hạng trên.")


class SatisfactionView(BaseModel):
    """Satisfaction of whole months, with the periods that it is compared with."""

    agency: str | None
    from_: date = Field(serialization_alias="from")
    to: date
    group_by: str
    slips_shown_min: int
    items: list[SatisfactionLine]
    next: str | None


class ShareView(BaseModel):
    """How many of how many; null where too few people answered."""

    model_config = ConfigDict(from_attributes=True)

    answers: int | None
    satisfied: int | None
    percent: float | None


class CriterionView(BaseModel):
    """One criterion's share."""

    model_config = ConfigDict(from_attributes=True)

    factor: int
    criterion: int
    text: Text
    share: ShareView


class SipasView(BaseModel):
    """Satisfaction index by criterion and factor, and as a whole."""

    model_config = ConfigDict(from_attributes=True)

    criteria: list[CriterionView]
    factors: dict[int, ShareView]
    overall: ShareView
