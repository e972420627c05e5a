"""Scores of whole months."""

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from services.survey.schemas.instruments import Kind
from services.survey.schemas.words import Text


class OptionShareView(BaseModel):
    """How often an option was chosen."""

    model_config = ConfigDict(from_attributes=True)

    option: str
    text: Text
    points: int | None
    level: int | None
    answers: int
    percent: float | None


class QuestionScoreView(BaseModel):
    """One question's result; `mean` is rounded to one decimal as TT01/2018 Art 15 says."""

    model_config = ConfigDict(from_attributes=True)

    instrument: str
    question: str
    kind: Kind
    index: int | None = Field(description="Chỉ số của TT01/2018 Điều 13 mà câu hỏi phục vụ.")
    text: Text
    answers: int
    scored: int
    mean: float | None
    average: float | None = Field(description="Trung bình của mức hoặc của số, hai số lẻ.")
    satisfied: float | None = Field(description="Phần trăm hài lòng, hai số lẻ.")
    options: Sequence[OptionShareView]


class ScoreLine(BaseModel):
    """One group, or the total; slips and questions are null where too few people answered."""

    model_config = ConfigDict(from_attributes=True)

    group: str | None
    slips: int | None
    questions: Sequence[QuestionScoreView] | None


class ScoresView(BaseModel):
    """Scores of whole months."""

    agency: str | None
    from_: date = Field(serialization_alias="from")
    to: date
    group_by: str
    slips_shown_min: int
    suspect: int = Field(description="Số phiếu nghi ngờ chờ quyết định, chưa tính vào kết quả.")
    items: list[ScoreLine]
    total: ScoreLine
    next: str | None
