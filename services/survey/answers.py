"""Takes one filled slip per invitation: counted at once, kept without a way back to the person."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import invitations, remarks
from services.survey.instruments import filling, registry
from services.survey.instruments.filling import Choices
from services.survey.models import Answer, Invitation
from services.survey.scores import counting
from shared import outbox
from shared.errors import Conflict
from shared.events import SurveyAnswered
from shared.personal_data import Vault
from shared.times import to_vietnam
from shared.working_time import VIETNAM_TIME


async def give(
    session: AsyncSession,
    token: str,
    choices: Choices,
    *,
    identity: UUID,
    now: datetime,
    vault: Vault | None = None,
) -> datetime:
    """Answer an invitation and return the moment; raises NotFound, Conflict, Unprocessable.

    The invitation's row lock lets one of many in; the answer's id, derived from the token, would
    refuse a second one even without it. A slip with words needs the vault.
    """
    invitation = await invitations.get(session, token, for_update=True)
    _admit(invitation, now)
    instrument = await registry.find(session, invitation.instrument, invitation.instrument_version)
    slip = filling.check(instrument, choices)
    today = to_vietnam(now).date()
    invitation.used = True
    answer = Answer(
        id=identity,
        sequence=0,
        agency=invitation.agency,
        procedure=invitation.procedure,
        field=invitation.field,
        channel=invitation.channel,
        late=invitation.late,
        instrument=instrument.code,
        instrument_version=instrument.version,
        month=today.replace(day=1),
        choices=slip.choices,
    )
    session.add(answer)
    # The slip is written first: should it be a second one, nothing has been counted.
    await session.flush()
    await counting.count(session, answer)
    remarks.keep(session, vault, answer, slip.remarks)
    answered = SurveyAnswered(
        instrument=answer.instrument,
        instrument_version=answer.instrument_version,
        procedure=answer.procedure,
        scores=filling.points(instrument, slip.choices),
        answered_at=datetime.combine(today, time(), VIETNAM_TIME),
        indices=filling.indices(instrument, slip.choices),
        field=answer.field or None,
        channel=answer.channel or None,
        late=answer.late,
    )
    await outbox.record(session, "survey", answer, answered)
    return now


def _admit(invitation: Invitation, now: datetime) -> None:
    """Let a first slip in while it is in time; raises Conflict."""
    if invitation.used:
        raise Conflict(
            "Phiếu này đã được gửi; mỗi hồ sơ chỉ đánh giá một lần.", code="already_answered"
        )
    if now >= invitation.expires_at:
        raise Conflict("Thời hạn đánh giá đã hết.", code="invitation_expired")
