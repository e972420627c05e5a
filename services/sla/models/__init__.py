"""The tables of sla; all that follows from the stream is marked so and can be rebuilt."""

from services.sla.models.alarms import Alarm, AlarmClock, AlarmLadder
from services.sla.models.apologies import (
    Apology,
    ApologyNumber,
    ApologyReading,
    ApologySending,
    Cause,
    Incident,
)
from services.sla.models.books import Book, BookClosing, BookEntry
from services.sla.models.clocks import Clock, LedgerRow
from services.sla.models.copies import AgencyCopy, CalendarCopy, ProcedureCopy
from services.sla.models.counters import (
    Balance,
    BalanceField,
    CounterDay,
    CounterField,
    CounterMonth,
    Opened,
)
from services.sla.models.indices import (
    EnteredFigure,
    IndexScheme,
    PetitionCopy,
    SurveyPoints,
    TargetCopy,
)
from services.sla.models.lives import Life, LifeBefore
from services.sla.models.metadata import METADATA, Base
from services.sla.models.previews import (
    CalendarPreview,
    PreviewAgency,
    PreviewedCalendar,
)
from services.sla.models.recalculations import Extension, Recalculation, RecalculationOrder
from services.sla.models.reports import LateEntry, LatenessCause, SubmittedReport
from services.sla.models.signals import SignalRow
from services.sla.models.steps import ControlSlip, ControlSlipCount, Stay
from shared import tables

tables.add_outbox(METADATA)
tables.add_consumer(METADATA)
tables.add_idempotency(METADATA)

__all__ = [
    "METADATA",
    "AgencyCopy",
    "Alarm",
    "AlarmClock",
    "AlarmLadder",
    "Apology",
    "ApologyNumber",
    "ApologyReading",
    "ApologySending",
    "Balance",
    "BalanceField",
    "Base",
    "Book",
    "BookClosing",
    "BookEntry",
    "CalendarCopy",
    "CalendarPreview",
    "Cause",
    "Clock",
    "ControlSlip",
    "ControlSlipCount",
    "CounterDay",
    "CounterField",
    "CounterMonth",
    "EnteredFigure",
    "Extension",
    "Incident",
    "IndexScheme",
    "LateEntry",
    "LatenessCause",
    "LedgerRow",
    "Life",
    "LifeBefore",
    "Opened",
    "PetitionCopy",
    "PreviewAgency",
    "PreviewedCalendar",
    "ProcedureCopy",
    "Recalculation",
    "RecalculationOrder",
    "SignalRow",
    "Stay",
    "SubmittedReport",
    "SurveyPoints",
    "TargetCopy",
]
