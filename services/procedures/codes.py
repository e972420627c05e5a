"""How the catalogue's things are numbered, as patterns that a request is checked against."""

from typing import Annotated, Final

from fastapi import Path
from pydantic import StringConstraints

PROCEDURE: Final = r"^[1-9]\.[0-9]{6}$"
"""National code of a procedure (mã TTHC); 5. and 6. are internal ones."""

AGENCY: Final = r"^[A-Z][0-9]{2}(\.[0-9]{2,3}){0,5}$"
"""Agency identifier of Decision 20/2020/QĐ-TTg, left to right (mã định danh cơ quan)."""

CALENDAR: Final = r"^[A-Z0-9]+(-[A-Z0-9]+)*$"

VERSION_MAX: Final = 2**31 - 1

ProcedureCode = Annotated[str, StringConstraints(pattern=PROCEDURE)]
AgencyCode = Annotated[str, StringConstraints(pattern=AGENCY, max_length=20)]
CalendarCode = Annotated[str, StringConstraints(pattern=CALENDAR, max_length=40)]
Version = Annotated[int, Path(ge=1, le=VERSION_MAX)]


def is_internal(procedure: str) -> bool:
    """Whether the code is an internal procedure's (TTHC nội bộ), which citizens do not file."""
    return procedure[0] in "56"
