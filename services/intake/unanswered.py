"""Closes dossiers whose person did not hand in the papers asked for in time; run by the worker."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select, tuple_

from services.intake import dossiers
from services.intake.desk import Desk, Resources
from services.intake.models import Pause, SupplementRequest
from services.intake.processing import stops
from services.intake.schemas.actions import Stop
from services.intake.settings import IntakeSettings
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.errors import Problem
from shared.identity import EVERYWHERE, Principal, Role

REST_SECONDS: Final = 600.0
PAGE_SIZE: Final = 500
PAGES_MAX: Final = 20
EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
NOBODY: Final = UUID(int=0)
WORKER: Final = "intake-worker"
GROUND: Final = "Quá thời hạn bổ sung mà không nhận được giấy tờ đã yêu cầu"

log = structlog.get_logger()


async def close_unanswered(resources: Resources, database: Database, now: datetime) -> int:
    """Stop every dossier whose answer period is over; tells how many.

    Whoever hands papers in at the same moment holds the dossier's lock, and wins.
    """
    principal = Principal(WORKER, frozenset({Role.LEADER}), (EVERYWHERE,))
    desk = Desk(principal, now, "*", database, resources)
    closed, last = 0, (EARLIEST, NOBODY)
    for _ in range(PAGES_MAX):
        page = await _overdue(database, now, last)
        for answer_by, dossier_id, number in page:
            last = (answer_by, dossier_id)
            try:
                closed += await _close(desk, dossier_id, number)
            except Problem as refused:
                # One that cannot be stopped must not hold up the others.
                log.warning("not closed", dossier=str(dossier_id), code=refused.code)
        if len(page) < PAGE_SIZE:
            break
    return closed


def periodic(settings: IntakeSettings) -> list[Periodic]:
    """For intake's worker."""
    resources = Resources.of(settings)

    async def close(database: Database) -> None:
        await close_unanswered(resources, database, present())

    return [Periodic("close-unanswered", REST_SECONDS, close)]


async def _overdue(
    database: Database, now: datetime, last: tuple[datetime, UUID]
) -> list[tuple[datetime, UUID, int]]:
    asked = SupplementRequest
    async with database.sessions() as session:
        found = await session.execute(
            select(asked.answer_by, asked.dossier_id, asked.number)
            .where(
                asked.answer_by < now,
                tuple_(asked.answer_by, asked.dossier_id) > last,
                asked.supplemented_at.is_(None),
                asked.closed_at.is_(None),
            )
            .order_by(asked.answer_by, asked.dossier_id)
            .limit(PAGE_SIZE)
        )
        return [(row.answer_by, row.dossier_id, row.number) for row in found]


async def _close(desk: Desk, dossier_id: UUID, number: int) -> bool:
    async with desk.database.transaction() as session:
        dossier = await dossiers.locked(session, desk, str(dossier_id))
        request = await session.get_one(
            SupplementRequest, (dossier_id, number), populate_existing=True
        )
        if request.supplemented_at is not None or request.closed_at is not None:
            return False
        request.closed_at = desk.now
        # Withdrawn or stopped meanwhile: the request is over, the dossier is already.
        if dossier.paused_for != Pause.SUPPLEMENT or dossier.supplement_requests != number:
            return False
        await stops.stop(session, desk, str(dossier_id), Stop(ground=GROUND))
        return True
