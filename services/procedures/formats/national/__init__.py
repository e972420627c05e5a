"""The national database's record of a procedure (service LayThuTuc)."""

from typing import Final

from services.procedures.formats.national.reading import read
from services.procedures.formats.national.writing import write

__all__ = ["NAMES", "read", "write"]

NAMES: Final = frozenset(
    {"MATTHC", "TENTTHC", "CACHTHUCTHUCHIEN", "THANHPHANHOSO", "CAPTHUCHIEN", "LINHVUCTHUCHIEN"}
)
"""Fields by which the shape is told."""
