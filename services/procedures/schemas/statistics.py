"""Figures of the catalogue as the API gives them out."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from services.procedures.codes import AgencyCode, ProcedureCode
from services.procedures.publication_rules import Index, Issuer, PublicationRule, Verdict
from services.procedures.schemas.procedures import ProcedureSummary
from services.procedures.schemas.targets import TargetCode
from shared.events import AgencyLevel, Method


class Share(BaseModel):
    """A share with where it comes from."""

    title: str
    numerator: int
    denominator: int
    ratio: Decimal | None = Field(
        description="Phần trăm, hai chữ số thập phân; null khi mẫu số bằng 0 / per cent."
    )
    formula: str
    source: str


class FigureView(Share):
    """A figure about procedures in force."""

    figure: str


class ProcedureStatistics(BaseModel):
    """The procedures in force on a day, and every figure about them."""

    on: date
    in_force: int
    figures: list[FigureView]


class FigureItem(ProcedureSummary):
    """A procedure of a figure's denominator."""

    counted: bool = Field(description="Có được tính vào tử số không / is in the numerator.")


class OnlineLevels(BaseModel):
    """How many procedures stood at each online level from this day on."""

    model_config = ConfigDict(from_attributes=True)

    since: date
    information: int
    partial: int
    full: int
    unknown: int


class OnlineLevelHistory(BaseModel):
    """The numbers of the first day, then of each day on which one changed."""

    items: list[OnlineLevels]


class TargetHeld(BaseModel):
    """A target held against the figure."""

    target: TargetCode
    title: str
    threshold: Decimal | None
    needed: int = Field(description="Số cần có để đạt ngưỡng / how many it takes.")
    reached: bool


class AgencyFigureView(FigureView):
    """A figure about agencies, and the targets set for it."""

    targets: list[TargetHeld]


class AgencyStatistics(BaseModel):
    """Every figure about agencies on a day."""

    on: date
    figures: list[AgencyFigureView]


class AgencyItem(BaseModel):
    """An agency of a figure's denominator."""

    model_config = ConfigDict(from_attributes=True)

    code: AgencyCode
    name: str
    level: AgencyLevel
    counted: bool


class PublicationIndex(Share):
    """One of the two indices of publishing on time."""

    index: Index
    late: int
    unknown_versions: int = Field(
        description="Ấn bản thiếu ngày ký, cơ quan ký hoặc ngoài lịch; không coi là đúng hạn."
    )


class PublicationStatistics(BaseModel):
    """Publications of a period, and the rules they were held against."""

    first: date
    last: date
    versions: int
    indices: list[PublicationIndex]
    rules: tuple[PublicationRule, ...]


class PublicationItem(BaseModel):
    """A version published in the period, and whether it was on time."""

    code: ProcedureCode
    version: int
    name: str
    decision: str
    issuer: Issuer | None
    signed_on: date | None
    valid_from: date
    published_on: date
    sign_by: date | None = Field(description="Phải ký chậm nhất ngày này.")
    publish_by: date | None = Field(description="Phải công khai chậm nhất ngày này.")
    verdicts: dict[Index, Verdict]


class LimitCutTotal(BaseModel):
    """The sums of one kind of time, over the rows that know their limit."""

    unit: str = Field(description="working_days, calendar_days hoặc months; không cộng lẫn nhau.")
    rows: int
    rows_cut: int
    statutory: Decimal
    committed: Decimal
    cut: Decimal
    ratio: Decimal | None


class LimitCutStatistics(BaseModel):
    """How much shorter limits are promised than the law gives."""

    on: date
    procedures: Share
    totals: list[LimitCutTotal]


class LimitCutRow(BaseModel):
    """One row of a way of filing with both limits in one unit."""

    id: str
    case: str | None
    method: Method
    unit: str
    statutory: Decimal
    committed: Decimal
    cut: Decimal
    ratio: Decimal | None


class LimitCutItem(BaseModel):
    """A procedure with a cut, and all its rows that know their limit."""

    code: ProcedureCode
    version: int
    name: str
    field: str
    rows: list[LimitCutRow]
