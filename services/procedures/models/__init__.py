"""The catalogue's tables."""

from services.procedures.models.agency import Agency, AgencyKind, Part
from services.procedures.models.base import METADATA, Base
from services.procedures.models.calendar import Calendar, CalendarPreview, CalendarVersion
from services.procedures.models.competence import Competence, CompetenceLine, CompetenceRole
from services.procedures.models.imports import (
    ImportApproval,
    ImportChunk,
    ImportForm,
    ImportItem,
    ImportState,
    ItemOutcome,
    ItemState,
    ProcedureImport,
)
from services.procedures.models.linked_group import LinkedGroup
from services.procedures.models.procedure import Field, Procedure, ProcedureVersion, State
from services.procedures.models.process import Process
from services.procedures.models.quality_document import QualityDocument
from services.procedures.models.search import SearchWord
from services.procedures.models.standing import Standing
from services.procedures.models.target import Comparison, Target, TargetVersion, Unit

__all__ = [
    "METADATA",
    "Agency",
    "AgencyKind",
    "Base",
    "Calendar",
    "CalendarPreview",
    "CalendarVersion",
    "Comparison",
    "Competence",
    "CompetenceLine",
    "CompetenceRole",
    "Field",
    "ImportApproval",
    "ImportChunk",
    "ImportForm",
    "ImportItem",
    "ImportState",
    "ItemOutcome",
    "ItemState",
    "LinkedGroup",
    "Part",
    "Procedure",
    "ProcedureImport",
    "ProcedureVersion",
    "Process",
    "QualityDocument",
    "SearchWord",
    "Standing",
    "State",
    "Target",
    "TargetVersion",
    "Unit",
]
