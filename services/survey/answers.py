"""Takes one filled slip per invitation: counted at once, kept without a way back to the person."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import invitations, remarks, telling, tokens
from services.survey.instruments import filling, registry
from services.survey.instruments.filling import Choices
from services.survey.models import Answer, Invitation
from services.survey.schemas.collected import Collected
from services.survey.schemas.suspicions import Standing
from services.survey.scores import counting
from services.survey.settings import SurveySettings
from services.survey.suspicions import noticing
from shared.database import driver_of
from shared.errors import Conflict
from shared.personal_data import Vault
from shared.times import to_vietnam

# Most second slips end here; the table itself refuses those that come at the same moment.
_INVITATION: Final = select(
    Invitation, exists().where(Answer.id == bindparam("answer")).label("given")
).where(Invitation.token_hash == bindparam("token_hash"))


async def give(
    session: AsyncSession,
    token: str,
    choices: Choices,
    *,
    identity: UUID,
    now: datetime,
    vault: Vault,
    settings: SurveySettings,
    source: bytes | None = None,
    collected: Collected = Collected.ONLINE,
) -> datetime:
    """Answer an invitation and return the moment; raises NotFound, Conflict, Unprocessable.

    The answer's id follows from the token: of many at once the table lets one in, and the
    invitation is neither locked nor marked.
    """
    sought = {"token_hash": tokens.fingerprint(token), "answer": identity}
    found = (await session.execute(_INVITATION, sought)).one_or_none()
    if found is None:
        raise invitations.unknown()
    invitation, given = found
    if given:
        raise _second()
    if now >= invitation.expires_at:
        raise Conflict("Thời hạn đánh giá đã hết.", code="invitation_expired")
    instrument = await registry.find(session, invitation.instrument, invitation.instrument_version)
    slip = filling.check(instrument, choices)
    today = to_vietnam(now).date()
    # The slip is written first: should it be a second one, nothing has been counted.
    answer = await _keep(
        session, identity, invitation, slip.choices, collected=collected, today=today
    )
    remarks.keep(session, vault, answer, slip.remarks)
    if await _stands_apart(session, settings, answer, source, now):
        await session.flush()
        return now
    await counting.count(session, [answer.id])
    await telling.tell(session, [(answer, instrument)], today)
    return now


async def _keep(
    session: AsyncSession,
    identity: UUID,
    invitation: Invitation,
    choices: dict[str, Any],
    *,
    collected: Collected,
    today: date,
) -> Answer:
    """Write the slip; raises Conflict for a second one."""
    statement = insert(Answer).values(
        id=identity,
        sequence=0,
        agency=invitation.agency,
        procedure=invitation.procedure,
        field=invitation.field,
        channel=invitation.channel,
        late=invitation.late,
        instrument=invitation.instrument,
        instrument_version=invitation.instrument_version,
        month=today.replace(day=1),
        choices=choices,
        collected=collected,
        standing=Standing.COUNTED,
        settled=False,
    )
    kept = await session.scalars(statement.on_conflict_do_nothing().returning(Answer))
    answer = kept.one_or_none()
    if answer is None:
        raise _second()
    return answer


def _second() -> Conflict:
    return Conflict(
        "Phiếu này đã được gửi; mỗi hồ sơ chỉ đánh giá một lần.", code="already_answered"
    )


async def _stands_apart(
    session: AsyncSession,
    settings: SurveySettings,
    answer: Answer,
    source: bytes | None,
    now: datetime,
) -> bool:
    """Put a slip that looks stuffed among the suspect ones."""
    if source is None:
        return False
    connection = await driver_of(await session.connection())
    reason = await noticing.notice(
        connection, settings, source, answer.agency, answer.choices, now=now
    )
    if reason is None:
        return False
    answer.suspicion = await noticing.join(connection, answer.agency, answer.month, reason)
    answer.standing = Standing.SUSPECT
    return True
