"""The provinces' own rules: defined from today on, ended, never changed backwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.survey import scope
from services.survey.instruments import registry
from services.survey.models import OccasionRule
from services.survey.occasions import rules
from services.survey.schemas.instruments import Audience
from services.survey.schemas.occasions import OccasionEnd, OccasionIn, OccasionView
from shared.errors import Conflict, NotFound, Unprocessable
from shared.identity import Principal
from shared.working_time import business_date

OCCASIONS_MAX: Final = 1000
"""Of all agencies together: the worker reads them all."""

_IN_TURN = text("select pg_advisory_xact_lock(hashtextextended('occasions', 0))")


async def define(
    session: AsyncSession, principal: Principal, given: OccasionIn, now: datetime
) -> OccasionView:
    """Keep a rule; raises NotFound for a foreign agency, Unprocessable, Conflict."""
    if not principal.covers(given.agency):
        raise NotFound(f"Không tìm thấy cơ quan {given.agency}.", code="agency_not_found")
    if given.valid_from < business_date(now):
        raise _past()
    if given.instrument is not None:
        await _require_published(session, given.instrument)
    await session.execute(_IN_TURN)
    counted = await session.scalar(select(func.count()).select_from(OccasionRule))
    if (counted or 0) >= OCCASIONS_MAX:
        raise Conflict("Đã có quá nhiều quy tắc mời đánh giá.", code="too_many_occasions")
    rule = OccasionRule(
        id=uuid7(), defined_by=principal.subject, defined_at=now, **given.model_dump()
    )
    session.add(rule)
    await session.flush()
    return _view(rule)


async def end(
    session: AsyncSession, principal: Principal, identity: UUID, given: OccasionEnd, now: datetime
) -> OccasionView:
    """Let a rule hold until a day, today at the earliest; raises NotFound, Unprocessable, Conflict.

    A rule that has not begun may end before its first day: it never holds.
    """
    today = business_date(now)
    rule = await session.get(OccasionRule, identity, with_for_update=True)
    if rule is None or not principal.covers(rule.agency):
        raise NotFound("Không tìm thấy quy tắc mời đánh giá này.", code="occasion_not_found")
    if rule.valid_to is not None and rule.valid_to < today:
        raise Conflict("Quy tắc này đã hết hiệu lực.", code="occasion_ended")
    if given.valid_to < today:
        raise _past()
    rule.valid_to = given.valid_to
    return _view(rule)


async def list_of(
    session: AsyncSession, principal: Principal, now: datetime
) -> Sequence[OccasionView]:
    """The rules of the caller's agencies that hold or will, after those for everybody."""
    today = business_date(now)
    query = (
        select(OccasionRule)
        .where(
            scope.within(principal, OccasionRule.agency),
            or_(OccasionRule.valid_to.is_(None), OccasionRule.valid_to >= today),
        )
        .order_by(OccasionRule.agency, OccasionRule.id)
        .limit(OCCASIONS_MAX)
    )
    builtin = [
        OccasionView(id=None, agency=None, defined_by=None, defined_at=None, **one.model_dump())
        for one in rules.packaged()
    ]
    return [*builtin, *(_view(rule) for rule in await session.scalars(query))]


async def _require_published(session: AsyncSession, code: str) -> None:
    known = [one for one in await registry.published(session) if one.code == code]
    if not known or known[-1].audience is not Audience.PEOPLE:
        raise Unprocessable(
            "Không có mẫu phiếu này đã công bố cho người dân.", code="instrument_unknown"
        )


def _past() -> Unprocessable:
    return Unprocessable("Quy tắc chỉ áp dụng từ hôm nay trở đi.", code="occasion_in_past")


def _view(rule: OccasionRule) -> OccasionView:
    return OccasionView.model_validate(rule, from_attributes=True)
