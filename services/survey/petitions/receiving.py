"""Takes petitions in: from people themselves, or written down by an officer."""

import secrets
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.survey.models import AgencyCopy, Petition
from services.survey.petitions import content
from services.survey.petitions.content import Content
from services.survey.petitions.desk import Desk
from services.survey.petitions.lifecycle import Status
from services.survey.petitions.limits import Stage
from services.survey.petitions.steps import record
from services.survey.schemas.petitions import (
    SELF_SERVICE,
    PetitionChannel,
    PetitionIn,
    PetitionTaken,
)
from shared import outbox
from shared.errors import Unprocessable
from shared.events import PetitionReceived
from shared.identity import Principal
from shared.times import to_vietnam

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGNS: Final = 6
PUBLIC: Final = "petitioner"


async def take(
    session: AsyncSession, desk: Desk, given: PetitionIn, officer: Principal | None
) -> PetitionTaken:
    """Write a petition down; raises Unprocessable for an agency nobody knows, Unavailable."""
    if officer is None and given.channel not in SELF_SERVICE:
        raise Unprocessable("Kênh này do cán bộ ghi nhận.", code="channel_needs_officer")
    if await session.get(AgencyCopy, given.agency) is None:
        raise Unprocessable("Không có cơ quan này.", code="agency_unknown")
    received_on = to_vietnam(desk.now).date()
    working_time = await desk.working_time(session, given.agency)
    accept_by = working_time.due(desk.now, desk.limit(Stage.ACCEPT, received_on))
    petition = Petition(
        id=uuid7(),
        sequence=0,
        code=_code(received_on),
        agency=given.agency,
        channel=given.channel,
        kind=given.kind,
        procedure=given.procedure,
        dossier=given.dossier,
        status=Status.RECEIVED,
        received_at=desk.now,
        received_on=received_on,
        since=desk.now,
        due_at=accept_by,
        resolve_by=working_time.due(desk.now, desk.limit(Stage.RESOLVE, received_on)),
        overdue_told=False,
    )
    content.seal(desk.vault, petition, Content(text=given.text, petitioner=given.petitioner))
    session.add(petition)
    await session.flush()
    actor = PUBLIC if officer is None else officer.subject
    await record(session, desk, petition, "receive", actor)
    received = PetitionReceived(
        channel=PetitionChannel(petition.channel),
        kind=given.kind,
        procedure=petition.procedure,
        received_at=desk.now,
    )
    await outbox.record(session, "survey", petition, received)
    secret = content.secret(desk.key, petition.id)
    return PetitionTaken(code=petition.code, secret=secret, due_at=accept_by)


def _code(received_on: date) -> str:
    """A code that tells its day and nothing else: `PA-260302-7K3Q0Z`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
    return f"PA-{received_on:%y%m%d}-{signs}"
