"""What is the same for a slip however it is given: what is shown of it, and how it is taken."""

from datetime import datetime

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import admission, answers, invitations, tokens
from services.survey.api.settings import settings_of
from services.survey.instruments import registry
from services.survey.instruments.filling import Choices
from services.survey.models import Invitation
from services.survey.schemas.collected import Collected
from services.survey.schemas.invitations import SlipTaken, SlipView
from shared.database import database_of


async def shown(session: AsyncSession, invitation: Invitation, now: datetime) -> SlipView:
    """The questions of an invitation, and what they are about."""
    procedure_name, agency_name = await invitations.names(session, invitation)
    instrument = await registry.find(session, invitation.instrument, invitation.instrument_version)
    return SlipView(
        instrument=instrument,
        procedure=invitation.procedure,
        procedure_name=procedure_name,
        agency=invitation.agency,
        agency_name=agency_name,
        expires_at=invitation.expires_at,
        expired=now >= invitation.expires_at,
    )


async def admit(request: Request, source: bytes | None, now: datetime) -> None:
    """Count a slip for its sender, before anything else is asked; raises TooMany."""
    if source is None:
        return
    # A request that held a connection already would wait for a second one among its likes.
    async with database_of(request).statements() as connection:
        await admission.admit_slip(connection, source, now)


async def take(
    request: Request,
    session: AsyncSession,
    token: str,
    choices: Choices,
    *,
    now: datetime,
    source: bytes | None,
    collected: Collected = Collected.ONLINE,
) -> SlipTaken:
    """Take a slip of a sender who was admitted; raises as `answers.give`."""
    settings = settings_of(request)
    answered_at = await answers.give(
        session,
        token,
        choices,
        identity=tokens.answer_id(tokens.secret_of(settings.kernel), token),
        now=now,
        vault=request.app.state.vault,
        settings=settings,
        source=source,
        collected=collected,
    )
    return SlipTaken(answered_at=answered_at)
