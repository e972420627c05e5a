"""The tables of sla; all that follows from the stream is marked so and can be rebuilt."""

from services.sla.models.clocks import Clock, LedgerRow
from services.sla.models.copies import AgencyCopy, CalendarCopy, ProcedureCopy
from services.sla.models.counters import Balance, CounterDay, CounterMonth, Opened
from services.sla.models.lives import Life
from services.sla.models.metadata import METADATA, Base
from services.sla.models.previews import (
    CalendarPreview,
    PreviewAgency,
    PreviewedCalendar,
    PreviewMove,
)
from shared import tables

tables.add_outbox(METADATA)
tables.add_consumer(METADATA)

__all__ = [
    "METADATA",
    "AgencyCopy",
    "Balance",
    "Base",
    "CalendarCopy",
    "CalendarPreview",
    "Clock",
    "CounterDay",
    "CounterMonth",
    "LedgerRow",
    "Life",
    "Opened",
    "PreviewAgency",
    "PreviewMove",
    "PreviewedCalendar",
    "ProcedureCopy",
]
