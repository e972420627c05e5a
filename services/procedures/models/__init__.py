"""The catalogue's tables."""

from services.procedures.models.agency import Agency, AgencyKind
from services.procedures.models.base import METADATA, Base
from services.procedures.models.calendar import Calendar, CalendarVersion
from services.procedures.models.procedure import Field, Procedure, ProcedureVersion, State

__all__ = [
    "METADATA",
    "Agency",
    "AgencyKind",
    "Base",
    "Calendar",
    "CalendarVersion",
    "Field",
    "Procedure",
    "ProcedureVersion",
    "State",
]
