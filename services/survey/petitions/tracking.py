"""The petitioner's own view: by code and secret, without an account."""

import hmac
from datetime import datetime
from typing import Final

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import Petition
from services.survey.petitions import content, waiting
from services.survey.petitions.desk import Desk
from services.survey.petitions.handling import unknown
from services.survey.petitions.lifecycle import ANSWERED, Action, Status, follow
from services.survey.petitions.receiving import PUBLIC
from services.survey.petitions.steps import record
from services.survey.schemas.petitions import LEVEL_SATISFIED, ProgressView, RatingIn, SupplyIn
from shared import outbox, rates
from shared.errors import Conflict
from shared.events import PetitionRated
from shared.personal_data import Vault, keyed

TRIES_A_QUARTER: Final = 10
TAKEN_A_MINUTE: Final = 300
"""From everybody together, of what needs no token."""


async def admit(connection: asyncpg.Connection, vault: Vault, code: str, now: datetime) -> None:
    """Bear a bounded number of tries for one code; raises TooMany."""
    subject = keyed(vault, "petition", code)
    await rates.admit(connection, subject, {rates.QUARTER: TRIES_A_QUARTER}, now)


async def admit_new(connection: asyncpg.Connection, now: datetime) -> None:
    """Bear a bounded number of petitions from the public; raises TooMany."""
    await rates.admit(connection, b"petitions", {rates.MINUTE: TAKEN_A_MINUTE}, now)


async def find(
    session: AsyncSession, desk: Desk, code: str, secret: str, *, lock: bool = False
) -> Petition:
    """Find a petition by what its petitioner keeps; unknown and wrong look alike: NotFound."""
    query = select(Petition).where(Petition.code == code)
    petition = await session.scalar(query.with_for_update() if lock else query)
    given = secret.strip().lower().encode()
    if petition is None or not hmac.compare_digest(
        content.secret(desk.key, petition.id).encode(), given
    ):
        raise unknown()
    return petition


def progress(desk: Desk, petition: Petition) -> ProgressView:
    """How it goes on."""
    words = content.opened(desk.vault, petition)
    status = Status(petition.status)
    return ProgressView(
        code=petition.code,
        status=status,
        status_label=status.label,
        agency=petition.agency,
        received_at=petition.received_at,
        due_at=petition.due_at if status not in ANSWERED else None,
        question=words.asked if status is Status.WAITING else None,
        answer=words.answer,
        resolved_at=petition.resolved_at,
        level=petition.level,
    )


async def supply(session: AsyncSession, desk: Desk, given: SupplyIn) -> ProgressView:
    """Give what was asked for; the time to answer runs again. Raises NotFound, Conflict."""
    petition = await find(session, desk, given.code, given.secret, lock=True)
    status = follow(Status(petition.status), Action.SUPPLY)
    await waiting.end(session, desk, petition)
    words = content.opened(desk.vault, petition)
    words.supplied.append(given.text)
    words.asked = None
    content.seal(desk.vault, petition, words)
    petition.status = status
    await record(session, desk, petition, Action.SUPPLY, PUBLIC)
    return progress(desk, petition)


async def rate(session: AsyncSession, desk: Desk, given: RatingIn) -> ProgressView:
    """Say once whether the answer satisfies; raises NotFound, Conflict."""
    petition = await find(session, desk, given.code, given.secret, lock=True)
    if Status(petition.status) not in ANSWERED:
        raise Conflict("Phản ánh, kiến nghị chưa được trả lời.", code="not_answered_yet")
    if petition.level is not None:
        raise Conflict("Bạn đã đánh giá câu trả lời này.", code="already_rated")
    petition.level = given.level
    await record(session, desk, petition, "rate", PUBLIC)
    rated = PetitionRated(satisfied=given.level >= LEVEL_SATISFIED, rated_at=desk.now)
    await outbox.record(session, "survey", petition, rated)
    return progress(desk, petition)
