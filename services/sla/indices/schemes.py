"""A scheme of an index (bộ chỉ số): criteria with points, as data; the arithmetic is exact."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    model_validator,
)

from services.sla.figures.figure import Figure
from services.sla.figures.formulas import FORMULAS

CENT: Final = Decimal("0.01")
ONE: Final = Fraction(1)
CRITERIA_MAX: Final = 300
CLASSES_MAX: Final = 10

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+([-_.][A-Z0-9]+)*$", max_length=60)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Points = Annotated[Decimal, Field(ge=0, le=1000, max_digits=8, decimal_places=4)]


def _known(name: str) -> str:
    if name not in FORMULAS:
        raise ValueError(f"Công thức không có; chỉ nhận: {', '.join(FORMULAS)}.")
    return name


class Criterion(BaseModel):
    """One criterion; its points are its maximum by the share, whole from `full_at` on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    group: Code
    title: Words
    maximum: Points = Field(gt=0, description="Điểm tối đa.")
    formula: Words = Field(description="Cách tính, viết cho người đọc.")
    figure: Annotated[str, AfterValidator(_known)] | None = Field(
        default=None, description="Tên công thức hệ thống tính; bỏ trống là nhập từ ngoài."
    )
    full_at: Points = Field(
        default=Decimal(1), gt=0, le=1, description="Tỷ lệ được trọn điểm, ví dụ 0.8."
    )
    capped: bool = Field(default=True, description="Sai khi điểm được vượt điểm tối đa.")
    when_empty: Points | None = Field(
        default=None, description="Điểm khi mẫu số bằng 0; bỏ trống là không chấm."
    )
    times: Code | None = Field(
        default=None, description="Nhân với tỷ lệ của tiêu chí này, khi đã có số liệu."
    )
    evidence: bool = Field(default=True, description="Số nhập phải kèm tài liệu kiểm chứng.")

    def points(self, figure: Figure, times: Fraction = ONE) -> Fraction | None:
        """The exact points of a figure by a factor; None where there is nothing to score."""
        share = figure.share
        if share is None:
            return None if self.when_empty is None else Fraction(self.when_empty)
        maximum = Fraction(self.maximum)
        points = maximum * share * times / Fraction(self.full_at)
        return min(maximum, points) if self.capped else points


class Group(BaseModel):
    """A part of the scheme; its maximum is the sum of its criteria's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    title: Words


class SchemeClass(BaseModel):
    """A class (xếp loại) and the points from which it counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Words
    points: Points


class SchemeDescription(BaseModel):
    """A scheme as it shall be published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words
    source: Words = Field(description="Văn bản ban hành bộ chỉ số.")
    groups: tuple[Group, ...] = Field(min_length=1, max_length=CRITERIA_MAX)
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=CRITERIA_MAX)
    classes: tuple[SchemeClass, ...] = Field(default=(), max_length=CLASSES_MAX)
    decimals: StrictInt | None = Field(
        default=None,
        ge=0,
        le=4,
        description="Làm tròn điểm từng tiêu chí trước khi cộng; bỏ trống là cộng số chính xác.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = [criterion.code for criterion in self.criteria]
        groups = [group.code for group in self.groups]
        if len(set(codes)) < len(codes) or len(set(groups)) < len(groups):
            raise ValueError("Mã tiêu chí và mã nhóm không được trùng.")
        if {criterion.group for criterion in self.criteria} != set(groups):
            raise ValueError("Mỗi tiêu chí thuộc một nhóm đã khai, mỗi nhóm có tiêu chí.")
        if not {one.times for one in self.criteria} <= {None, *codes}:
            raise ValueError("Tiêu chí để nhân phải có trong bộ chỉ số.")
        bounds = [one.points for one in self.classes]
        if bounds != sorted(set(bounds), reverse=True) or (bounds and bounds[-1] != 0):
            raise ValueError("Các loại xếp từ cao xuống thấp, loại cuối từ 0 điểm.")
        return self

    @property
    def maximum(self) -> Decimal:
        """What all criteria can give together."""
        return sum((criterion.maximum for criterion in self.criteria), Decimal(0))

    def criterion(self, code: str) -> Criterion | None:
        """Find a criterion."""
        return next((one for one in self.criteria if one.code == code), None)

    def score(self, criterion: Criterion, figure: Figure, times: Fraction) -> Fraction | None:
        """A criterion's points as they are summed: exact, or rounded first where it says so."""
        points = criterion.points(figure, times)
        if points is None or self.decimals is None:
            return points
        return Fraction(rounded(points, Decimal(1).scaleb(-self.decimals)))

    def class_of(self, points: Fraction) -> str | None:
        """The class of a total; none where the scheme has no classes."""
        return next((one.name for one in self.classes if points >= one.points), None)


def rounded(exact: Fraction, unit: Decimal = CENT) -> Decimal:
    """Round half up, once, at the end (two decimals unless told otherwise)."""
    units = exact / Fraction(unit)
    # Decimal division could round before this does; whole halves cannot be lost that way.
    doubled = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    return (Decimal(doubled) * unit).quantize(unit, ROUND_HALF_UP)


def total(points: Iterable[Fraction | None]) -> Fraction:
    """Sum what was scored; what has no data adds nothing."""
    return sum((one for one in points if one is not None), Fraction(0))
