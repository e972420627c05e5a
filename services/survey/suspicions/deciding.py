"""Lets an officer of procedure control see what is suspected, and decide on it once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import by_agency, scope, telling
from services.survey.instruments import registry
from services.survey.models import Answer, Suspicion
from services.survey.schemas.suspicions import (
    Reason,
    Standing,
    SuspicionStatus,
    SuspicionView,
    Verdict,
)
from services.survey.scores import counting
from services.survey.scores.asking import Asked
from shared.errors import Conflict, Forbidden, NotFound
from shared.identity import Principal


async def list_of(
    session: AsyncSession,
    principal: Principal,
    status: SuspicionStatus,
    *,
    agency: str | None,
    after: str | None,
    limit: int,
) -> tuple[list[SuspicionView], str | None]:
    """One page, by agency; raises NotFound for a foreign agency, Unprocessable."""
    query = select(Suspicion).where(
        Suspicion.status == status, scope.subtree(principal, Suspicion.agency, agency)
    )
    rows, following = await by_agency.page(session, Suspicion, query, after, limit)
    return [_view(one) for one in rows], following


async def pending_slips(session: AsyncSession, asked: Asked) -> int:
    """How many slips of what is asked for wait for a decision; raises NotFound."""
    query = select(func.sum(Suspicion.slips)).where(
        Suspicion.status == SuspicionStatus.PENDING,
        Suspicion.month.between(asked.first_month, asked.last_month),
        scope.subtree(asked.principal, Suspicion.agency, asked.agency),
    )
    return int(await session.scalar(query) or 0)


async def decide(
    session: AsyncSession, principal: Principal, identity: UUID, verdict: Verdict, now: datetime
) -> SuspicionView:
    """Count the slips or leave them out for good; raises NotFound, Forbidden, Conflict."""
    # The lock keeps a slip that comes meanwhile out: it finds the decision and begins anew.
    suspicion = await session.get(Suspicion, identity, with_for_update=True)
    if suspicion is None or not principal.covers(suspicion.agency):
        raise NotFound("Không tìm thấy nhóm phiếu này.", code="suspicion_not_found")
    above = suspicion.agency.rpartition(".")[0]
    if not (principal.everywhere or principal.covers(above)):
        raise Forbidden("Cơ quan cấp trên mới được quyết định.", code="own_suspicion")
    if suspicion.status != SuspicionStatus.PENDING:
        raise Conflict("Nhóm phiếu này đã có quyết định.", code="already_decided")
    slips = (await session.scalars(select(Answer).where(Answer.suspicion == identity))).all()
    for slip in slips:
        slip.standing = Standing.COUNTED if verdict.count else Standing.DISMISSED
    suspicion.status = SuspicionStatus.COUNTED if verdict.count else SuspicionStatus.DISMISSED
    suspicion.ground, suspicion.decided_by = verdict.ground, principal.subject
    suspicion.decided_at = now
    if verdict.count:
        await _count(session, slips)
    await session.flush()
    return _view(suspicion)


async def _count(session: AsyncSession, slips: Sequence[Answer]) -> None:
    """Count the slips and tell of them as of the first day of their month: none other is known."""
    await session.flush()
    await counting.count(session, [slip.id for slip in slips])
    versions = await registry.versions(session)
    known = [(slip, versions[slip.instrument, slip.instrument_version]) for slip in slips]
    await telling.tell(session, known, slips[0].month)


def _view(suspicion: Suspicion) -> SuspicionView:
    return SuspicionView(
        id=suspicion.id,
        agency=suspicion.agency,
        month=f"{suspicion.month:%Y-%m}",
        reason=Reason(suspicion.reason),
        slips=suspicion.slips,
        status=SuspicionStatus(suspicion.status),
        ground=suspicion.ground,
        decided_by=suspicion.decided_by,
        decided_at=suspicion.decided_at,
    )
