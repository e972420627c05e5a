"""Mergers and splits: who was there before an agency, and who stands in its place on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.agencies.finding import get_agency
from services.procedures.models import Agency, Part
from services.procedures.schemas import Heir, Successor
from shared.errors import Conflict

GENERATIONS_MAX: Final = 20
"""Mergers that may follow one another; the bound also ends a ring of wrong links."""


def successors_of(agency: Agency) -> tuple[Successor, ...]:
    """Who took over from the agency, as it is kept."""
    return tuple(Successor.model_validate(link) for link in agency.successors)


async def predecessors(session: AsyncSession, code: str) -> tuple[Successor, ...]:
    """Whose place the agency took; `agency` names the one before, by code."""
    before = await session.scalars(
        select(Agency).where(Agency.successors.contains([{"agency": code}])).order_by(Agency.code)
    )
    return tuple(
        Successor(agency=agency.code, part=link.part, since=link.since)
        for agency in before
        for link in successors_of(agency)
        if link.agency == code
    )


async def existing_successors(session: AsyncSession, code: str, day: date) -> list[Heir]:
    """Who stands in the agency's place on a day, by code: itself while it exists.

    One that was split has several; each is marked `part` unless every step of the way was whole.
    Raises NotFound for an unknown agency, Conflict when the links never come to an end.
    """
    heirs: dict[str, Heir] = {}
    generation = {code: Part.WHOLE}
    agencies: Sequence[Agency] = [await get_agency(session, code)]
    for _ in range(GENERATIONS_MAX):
        following: dict[str, Part] = {}
        for agency in agencies:
            part = generation[agency.code]
            if agency.exists_on(day):
                heirs[agency.code] = Heir(agency=agency.code, name=agency.name, part=part)
                continue
            for link in successors_of(agency):
                if link.since <= day:
                    whole = part is link.part is Part.WHOLE
                    following[link.agency] = Part.WHOLE if whole else Part.PART
        if not following:
            return [heirs[heir] for heir in sorted(heirs)]
        generation = following
        found = await session.scalars(select(Agency).where(Agency.code.in_(following)))
        agencies = found.all()
    raise Conflict(f"Chuỗi kế thừa của cơ quan {code} không có điểm cuối.", code="succession_ring")
