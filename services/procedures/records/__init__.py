"""A procedure as it is written down: the whole content of one version, checked as it comes in."""

from services.procedures.records.methods import FeeKind, FeeRecord, LimitRecord, MethodRecord
from services.procedures.records.papers import (
    PAPERS_MAX,
    CaseRecord,
    ComponentRecord,
    GroupKind,
    GroupRecord,
)
from services.procedures.records.parts import (
    KEPT_MAX,
    UNNAMED,
    AsReceived,
    NamedCode,
    Part,
    PartId,
    Shape,
)
from services.procedures.records.record import (
    BoundaryFree,
    LegalGround,
    OnlineLevel,
    ProcedureRecord,
    StepsRecord,
)

__all__ = [
    "KEPT_MAX",
    "PAPERS_MAX",
    "UNNAMED",
    "AsReceived",
    "BoundaryFree",
    "CaseRecord",
    "ComponentRecord",
    "FeeKind",
    "FeeRecord",
    "GroupKind",
    "GroupRecord",
    "LegalGround",
    "LimitRecord",
    "MethodRecord",
    "NamedCode",
    "OnlineLevel",
    "Part",
    "PartId",
    "ProcedureRecord",
    "Shape",
    "StepsRecord",
]
