"""Whose post a caller may know of: orders and records of the agencies in their scope."""

from typing import Final, TypeVar

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.intake.desk import Desk
from shared.errors import FieldError, Forbidden, NotFound, Unprocessable
from shared.identity import Principal
from shared.working_time import business_date

Row = TypeVar("Row")

UNKNOWN: Final = {
    "order": ("Không tìm thấy phiếu gửi này.", "order_unknown"),
    "handover": ("Không tìm thấy biên bản giao nhận này.", "handover_unknown"),
    "remittance": ("Không tìm thấy lần nộp tiền này.", "remittance_unknown"),
    "complaint": ("Không tìm thấy khiếu nại này.", "complaint_unknown"),
}


def within(principal: Principal, agency: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that a row's agency lies in the caller's scope."""
    if principal.everywhere:
        return true()
    return or_(false(), *(below(agency, grant) for grant in principal.agencies))


def below(column: InstrumentedAttribute[str], agency: str) -> ColumnElement[bool]:
    """The condition that a row's agency is this one or lies below it."""
    return or_(column == agency, column.startswith(f"{agency}.", autoescape=True))


def known(row: Row | None, what: str) -> Row:
    """Get what was looked for; NotFound when it is absent or not the caller's to know."""
    if row is None:
        detail, code = UNKNOWN[what]
        raise NotFound(detail, code=code)
    return row


async def check(session: AsyncSession, desk: Desk, agency: str) -> None:
    """Refuse an agency beyond the caller's scope, or one that is not in force today."""
    if not desk.principal.covers(agency):
        raise Forbidden(
            f"Cơ quan {agency} không thuộc phạm vi của bạn.", code="agency_out_of_scope"
        )
    catalogue, _ = await desk.catalogue(session)
    if catalogue.agency(agency, business_date(desk.now)) is None:
        detail = f"Không có cơ quan {agency}, hoặc cơ quan không còn hoạt động."
        pointed = FieldError(pointer="/body/agency", detail=detail, code="agency_unknown")
        raise Unprocessable(detail, code="agency_unknown", errors=[pointed])
