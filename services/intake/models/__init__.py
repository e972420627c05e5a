"""Intake's tables."""

from services.intake.models.base import METADATA, Base
from services.intake.models.code_blocks import CodeBlock
from services.intake.models.copies import AgencyCopy, CalendarCopy, CopiesRevision, ProcedureCopy
from services.intake.models.dossier import CodeSequence, Dossier, Pause
from services.intake.models.drafts import Draft
from services.intake.models.files import (
    Attachment,
    Destruction,
    FileState,
    LegalHold,
    StoredFile,
    Upload,
)
from services.intake.models.history import ImportBatch, ImportRefusal
from services.intake.models.home import (
    HomeAvailability,
    HomeBooking,
    HomeBookingChange,
    VisitState,
)
from services.intake.models.life import Handover, Step, Transition, Unmasking
from services.intake.models.linked import LinkedGroupCopy, LinkedLife, LinkedPart
from services.intake.models.national import NationalSync, SyncState
from services.intake.models.originals import OriginalsReturn, OriginalsReturnItem
from services.intake.models.payments import (
    Appointments,
    Payment,
    PaymentDemand,
    PaymentLine,
    PlatformPayment,
    PlatformState,
    Receipt,
    ReceiptSequence,
    Refund,
)
from services.intake.models.people import FilledForm, Paper, Party, PartyRole
from services.intake.models.postal import (
    PostalComplaint,
    PostalCursor,
    PostalHandover,
    PostalHandoverItem,
    PostalLeg,
    PostalMessage,
    PostalOrder,
    PostalRemittance,
    PostalRemittanceItem,
)
from services.intake.models.printed import FormSequence, PrintedForm
from services.intake.models.processing import Assignment, Involvement, Opinion, ProcessCopy
from services.intake.models.supplements import SupplementItem, SupplementRequest
from services.intake.models.transfers import Transfer, TransferKind

__all__ = [
    "METADATA",
    "AgencyCopy",
    "Appointments",
    "Assignment",
    "Attachment",
    "Base",
    "CalendarCopy",
    "CodeBlock",
    "CodeSequence",
    "CopiesRevision",
    "Destruction",
    "Dossier",
    "Draft",
    "FileState",
    "FilledForm",
    "FormSequence",
    "Handover",
    "HomeAvailability",
    "HomeBooking",
    "HomeBookingChange",
    "ImportBatch",
    "ImportRefusal",
    "Involvement",
    "LegalHold",
    "LinkedGroupCopy",
    "LinkedLife",
    "LinkedPart",
    "NationalSync",
    "Opinion",
    "OriginalsReturn",
    "OriginalsReturnItem",
    "Paper",
    "Party",
    "PartyRole",
    "Pause",
    "Payment",
    "PaymentDemand",
    "PaymentLine",
    "PlatformPayment",
    "PlatformState",
    "PostalComplaint",
    "PostalCursor",
    "PostalHandover",
    "PostalHandoverItem",
    "PostalLeg",
    "PostalMessage",
    "PostalOrder",
    "PostalRemittance",
    "PostalRemittanceItem",
    "PrintedForm",
    "ProcedureCopy",
    "ProcessCopy",
    "Receipt",
    "ReceiptSequence",
    "Refund",
    "Step",
    "StoredFile",
    "SupplementItem",
    "SupplementRequest",
    "SyncState",
    "Transfer",
    "TransferKind",
    "Transition",
    "Unmasking",
    "Upload",
    "VisitState",
]
