"""Petitions as officers and the public read them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import scope
from services.survey.models import Petition, PetitionStep
from services.survey.petitions import content
from services.survey.petitions.desk import Desk
from services.survey.petitions.handling import unknown
from services.survey.petitions.lifecycle import NEXT, OPEN, Status
from services.survey.schemas.petitions import (
    PetitionChannel,
    PetitionDetail,
    PetitionView,
    PublishedView,
    StepView,
)
from shared import paging
from shared.events import PetitionKind
from shared.identity import Principal

STEPS_MAX = 200


async def list_of(
    session: AsyncSession,
    principal: Principal,
    now: datetime,
    *,
    agency: str | None,
    status: Status | None,
    overdue: bool,
    after: str | None,
    limit: int,
) -> tuple[list[PetitionView], str | None]:
    """One page of the caller's petitions, newest first; raises NotFound for a foreign agency."""
    query = (
        select(Petition)
        .where(scope.subtree(principal, Petition.agency, agency))
        .order_by(Petition.id.desc())
        .limit(limit + 1)
    )
    if status is not None:
        query = query.where(Petition.status == status)
    if overdue:
        query = query.where(Petition.status.in_(OPEN), Petition.due_at < now)
    if after is not None:
        query = query.where(Petition.id < _uuid(*paging.decode_texts(after, 1)))
    found = (await session.scalars(query)).all()
    page = [view(petition, now) for petition in found[:limit]]
    return page, paging.encode(str(page[-1].id)) if len(found) > limit else None


async def detail(
    session: AsyncSession, desk: Desk, principal: Principal, identity: UUID
) -> PetitionDetail:
    """A petition whole, the person's numbers masked; raises NotFound."""
    petition = await session.get(Petition, identity)
    if petition is None or not principal.covers(petition.agency):
        raise unknown()
    words = content.opened(desk.vault, petition)
    steps = await session.scalars(
        select(PetitionStep)
        .where(PetitionStep.petition == identity)
        .order_by(PetitionStep.number)
        .limit(STEPS_MAX)
    )
    return PetitionDetail(
        **dict(view(petition, desk.now)),
        text=words.text,
        supplied=words.supplied,
        answer=words.answer,
        petitioner=content.hidden(words.petitioner),
        steps=[_step(desk, step) for step in steps],
    )


async def published(
    session: AsyncSession, *, words: str | None, after: str | None, limit: int
) -> tuple[list[PublishedView], str | None]:
    """One page of what everybody may read, newest first."""
    key = (Petition.published_at, Petition.id)
    query = (
        select(Petition)
        .where(Petition.published_at.is_not(None))
        .order_by(*(column.desc() for column in key))
        .limit(limit + 1)
    )
    if words:
        sought = Petition.public_question + " " + Petition.public_answer
        query = query.where(sought.icontains(words, autoescape=True))
    if after is not None:
        at, identity = paging.decode_texts(after, 2)
        query = query.where(tuple_(*key) < (_moment(at), _uuid(identity)))
    found = (await session.scalars(query)).all()
    page = found[:limit]
    following = None
    if len(found) > limit:
        following = paging.encode(page[-1].published_at, str(page[-1].id))
    return [_public(petition) for petition in page], following


def view(petition: Petition, now: datetime) -> PetitionView:
    """Show a petition without what it says."""
    status = Status(petition.status)
    due = petition.due_at
    return PetitionView(
        id=petition.id,
        code=petition.code,
        agency=petition.agency,
        channel=PetitionChannel(petition.channel),
        kind=PetitionKind(petition.kind),
        procedure=petition.procedure,
        dossier=petition.dossier,
        status=status,
        status_label=status.label,
        received_at=petition.received_at,
        due_at=due,
        overdue=status in OPEN and due is not None and due < now,
        resolved_at=petition.resolved_at,
        late=petition.late,
        proved=petition.proved,
        level=petition.level,
        published_at=petition.published_at,
        allowed=sorted(NEXT[status]),
    )


def _public(petition: Petition) -> PublishedView:
    return PublishedView(
        code=petition.code,
        agency=petition.agency,
        procedure=petition.procedure,
        question=petition.public_question or "",
        answer=petition.public_answer or "",
        received_on=petition.received_on,
        published_at=petition.published_at or petition.received_at,
    )


def _step(desk: Desk, step: PetitionStep) -> StepView:
    note = None
    if step.note is not None and step.key_id is not None:
        bound = content.note_of(step.petition, step.number)
        note = desk.vault.decrypt(step.note, key_id=step.key_id, of=bound).decode()
    return StepView(
        action=step.action,
        at=step.at,
        agency=step.agency,
        status=step.status,
        due_at=step.due_at,
        late=step.late,
        note=note,
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as broken:
        raise paging.unreadable() from broken


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as broken:
        raise paging.unreadable() from broken
    if moment.tzinfo is None:
        raise paging.unreadable()
    return moment
