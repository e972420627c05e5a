"""Which rows a caller may see: those of agencies in the granted subtrees, decided in SQL."""

from typing import Any

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from shared.errors import NotFound
from shared.identity import Principal

Column = InstrumentedAttribute[Any]


def below(column: Column, code: str) -> ColumnElement[bool]:
    """The agency itself and all whose code continues it (`/` is the byte after the dot)."""
    return or_(column == code, (column > f"{code}.") & (column < f"{code}/"))


def within(principal: Principal, *columns: Column) -> ColumnElement[bool]:
    """Rows one of whose agencies lies in the caller's scope."""
    if principal.everywhere:
        return true()
    return or_(false(), *(below(column, code) for column in columns for code in principal.agencies))


def subtree(principal: Principal, column: Column, agency: str | None) -> ColumnElement[bool]:
    """Rows below an agency, or of the caller's whole scope; raises NotFound for a foreign one."""
    if agency is None:
        return within(principal, column)
    if not principal.covers(agency):
        raise NotFound(f"Không tìm thấy cơ quan {agency}.", code="agency_not_found")
    return below(column, agency)
