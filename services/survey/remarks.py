"""What people write freely: apart from their slips, shown once an officer decided so."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import by_agency, scope
from services.survey.models import Answer, Remark
from services.survey.schemas.remarks import Decision, RemarkStatus, RemarkView
from shared.errors import Conflict, NotFound
from shared.identity import Principal
from shared.personal_data import Vault


def keep(session: AsyncSession, vault: Vault, answer: Answer, words: Mapping[str, str]) -> None:
    """Keep a slip's words under ids of their own."""
    for question, said in words.items():
        identity = uuid4()
        session.add(
            Remark(
                id=identity,
                agency=answer.agency,
                instrument=answer.instrument,
                instrument_version=answer.instrument_version,
                question=question,
                month=answer.month,
                status=RemarkStatus.PENDING,
                words=vault.encrypt(said.encode(), of=_row(identity)),
                key_id=vault.current,
                settled=False,
            )
        )


async def list_of(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    status: RemarkStatus,
    *,
    agency: str | None,
    after: str | None,
    limit: int,
) -> tuple[list[RemarkView], str | None]:
    """One page, by agency; raises NotFound for a foreign agency, Unprocessable."""
    query = select(Remark).where(
        Remark.status == status, scope.subtree(principal, Remark.agency, agency)
    )
    rows, following = await by_agency.page(session, Remark, query, after, limit)
    return [_view(vault, remark) for remark in rows], following


async def decide(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    identity: UUID,
    *,
    decision: Decision,
    now: datetime,
) -> RemarkView:
    """Show a remark, or hide it and forget its words; raises NotFound, Conflict when hidden."""
    remark = await session.get(Remark, identity, with_for_update=True)
    if remark is None or not principal.covers(remark.agency):
        raise NotFound("Không tìm thấy ý kiến này.", code="remark_not_found")
    if remark.status == RemarkStatus.HIDDEN:
        raise Conflict("Ý kiến đã ẩn và đã xóa nội dung.", code="remark_hidden")
    remark.status = RemarkStatus.SHOWN if decision.show else RemarkStatus.HIDDEN
    remark.reason, remark.decided_by, remark.decided_at = decision.reason, principal.subject, now
    if not decision.show:
        remark.words = None
    return _view(vault, remark)


def _view(vault: Vault, remark: Remark) -> RemarkView:
    words = None
    if remark.words is not None:
        words = vault.decrypt(remark.words, key_id=remark.key_id, of=_row(remark.id)).decode()
    return RemarkView(
        id=remark.id,
        agency=remark.agency,
        instrument=remark.instrument,
        instrument_version=remark.instrument_version,
        question=remark.question,
        month=f"{remark.month:%Y-%m}",
        status=RemarkStatus(remark.status),
        words=words,
        reason=remark.reason,
        decided_by=remark.decided_by,
        decided_at=remark.decided_at,
    )


def _row(identity: UUID) -> str:
    return f"remark/{identity}"
