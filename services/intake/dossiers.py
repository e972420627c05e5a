"""Finds, locks and changes dossiers; every change is a row of the table, a fact and a log line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.interfaces import ORMOption

from services.intake import access, codes
from services.intake.desk import Desk
from services.intake.lifecycle import Action, IllegalAction, Status, Work, next_status
from services.intake.models import Dossier, Pause, Transition
from services.intake.views import action_views, status_view
from shared import outbox
from shared.answers import versions_named
from shared.errors import Conflict, NotFound, PreconditionFailed, PreconditionRequired
from shared.events import Event

SOURCE = "intake"


def etag(sequence: int) -> str:
    """Name a version of a dossier."""
    return f'"{sequence}"'


def named(reference: str) -> ColumnElement[bool]:
    """The condition that a dossier bears this code or id; raises NotFound for neither."""
    if codes.is_valid(reference):
        return Dossier.code == reference
    try:
        return Dossier.id == UUID(reference)
    except ValueError as neither:
        raise unknown() from neither


def unknown() -> NotFound:
    """The refusal of a dossier that is absent, or not the caller's to know."""
    return NotFound("Không tìm thấy hồ sơ này.", code="dossier_unknown")


async def get(session: AsyncSession, desk: Desk, reference: str) -> Dossier:
    """Get a dossier that the caller may see; raises NotFound."""
    return await _get(session, desk, reference, lock=False, involved=True)


async def locked(
    session: AsyncSession,
    desk: Desk,
    reference: str,
    *options: ORMOption,
    involved: bool = False,
) -> Dossier:
    """Get a dossier for a decision, alone until the commit; NotFound, PreconditionFailed.

    An agency that is only `involved` has its own step or opinion to decide, nothing else.
    """
    dossier = await _get(session, desk, reference, *options, lock=True, involved=involved)
    check_version(desk, dossier.sequence)
    return dossier


def check_version(desk: Desk, sequence: int) -> None:
    """Refuse a decision on another version; raises PreconditionRequired, PreconditionFailed."""
    if desk.if_match is None and desk.settings.if_match_required:
        raise PreconditionRequired("Hãy gửi If-Match với ETag của bản đã xem.")
    if desk.if_match not in {None, "*"} and sequence not in versions_named(desk.if_match or ""):
        raise PreconditionFailed(
            "Dữ liệu đã thay đổi từ khi bạn xem; hãy tải lại.", sequence=sequence
        )


def decide(
    dossier: Dossier, action: Action, *, settled: bool = False, for_good: bool = True
) -> Status:
    """Tell the status that follows; raises Conflict that lists what is allowed instead."""
    try:
        return next_status(
            dossier.status,
            action,
            accepted=dossier.accepted_at is not None,
            suspended=dossier.suspended,
            settled=settled,
            for_good=for_good,
            in_transit=dossier.in_transit,
        )
    except IllegalAction as refused:
        raise Conflict(
            str(refused),
            code="illegal_action",
            dossier_status=status_view(dossier.status).model_dump(),
            allowed_actions=[view.model_dump() for view in action_views(refused.allowed)],
        ) from refused


async def change(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    *,
    action: Action | Work,
    after: Status,
    event: Event,
    ground: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write a decided change down: status, fact and log line."""
    before, dossier.status_code = dossier.status, int(after)
    await outbox.record(session, SOURCE, dossier, event)
    session.add(
        Transition(
            dossier_id=dossier.id,
            entry=0,
            number=dossier.sequence,
            action=str(action),
            status_before=int(before),
            status_after=int(after),
            actor=desk.actor,
            happened_at=desk.now,
            ground=ground,
            details=dict(details or {}),
        )
    )


async def note(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    *,
    work: Work,
    event: Event,
    ground: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write work among officers down: fact and log line; the status stays."""
    await change(
        session,
        desk,
        dossier,
        action=work,
        after=dossier.status,
        event=event,
        ground=ground,
        details=details,
    )


def pause(dossier: Dossier, reason: Pause, since: datetime) -> None:
    """Let the dossier wait."""
    dossier.paused_for, dossier.paused_at = str(reason), since


def end_pause(dossier: Dossier) -> datetime | None:
    """Let the dossier go on, or be over; tells since when it waited."""
    since, dossier.paused_for, dossier.paused_at = dossier.paused_at, None, None
    return since


async def _get(
    session: AsyncSession,
    desk: Desk,
    reference: str,
    *options: ORMOption,
    lock: bool,
    involved: bool,
) -> Dossier:
    visible = access.visible(desk.principal, desk.vault)
    if involved:
        visible = or_(visible, access.involved(desk.principal))
    query = select(Dossier).where(named(reference), visible).options(*options)
    if lock:
        query = query.with_for_update(of=Dossier)
    dossier = (await session.execute(query)).scalar_one_or_none()
    if dossier is None:
        raise unknown()
    return dossier
