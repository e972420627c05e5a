"""What officers do with petitions: take up, ask, pass on, answer, publish."""

from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import AgencyCopy, Petition
from services.survey.petitions import content, waiting
from services.survey.petitions.desk import Desk
from services.survey.petitions.lifecycle import Action, Status, follow
from services.survey.petitions.limits import Stage
from services.survey.petitions.steps import record
from services.survey.schemas.petitions import (
    AcceptanceIn,
    NoteIn,
    PublicationIn,
    ResolutionIn,
    TransferIn,
)
from shared import outbox
from shared.errors import NotFound, Unprocessable
from shared.events import PetitionKind, PetitionRefused, PetitionResolved, PetitionTransferred
from shared.identity import Principal
from shared.times import to_vietnam

G_contra = TypeVar("G_contra", contravariant=True)


class Handling(Protocol[G_contra]):
    """Something an officer does with a locked petition; raises Conflict where it may not follow."""

    async def __call__(
        self,
        session: AsyncSession,
        desk: Desk,
        who: Principal,
        petition: Petition,
        given: G_contra,
        /,
    ) -> None:
        """Do it."""


async def locked(session: AsyncSession, principal: Principal, identity: UUID) -> Petition:
    """Lock a petition of the caller's agencies; raises NotFound."""
    petition = await session.get(Petition, identity, with_for_update=True)
    if petition is None or not principal.covers(petition.agency):
        raise unknown()
    return petition


async def accept(
    session: AsyncSession, desk: Desk, who: Principal, petition: Petition, given: AcceptanceIn
) -> None:
    """Take a petition up: from now on the time to answer runs; raises Conflict."""
    status, late = _step(petition, Action.ACCEPT, desk.now)
    petition.kind = given.kind or petition.kind
    petition.status = status
    petition.resolve_by = petition.due_at = await _due(session, desk, petition, Stage.RESOLVE)
    petition.overdue_told = False
    await record(session, desk, petition, Action.ACCEPT, who.subject, late=late)


async def refuse(
    session: AsyncSession, desk: Desk, who: Principal, petition: Petition, given: NoteIn
) -> None:
    """Do not take a petition up, and say why; raises Conflict."""
    status, late = _step(petition, Action.REFUSE, desk.now)
    petition.status, petition.due_at = status, None
    await record(session, desk, petition, Action.REFUSE, who.subject, note=given.note, late=late)
    refused = PetitionRefused(late=late, refused_at=desk.now)
    await outbox.record(session, "survey", petition, refused)


async def ask(
    session: AsyncSession, desk: Desk, who: Principal, petition: Petition, given: NoteIn
) -> None:
    """Ask the petitioner for more; until it comes no time runs. Raises Conflict."""
    status = follow(Status(petition.status), Action.ASK)
    working_time = await desk.working_time(session, petition.agency)
    ask_by = working_time.due(petition.since, desk.limit(Stage.ASK, petition.received_on))
    words = content.opened(desk.vault, petition)
    words.asked = given.note
    content.seal(desk.vault, petition, words)
    petition.status, petition.waiting_since, petition.due_at = status, desk.now, None
    late = desk.now > ask_by
    await record(session, desk, petition, Action.ASK, who.subject, note=given.note, late=late)


async def transfer(
    session: AsyncSession, desk: Desk, who: Principal, petition: Petition, given: TransferIn
) -> None:
    """Pass a petition on; the other agency has its whole time. Raises Conflict, Unprocessable."""
    status = follow(Status(petition.status), Action.TRANSFER)
    if given.to_agency == petition.agency:
        raise Unprocessable("Cơ quan này đang xử lý.", code="agency_same")
    if await session.get(AgencyCopy, given.to_agency) is None:
        raise Unprocessable("Không có cơ quan này.", code="agency_unknown")
    working_time = await desk.working_time(session, petition.agency)
    pass_by = working_time.due(petition.since, desk.limit(Stage.TRANSFER, petition.received_on))
    late, before = desk.now > pass_by, petition.agency
    passed = PetitionTransferred(
        from_agency=before, to_agency=given.to_agency, late=late, transferred_at=desk.now
    )
    await outbox.record(session, "survey", petition, passed)
    petition.agency, petition.status, petition.since = given.to_agency, status, desk.now
    petition.due_at = await _due(session, desk, petition, Stage.ACCEPT)
    petition.resolve_by = await _due(session, desk, petition, Stage.RESOLVE)
    petition.overdue_told = False
    action = Action.TRANSFER
    await record(session, desk, petition, action, who.subject, note=given.note, late=late)


async def resolve(
    session: AsyncSession, desk: Desk, who: Principal, petition: Petition, given: ResolutionIn
) -> None:
    """Answer a petition, early or late by date; raises Conflict."""
    status = follow(Status(petition.status), Action.RESOLVE)
    await waiting.end(session, desk, petition)
    words = content.opened(desk.vault, petition)
    words.answer = given.answer
    content.seal(desk.vault, petition, words)
    today = to_vietnam(desk.now).date()
    due = petition.resolve_by
    late = due is not None and today > to_vietnam(due).date()
    petition.status, petition.proved, petition.late = status, given.proved, late
    petition.resolved_at, petition.resolved_on = desk.now, today
    petition.due_at = await _due(session, desk, petition, Stage.PUBLISH)
    # What is late to be published is no answer that is missing.
    petition.overdue_told = True
    await record(session, desk, petition, Action.RESOLVE, who.subject, late=late)
    resolved = PetitionResolved(
        kind=PetitionKind(petition.kind), proved=given.proved, late=late, resolved_at=desk.now
    )
    await outbox.record(session, "survey", petition, resolved)


async def publish(
    session: AsyncSession, desk: Desk, who: Principal, petition: Petition, given: PublicationIn
) -> None:
    """Let everybody read question and answer, in words that name nobody; raises Conflict."""
    status, late = _step(petition, Action.PUBLISH, desk.now)
    petition.status, petition.due_at, petition.published_at = status, None, desk.now
    petition.public_question, petition.public_answer = given.question, given.answer
    await record(session, desk, petition, Action.PUBLISH, who.subject, late=late)


async def withdraw(
    session: AsyncSession, desk: Desk, who: Principal, petition: Petition, given: NoteIn
) -> None:
    """End a petition that its petitioner takes back; raises Conflict."""
    petition.status = follow(Status(petition.status), Action.WITHDRAW)
    petition.due_at = petition.waiting_since = None
    await record(session, desk, petition, Action.WITHDRAW, who.subject, note=given.note)


def unknown() -> NotFound:
    """The refusal of a petition that is not there for the caller."""
    return NotFound("Không tìm thấy phản ánh, kiến nghị này.", code="petition_not_found")


def _step(petition: Petition, action: Action, now: datetime) -> tuple[Status, bool]:
    """Where the action leads, and whether the stage that it ends was late, by date."""
    status = follow(Status(petition.status), action)
    due = petition.due_at
    return status, due is not None and to_vietnam(now).date() > to_vietnam(due).date()


async def _due(session: AsyncSession, desk: Desk, petition: Petition, stage: Stage) -> datetime:
    working_time = await desk.working_time(session, petition.agency)
    return working_time.due(desk.now, desk.limit(stage, petition.received_on))
