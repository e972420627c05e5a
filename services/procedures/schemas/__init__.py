"""What the catalogue's API takes in and gives out, a page per noun."""

from services.procedures.schemas.agencies import (
    ActingFor,
    AgencyDescription,
    AgencyDetail,
    AgencyView,
    Heir,
    Heirs,
    Successor,
)
from services.procedures.schemas.calendars import (
    CalendarDifferencesView,
    CalendarSummary,
    CalendarView,
    PreviewView,
)
from services.procedures.schemas.competences import (
    AgencyProcedure,
    CompetenceContent,
    CompetenceDescription,
    CompetenceLineView,
    CompetenceList,
    CompetencesView,
)
from services.procedures.schemas.fields import FieldDescription, FieldView
from services.procedures.schemas.procedures import (
    ProcedureSummary,
    ProcedureView,
    Publication,
    VersionSummary,
    Withdrawal,
)
from services.procedures.schemas.quality_documents import (
    QualityDocumentContent,
    QualityDocumentList,
    QualityDocumentsView,
    QualityDocumentView,
)
from services.procedures.schemas.targets import (
    FormulasView,
    FormulaView,
    TargetCode,
    TargetDescription,
    TargetView,
)

__all__ = [
    "ActingFor",
    "AgencyDescription",
    "AgencyDetail",
    "AgencyProcedure",
    "AgencyView",
    "CalendarDifferencesView",
    "CalendarSummary",
    "CalendarView",
    "CompetenceContent",
    "CompetenceDescription",
    "CompetenceLineView",
    "CompetenceList",
    "CompetencesView",
    "FieldDescription",
    "FieldView",
    "FormulaView",
    "FormulasView",
    "Heir",
    "Heirs",
    "PreviewView",
    "ProcedureSummary",
    "ProcedureView",
    "Publication",
    "QualityDocumentContent",
    "QualityDocumentList",
    "QualityDocumentView",
    "QualityDocumentsView",
    "Successor",
    "TargetCode",
    "TargetDescription",
    "TargetView",
    "VersionSummary",
    "Withdrawal",
]
