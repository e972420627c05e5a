"""What the national portal lacks and why, for the officers of the agencies concerned."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, dossiers
from services.intake.desk import Desk
from services.intake.models import Dossier, NationalSync
from services.intake.models.national import UNSYNCHRONISED, SyncState
from services.intake.national.codes import NAME
from services.intake.pages import mark, place
from services.intake.schemas.national import (
    SyncPage,
    SyncSummary,
    SyncView,
    Unsynchronised,
    waited,
)
from services.intake.views import status_view
from shared.errors import Conflict

OFF: Final = f"Chưa cấu hình {NAME}; hồ sơ được giữ lại chờ gửi."
REASONS: Final = {
    SyncState.PENDING: "Đang chờ gửi.",
    SyncState.SENT: "Đang gửi, chưa có trả lời.",
    SyncState.ACKED: f"{NAME} đã nhận.",
    SyncState.FAILED: f"{NAME} chưa nhận; sẽ gửi lại.",
    SyncState.EXCLUDED: "Hồ sơ lịch sử, không đồng bộ.",
}
CODE_REASONS: Final = {
    "timeout": f"{NAME} không trả lời kịp; sẽ gửi lại.",
    "connection": f"Không kết nối được {NAME}; sẽ gửi lại.",
    "not_json": f"{NAME} trả lời không đúng định dạng; sẽ gửi lại.",
    "half_answer": f"{NAME} trả lời thiếu; sẽ gửi lại.",
    "other_dossier": f"{NAME} trả lời về một hồ sơ khác; sẽ gửi lại.",
    "login_refused": f"{NAME} không cho đăng nhập; hãy kiểm tra tài khoản kết nối.",
    "not_written": "Không lập được thông điệp từ dữ liệu hồ sơ; hãy báo quản trị hệ thống.",
}
RETRY: Final = text("""
    insert into national_sync as n (dossier_id, state, wanted, first_wanted_at, next_try)
    values (:dossier, 'pending', :sequence, :now, :now)
    on conflict (dossier_id) do update
    set changes = n.changes + 1, attempts = 0, acknowledged_hash = null,
        wanted = greatest(n.wanted, excluded.wanted),
        state = case n.state when 'sent' then 'sent' else 'pending' end,
        next_try = case n.state when 'sent' then n.next_try else excluded.next_try end,
        first_wanted_at = case when n.state in ('acked', 'excluded')
                               then excluded.first_wanted_at else n.first_wanted_at end
""")


async def find(
    session: AsyncSession,
    desk: Desk,
    *,
    agency: str | None,
    state: Unsynchronised | None,
    after: str | None,
    limit: int,
) -> SyncPage:
    """Walk what the portal lacks in the caller's scope, the longest waiting first."""
    query = _unsynchronised(desk, agency).order_by(
        NationalSync.first_wanted_at, NationalSync.dossier_id
    )
    if state is not None:
        query = query.where(NationalSync.state == state)
    if after is not None:
        query = query.where(
            tuple_(NationalSync.first_wanted_at, NationalSync.dossier_id) > place(after)
        )
    found = (await session.execute(query.limit(limit + 1))).all()
    page = [(row[0], row[1]) for row in found[:limit]]
    last = page[-1][0] if len(found) > limit else None
    return SyncPage(
        items=[_view(desk, dossier, row) for row, dossier in page],
        next=mark(last.first_wanted_at, last.dossier_id) if last else None,
        enabled=desk.settings.national.configured,
    )


async def summary(session: AsyncSession, desk: Desk, *, agency: str | None) -> SyncSummary:
    """Count what the portal lacks; what it has is never counted, that would cost too much."""
    late = desk.now - timedelta(seconds=desk.settings.national.late_seconds)
    waiting = _unsynchronised(desk, agency).with_only_columns(
        NationalSync.state,
        func.count(),
        func.min(NationalSync.first_wanted_at),
        func.count().filter(NationalSync.first_wanted_at < late),
    )
    rows = (await session.execute(waiting.group_by(NationalSync.state))).all()
    counts = {state: count for state, count, _, _ in rows}
    return SyncSummary(
        enabled=desk.settings.national.configured,
        pending=counts.get(SyncState.PENDING, 0),
        sent=counts.get(SyncState.SENT, 0),
        failed=counts.get(SyncState.FAILED, 0),
        late=sum(row[3] for row in rows),
        oldest_since=min((row[2] for row in rows), default=None),
        at=desk.now,
    )


async def show(session: AsyncSession, desk: Desk, reference: str) -> SyncView:
    """Tell how the portal knows one dossier."""
    dossier = await dossiers.get(session, desk, reference)
    return _view(desk, dossier, await session.get(NationalSync, dossier.id))


async def retry(session: AsyncSession, desk: Desk, reference: str) -> SyncView:
    """Tell the dossier anew and at once, whatever the portal answered before."""
    dossier = await dossiers.get(session, desk, reference)
    if not desk.settings.national.configured:
        raise Conflict(OFF, code="national_sync_off")
    told = {"dossier": dossier.id, "sequence": dossier.sequence, "now": desk.now}
    await session.execute(RETRY, told)
    return _view(desk, dossier, await session.get(NationalSync, dossier.id))


def _unsynchronised(desk: Desk, agency: str | None) -> Select[NationalSync, Dossier]:
    query = (
        select(NationalSync, Dossier)
        .join(Dossier, Dossier.id == NationalSync.dossier_id)
        .where(UNSYNCHRONISED, access.within(desk.principal))
    )
    return query.where(_below(agency)) if agency else query


def _below(agency: str) -> ColumnElement[bool]:
    deciding = Dossier.competent_agency
    return or_(deciding == agency, deciding.startswith(f"{agency}.", autoescape=True))


def _view(desk: Desk, dossier: Dossier, row: NationalSync | None) -> SyncView:
    """Without a row its first fact is still on its way to the queue, which counts as pending."""
    state = SyncState(row.state) if row else SyncState.PENDING
    since = dossier.recorded_at if row is None else row.first_wanted_at
    waiting = since if state not in {SyncState.ACKED, SyncState.EXCLUDED} else None
    kept: dict[str, Any] = {
        "wanted": row.wanted if row else dossier.sequence,
        "acknowledged": row.acknowledged if row else 0,
        "progress_rows_acknowledged": row.rows_acknowledged if row else 0,
        "attempts": row.attempts if row else 0,
        "last_code": row.last_code if row else None,
        "last_error": row.last_error if row else None,
        "next_try": row.next_try if row else None,
        "acknowledged_at": row.acknowledged_at if row else None,
    }
    return SyncView(
        dossier=dossier.id,
        code=dossier.code,
        competent_agency=dossier.competent_agency,
        status=status_view(dossier.status),
        state=state,
        reason=_reason(desk, state, kept["last_code"]),
        waiting_since=waiting,
        waiting_seconds=waited(waiting, desk.now),
        **kept,
    )


def _reason(desk: Desk, state: SyncState, code: str | None) -> str:
    if state in {SyncState.ACKED, SyncState.EXCLUDED}:
        return REASONS[state]
    if not desk.settings.national.configured:
        return OFF
    if state is SyncState.FAILED and code is not None:
        return CODE_REASONS.get(code, f"{NAME} từ chối với mã {code}; sẽ gửi lại.")
    return REASONS[state]
