"""Electronic processes: the steps from intake to return, whose times add up to the limit."""

from services.procedures.processes.choice import find_applying
from services.procedures.processes.reading import content_of, list_processes
from services.procedures.processes.record import ProcessRecord
from services.procedures.processes.rules import total_of
from services.procedures.processes.steps import StepLimit, StepRecord
from services.procedures.processes.writing import change, copy, draft, publish, remove, retire

__all__ = [
    "ProcessRecord",
    "StepLimit",
    "StepRecord",
    "change",
    "content_of",
    "copy",
    "draft",
    "find_applying",
    "list_processes",
    "publish",
    "remove",
    "retire",
    "total_of",
]
