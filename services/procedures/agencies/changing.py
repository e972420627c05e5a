"""Sets up and changes agencies, and keeps the tree whole while doing so."""

from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.agencies.finding import get_agency
from services.procedures.agencies.telling import changed
from services.procedures.facts import tell
from services.procedures.models import Agency, Calendar
from services.procedures.schemas import AgencyDescription
from shared.errors import Conflict, Unprocessable

LISTS: Final = {"other_codes", "successors", "acts_for"}
"""Kept as JSON, so their days are written as texts."""

NAMED_MAX: Final = 5
"""Children that a refusal names."""


async def change(session: AsyncSession, code: str, description: AgencyDescription) -> Agency:
    """Make the agency what the description says; telling nobody when it is that already.

    Raises Unprocessable for a reference to nothing, Conflict when a parent or a child would be
    outside the other's time.
    """
    # Rows are locked from below upwards, always, so that two changes cannot wait for each other.
    await find_locked(session, code)
    await _refuse_misplaced(session, code, description)
    await _refuse_unknown(session, code, description)
    columns = _columns(description)
    await session.execute(insert(Agency).values(code=code, **columns).on_conflict_do_nothing())
    agency = await find_locked(session, code) or await get_agency(session, code)
    await _refuse_orphans(session, code, description)
    told = agency.sequence > 0
    if told and all(getattr(agency, name) == value for name, value in columns.items()):
        return agency
    for name, value in columns.items():
        setattr(agency, name, value)
    await tell(session, agency, changed(agency))
    return agency


async def find_locked(session: AsyncSession, code: str) -> Agency | None:
    """The agency as it stands, held until the transaction ends; None when there is none."""
    return await session.get(Agency, code, with_for_update=True, populate_existing=True)


def _columns(description: AgencyDescription) -> dict[str, Any]:
    return description.model_dump(exclude=LISTS) | description.model_dump(
        mode="json", include=LISTS
    )


async def _refuse_misplaced(
    session: AsyncSession, code: str, description: AgencyDescription
) -> None:
    if description.parent is None:
        return
    if not code.startswith(f"{description.parent}."):
        raise Unprocessable(
            f"Mã {code} phải bắt đầu bằng mã cơ quan cấp trên {description.parent}.",
            code="parent_is_no_prefix",
        )
    # Held, so that the parent does not end while its child is entered.
    parent = await session.get(
        Agency, description.parent, with_for_update={"read": True}, populate_existing=True
    )
    if parent is None:
        raise Unprocessable(
            f"Không có cơ quan cấp trên {description.parent}.", code="parent_unknown"
        )
    outlives = parent.valid_to is not None and (
        description.valid_to is None or description.valid_to > parent.valid_to
    )
    if description.valid_from < parent.valid_from or outlives:
        raise Conflict(
            f"Thời gian tồn tại của {code} phải nằm trong thời gian của cơ quan cấp trên"
            f" {parent.code}.",
            code="outside_parents_validity",
        )


async def _refuse_unknown(session: AsyncSession, code: str, description: AgencyDescription) -> None:
    if description.calendar and await session.get(Calendar, description.calendar) is None:
        raise Unprocessable(
            f"Không có lịch làm việc {description.calendar}.", code="calendar_unknown"
        )
    heirs = {successor.agency for successor in description.successors}
    served = {acting.agency for acting in description.acts_for}
    if not heirs | served:
        return
    named = Agency.code.in_(heirs | served)
    known = set(await session.scalars(select(Agency.code).where(named, Agency.code != code)))
    for unknown, what, reason in (
        (heirs - known, "kế thừa", "successor_unknown"),
        (served - known, "được tiếp nhận thay", "acts_for_unknown"),
    ):
        if unknown:
            raise Unprocessable(
                f"Không có cơ quan {what} {', '.join(sorted(unknown))}.", code=reason
            )


async def _refuse_orphans(session: AsyncSession, code: str, description: AgencyDescription) -> None:
    outside = Agency.valid_from < description.valid_from
    if description.valid_to is not None:
        endless = Agency.valid_to.is_(None)
        outside = or_(outside, endless, Agency.valid_to > description.valid_to)
    found = await session.scalars(
        select(Agency.code)
        .where(Agency.parent == code, outside)
        .order_by(Agency.code)
        .limit(NAMED_MAX)
    )
    if children := found.all():
        raise Conflict(
            f"Thời gian mới của {code} không bao hết các cơ quan bên dưới: {', '.join(children)}.",
            code="children_outside_validity",
        )
