"""Ways of filing: what each row of them takes and costs."""

from decimal import Decimal
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from services.procedures.records.parts import Part, PartId
from services.procedures.texts import Name, Text
from shared import working_time
from shared.events import LimitUnit, Method

LIMIT_MAX: Final = 100_000


class LimitRecord(Part):
    """A processing limit; `unit_assumed` says that the source gave a number without a unit."""

    value: Decimal = Field(gt=0, le=LIMIT_MAX)
    unit: LimitUnit
    unit_assumed: bool = False

    @model_validator(mode="after")
    def _exact(self) -> Self:
        _ = self.measured
        return self

    @property
    def measured(self) -> working_time.Limit:
        """The limit as working time counts it."""
        return working_time.Limit(self.value, working_time.LimitUnit(self.unit))


class FeeKind(StrEnum):
    """What is paid: a fee for a service (phí) or a charge (lệ phí); receipts keep them apart."""

    FEE = "fee"
    CHARGE = "charge"


class FeeRecord(Part):
    """One line of what a row costs; an amount of 0 is free, an unknown fee is no line at all."""

    amount: Decimal | None = Field(ge=0, le=10**12)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    per: Name | None = None
    kind: FeeKind | None = None
    text: Text


class MethodRecord(Part):
    """One row of a way of filing; a way may have several rows, and none may know its limit.

    `limit` is the statutory one (thời hạn theo quy định), `committed` the shorter one that the
    agencies promise (thời hạn cam kết, cắt giảm); citizens are promised the committed one.
    """

    id: PartId
    case: PartId | None
    method: Method
    limit: LimitRecord | None
    committed: LimitRecord | None = None
    fees: tuple[FeeRecord, ...] = Field(default=(), max_length=50)
    note: Text | None = None

    @model_validator(mode="after")
    def _commitment_is_no_longer(self) -> Self:
        if self.committed is None:
            return self
        if self.limit is None:
            raise ValueError("Có thời hạn cam kết thì phải có thời hạn theo quy định.")
        promised, legal = self.committed.measured, self.limit.measured
        same_kind = self.committed.unit is self.limit.unit or (
            self.committed.unit.is_working_time and self.limit.unit.is_working_time
        )
        if not same_kind:
            raise ValueError("Thời hạn cam kết phải cùng cách tính với thời hạn theo quy định.")
        if (promised.minutes, promised.count) > (legal.minutes, legal.count):
            raise ValueError("Thời hạn cam kết không được dài hơn thời hạn theo quy định.")
        return self

    @property
    def promised(self) -> LimitRecord | None:
        """The limit that a receipt is dated by."""
        return self.committed or self.limit
