"""Facts of a procedure as gathered from the national public service portal."""

from typing import Final

from services.procedures.formats.portal.reading import read
from services.procedures.formats.portal.writing import write

__all__ = ["NAMES", "read", "write"]

NAMES: Final = frozenset({"decision_no", "components", "legal_bases", "competent_agency"})
"""Fields by which the shape is told, once the record's own shape is ruled out."""
