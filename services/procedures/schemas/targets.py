"""Targets, as the API takes them in and gives them out."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.procedures.codes import AgencyCode
from services.procedures.formulas import MEANINGS, Formula
from services.procedures.models import Comparison, Unit
from services.procedures.texts import Name, Text
from shared.events import AgencyLevel

PERCENT_MAX = 100

TargetCode = Annotated[
    str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$", min_length=2, max_length=40)
]


class TargetContent(BaseModel):
    """What a target asks for, of whom, over which time."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    title: Name
    formula: Formula
    comparison: Comparison
    threshold: Decimal | None = Field(
        default=None, ge=0, max_digits=12, decimal_places=2, description="Ngưỡng, theo đơn vị tính."
    )
    agency: AgencyCode | None = Field(
        default=None, description="Phạm vi: cơ quan này trở xuống; bỏ trống là không riêng nơi nào."
    )
    levels: tuple[AgencyLevel, ...] = Field(
        default=(), max_length=5, description="Chỉ tính cơ quan các cấp này; bỏ trống là mọi cấp."
    )
    period_from: date
    period_to: date | None = None
    evaluated: bool = Field(
        default=True, description="Sai khi chỉ để tham khảo, không chấm đạt hay không đạt."
    )
    source: Name = Field(description="Kế hoạch, văn bản đặt ra chỉ tiêu.")
    note: Text | None = None


class TargetDescription(TargetContent):
    """A version of a target as it shall be."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.period_to is not None and self.period_to < self.period_from:
            raise ValueError("Kỳ tính không được kết thúc trước khi bắt đầu.")
        if (self.threshold is None) != (self.comparison is Comparison.AT_LEAST_PREVIOUS):
            raise ValueError("So với kỳ trước thì không có ngưỡng; các so sánh khác phải có.")
        percent = MEANINGS[self.formula].unit is Unit.PERCENT
        if percent and self.threshold is not None and self.threshold > PERCENT_MAX:
            raise ValueError("Tỷ lệ không được quá 100 %.")
        return self


class TargetView(TargetContent):
    """A version of a target, and the unit its threshold is counted in."""

    code: TargetCode
    effective_from: date = Field(
        description="Từ ngày này chỉ tiêu được hiểu như vậy, đến phiên bản kế tiếp."
    )
    unit: Unit


class FormulaView(BaseModel):
    """A figure that targets can be set for."""

    formula: Formula
    title: str
    numerator: str
    denominator: str
    unit: Unit


class FormulasView(BaseModel):
    """Every figure that targets can be set for."""

    items: list[FormulaView]
