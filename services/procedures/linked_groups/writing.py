"""What can be done with a linked group: draft it, change it, publish it, retire it."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import standings
from services.procedures.facts import tell
from services.procedures.linked_groups import rules, telling
from services.procedures.linked_groups.reading import content_of
from services.procedures.linked_groups.record import LinkedGroupRecord
from services.procedures.models import LinkedGroup, ProcedureVersion, Standing
from shared.errors import Unprocessable

PUBLISHING: Final = "linked_group/"
"""Begins the name of the lock under which a code's group is published."""


async def draft(
    session: AsyncSession, record: LinkedGroupRecord, *, by: str, at: datetime
) -> LinkedGroup:
    """Save a group to be published later; raises Unprocessable where it does not hold together."""
    await _check(session, record)
    group = LinkedGroup(**_columns(record), drafted_at=at, drafted_by=by)
    session.add(group)
    await session.flush()
    return group


async def change(
    session: AsyncSession, group: LinkedGroup, record: LinkedGroupRecord
) -> LinkedGroup:
    """Make a draft what the record says, whole; raises Conflict once it is published."""
    standings.refuse_unless(group, Standing.DRAFT)
    await _check(session, record)
    for name, value in _columns(record).items():
        setattr(group, name, value)
    return group


async def remove(session: AsyncSession, group: LinkedGroup) -> None:
    """Throw a draft away; raises Conflict once it is published."""
    standings.refuse_unless(group, Standing.DRAFT)
    await session.delete(group)


async def publish(
    session: AsyncSession, group: LinkedGroup, *, by: str, at: datetime
) -> LinkedGroup:
    """Put a draft in use; the one in use under the same code retires in the same transaction."""
    standings.refuse_unless(group, Standing.DRAFT)
    # A code has no row of its own to lock; two who publish under it take turns here.
    name = func.hashtextextended(PUBLISHING + group.code, 0)
    await session.execute(select(func.pg_advisory_xact_lock(name)))
    record = content_of(group)
    await _check(session, record)
    before = await session.scalar(
        select(LinkedGroup)
        .where(*standings.in_use(LinkedGroup), LinkedGroup.code == group.code)
        .with_for_update()
    )
    if before is not None:
        await retire(session, before, by=by, at=at)
    group.published_at, group.published_by = at, by
    await tell(session, group, telling.published(record, at))
    return group


async def retire(
    session: AsyncSession, group: LinkedGroup, *, by: str, at: datetime
) -> LinkedGroup:
    """Take a group out of use; dossiers under way finish by it. Raises Conflict."""
    standings.refuse_unless(group, Standing.PUBLISHED)
    group.retired_at, group.retired_by = at, by
    await tell(session, group, telling.retired(group, at))
    return group


async def _check(session: AsyncSession, record: LinkedGroupRecord) -> None:
    rules.check(record)
    await standings.refuse_unknown_agencies(
        session, (record.lead_agency, *(member.agency for member in record.members))
    )
    known = await session.scalars(
        select(ProcedureVersion.code).where(
            ProcedureVersion.code.in_(record.procedures), ProcedureVersion.published_at.is_not(None)
        )
    )
    if unknown := set(record.procedures) - set(known):
        raise Unprocessable(
            f"Chưa công bố thủ tục {', '.join(sorted(unknown))}; thủ tục chưa có trong danh mục"
            " thì chỉ nêu tên.",
            code="procedure_unknown",
        )


def _columns(record: LinkedGroupRecord) -> dict[str, Any]:
    return {
        "code": record.code,
        "procedures": record.procedures,
        "lead_agency": record.lead_agency,
        "document": record.model_dump(mode="json", exclude_defaults=True),
    }
