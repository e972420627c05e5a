"""What can be done with agencies: set one up or change it, find it in the tree."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.facts import tell
from services.procedures.models import Agency, Calendar
from services.procedures.publication import changed
from services.procedures.schemas import AgencyDescription
from shared import paging
from shared.errors import NotFound, Unprocessable
from shared.events import AgencyLevel


async def change(session: AsyncSession, code: str, description: AgencyDescription) -> Agency:
    """Make the agency what the description says; telling nobody when it is that already."""
    await _refuse_wrong_references(session, code, description)
    columns = description.model_dump(mode="python") | {"successors": list(description.successors)}
    fresh = insert(Agency).values(code=code, **columns).on_conflict_do_nothing()
    await session.execute(fresh)
    agency = await session.get(Agency, code, with_for_update=True, populate_existing=True)
    if agency is None:
        raise NotFound(f"Không có cơ quan {code}.")
    told = agency.sequence > 0
    if told and all(getattr(agency, name) == value for name, value in columns.items()):
        return agency
    for name, value in columns.items():
        setattr(agency, name, value)
    await tell(session, agency, changed(agency))
    return agency


async def get_agency(session: AsyncSession, code: str) -> Agency:
    """The agency of that code; raises NotFound."""
    agency = await session.get(Agency, code)
    if agency is None:
        raise NotFound(f"Không có cơ quan {code}.")
    return agency


async def known_codes(session: AsyncSession) -> frozenset[str]:
    """The codes of all agencies, past ones too; a nation has some ten thousand."""
    return frozenset(await session.scalars(select(Agency.code)))


async def list_agencies(
    session: AsyncSession,
    *,
    parent: str | None,
    level: AgencyLevel | None,
    on: date | None,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Agency], str | None]:
    """One page by code, which is the order of the tree; and its next cursor."""
    statement = select(Agency).order_by(Agency.code).limit(limit + 1)
    if parent is not None:
        statement = statement.where(Agency.parent == parent)
    if level is not None:
        statement = statement.where(Agency.level == level)
    if on is not None:
        still = or_(Agency.valid_to.is_(None), Agency.valid_to >= on)
        statement = statement.where(Agency.valid_from <= on, still)
    if after is not None:
        (past_code,) = paging.decode_texts(after, 1)
        statement = statement.where(Agency.code > past_code)
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    return page, paging.encode(page[-1].code) if len(found) > limit else None


async def _refuse_wrong_references(
    session: AsyncSession, code: str, description: AgencyDescription
) -> None:
    if description.parent is not None:
        if not code.startswith(f"{description.parent}."):
            raise Unprocessable(
                f"Mã {code} phải bắt đầu bằng mã cơ quan cấp trên {description.parent}.",
                code="parent_is_no_prefix",
            )
        if await session.get(Agency, description.parent) is None:
            raise Unprocessable(
                f"Không có cơ quan cấp trên {description.parent}.", code="parent_unknown"
            )
    if description.calendar and await session.get(Calendar, description.calendar) is None:
        raise Unprocessable(
            f"Không có lịch làm việc {description.calendar}.", code="calendar_unknown"
        )
    if description.successors:
        known = await session.scalars(
            select(Agency.code).where(Agency.code.in_(description.successors), Agency.code != code)
        )
        if unknown := set(description.successors) - set(known):
            raise Unprocessable(
                f"Không có cơ quan kế thừa {', '.join(sorted(unknown))}.", code="successor_unknown"
            )
