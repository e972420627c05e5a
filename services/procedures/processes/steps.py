"""The steps of a process as they are written down, and what makes their order one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final, Self

from pydantic import Field, model_validator

from services.procedures.codes import AgencyCode
from services.procedures.records import Part, PartId
from services.procedures.texts import Name, Text
from shared import working_time
from shared.events import FormKind, LimitUnit, StepKind, StepRole
from shared.identity import Role

LIMIT_MAX: Final = 100_000
STATUS_MAX: Final = 10
"""The national statuses of a dossier run from 1 to 10."""

MAY_ACT: Final[dict[StepRole, tuple[Role, ...]]] = {
    StepRole.COUNTER_OFFICER: (Role.COUNTER,),
    StepRole.ONE_STOP_HEAD: (Role.LEADER, Role.COUNTER),
    StepRole.OFFICE_HEAD: (Role.LEADER,),
    StepRole.SPECIALIST: (Role.SPECIALIST,),
    StepRole.AGENCY_LEADER: (Role.LEADER,),
    StepRole.CLERK: (Role.SPECIALIST, Role.COUNTER),
    StepRole.RETURN_OFFICER: (Role.COUNTER,),
    StepRole.POSTAL_OFFICER: (Role.POSTAL,),
    StepRole.HOME_SERVICE_OFFICER: (Role.COUNTER,),
    StepRole.CONTROL_OFFICER: (Role.SPECIALIST, Role.LEADER),
    StepRole.PARTNER_SYSTEM: (Role.PORTAL,),
}
"""Who completes a step of each role unless the step says otherwise."""


class StepLimit(Part):
    """The time of a step; a quarter of a working day is a value like others."""

    value: Decimal = Field(gt=0, le=LIMIT_MAX)
    unit: LimitUnit

    @model_validator(mode="after")
    def _exact(self) -> Self:
        working_time.Limit(self.value, working_time.LimitUnit(self.unit))
        return self


class StepRecord(Part):
    """One step (bước): who does what in which time.

    `number` is how the paper numbers it, `role_assumed` says that the source names no role, and
    several people of `shared_by` have the one limit together.
    """

    id: PartId
    number: Name | None = None
    name: Name
    kind: StepKind = StepKind.WORK
    unit: Name | None = None
    agency: AgencyCode | None = None
    role: StepRole
    role_assumed: bool = False
    may_act: tuple[Role, ...] = Field(default=(), max_length=len(Role))
    limit: StepLimit | None = Field(
        default=None, description="Bỏ trống là không tính thời gian; chỉ ở bước tiếp nhận, trả."
    )
    result: Name | None = None
    forms: tuple[FormKind, ...] = Field(default=(), max_length=len(FormKind))
    shared_by: tuple[Name, ...] = Field(default=(), max_length=50)
    loops_back_to: tuple[PartId, ...] = Field(default=(), max_length=50)
    group: PartId | None = Field(default=None, description="Các bước cùng nhóm làm đồng thời.")
    status: int | None = Field(default=None, ge=1, le=STATUS_MAX)
    quality_document: Name | None = None
    note: Text | None = None

    @property
    def acting(self) -> tuple[Role, ...]:
        """The roles of a token that may complete the step."""
        return self.may_act or MAY_ACT[self.role]


def groups(steps: Sequence[StepRecord]) -> list[list[StepRecord]]:
    """The steps in their order, those that run at the same time together."""
    # A step of no group stands alone: its own id and a mark that no group has.
    keyed = groupby(steps, key=lambda step: (step.group is None, step.group or step.id))
    return [list(together) for _, together in keyed]


def faults(steps: Sequence[StepRecord]) -> Iterator[str]:
    """What keeps the steps from being a way from the intake to the return, in Vietnamese.

    Each step follows the one before it, so that none is out of reach; back leads only a loop.
    """
    if repeated := [
        name for name, count in Counter(step.id for step in steps).items() if count > 1
    ]:
        yield f"Mã bước bị trùng: {', '.join(repeated)}."
    yield from _wrong_ends(steps)
    for step in steps:
        if step.kind is StepKind.WORK and step.limit is None:
            yield f"Bước {step.id} phải có thời hạn; chỉ bước tiếp nhận và trả được bỏ trống."
    together = groups(steps)
    names = Counter(each[0].group for each in together if each[0].group)
    if scattered := [name for name, count in names.items() if count > 1]:
        yield f"Các bước đồng thời phải liền nhau: nhóm {', '.join(scattered)}."
    yield from _wrong_loops(together)


def _wrong_ends(steps: Sequence[StepRecord]) -> Iterator[str]:
    if steps[0].kind is not StepKind.RECEIVE:
        yield "Bước đầu phải là bước tiếp nhận."
    if steps[-1].kind is not StepKind.RETURN:
        yield "Bước cuối phải là bước trả kết quả."
    if any(step.kind is not StepKind.WORK for step in steps[1:-1]):
        yield "Chỉ bước đầu tiếp nhận và bước cuối trả kết quả."
    if steps[0].group or steps[-1].group:
        yield "Bước tiếp nhận và bước trả kết quả không làm đồng thời với bước khác."


def _wrong_loops(together: Sequence[Sequence[StepRecord]]) -> Iterator[str]:
    earlier: set[str] = set()
    for each in together:
        for step in each:
            if ahead := [target for target in step.loops_back_to if target not in earlier]:
                yield f"Bước {step.id} chỉ được quay lại bước trước nó, không phải {ahead[0]}."
        earlier |= {step.id for step in each}
