"""Competence: who receives, decides and supports a procedure, as listed or else by level."""

from services.procedures.competences.listing import Lines, get_lines, hold, list_lines, put
from services.procedures.competences.resolving import Wanted, handled_by, list_procedures_of

__all__ = [
    "Lines",
    "Wanted",
    "get_lines",
    "handled_by",
    "hold",
    "list_lines",
    "list_procedures_of",
    "put",
]
