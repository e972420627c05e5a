"""Intake's tables."""

from services.intake.models.base import METADATA, Base
from services.intake.models.copies import AgencyCopy, CalendarCopy, CopiesRevision, ProcedureCopy
from services.intake.models.dossier import CodeSequence, Dossier, Pause
from services.intake.models.history import ImportBatch, ImportRefusal
from services.intake.models.life import Handover, Step, Transition, Unmasking
from services.intake.models.payments import Payment, PaymentDemand
from services.intake.models.people import FilledForm, Paper, Party, PartyRole
from services.intake.models.supplements import SupplementItem, SupplementRequest

__all__ = [
    "METADATA",
    "AgencyCopy",
    "Base",
    "CalendarCopy",
    "CodeSequence",
    "CopiesRevision",
    "Dossier",
    "FilledForm",
    "Handover",
    "ImportBatch",
    "ImportRefusal",
    "Paper",
    "Party",
    "PartyRole",
    "Pause",
    "Payment",
    "PaymentDemand",
    "ProcedureCopy",
    "Step",
    "SupplementItem",
    "SupplementRequest",
    "Transition",
    "Unmasking",
]
