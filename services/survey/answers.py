"""Takes one filled slip per invitation: counted at once, kept without a way back to the person."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import instruments, invitations
from services.survey.instruments import Instrument
from services.survey.models import Answer, Invitation
from shared import outbox
from shared.errors import Conflict, FieldError, Unprocessable
from shared.events import SurveyAnswered
from shared.times import to_vietnam

# The slip's row is the lock: who counts at the same agency and procedure counts in turn.
COUNT_SLIP = text("""
    insert into score as s
        (agency, procedure, month, instrument, instrument_version, slips)
    values (:agency, :procedure, :month, :instrument, :instrument_version, 1)
    on conflict (agency, procedure, month, instrument, instrument_version)
    do update set slips = s.slips + 1
""")
COUNT_OPTIONS = text("""
    insert into score_option as o
        (agency, procedure, month, instrument, instrument_version, question, option, answers)
    select :agency, :procedure, :month, :instrument, :instrument_version, c.key, c.value, 1
    from jsonb_each_text(cast(:choices as jsonb)) as c
    on conflict (agency, procedure, month, instrument, instrument_version, question, option)
    do update set answers = o.answers + 1
""")


async def give(
    session: AsyncSession,
    token: str,
    choices: Mapping[str, str],
    *,
    identity: UUID,
    now: datetime,
) -> datetime:
    """Answer an invitation and return the moment; raises NotFound, Conflict, Unprocessable.

    The invitation's row lock lets one of many in; the answer's id, derived from the token, would
    refuse a second one even without it.
    """
    invitation = await invitations.get(session, token, for_update=True)
    _admit(invitation, now)
    instrument = instruments.get(invitation.instrument, invitation.instrument_version)
    _check(instrument, choices)
    today = to_vietnam(now).date()
    invitation.answered_on = today
    answer = Answer(
        id=identity,
        sequence=0,
        agency=invitation.agency,
        procedure=invitation.procedure,
        instrument=instrument.code,
        instrument_version=instrument.version,
        answered_on=today,
        choices=dict(choices),
    )
    session.add(answer)
    await _count(session, answer, today)
    answered = SurveyAnswered(
        instrument=answer.instrument,
        instrument_version=answer.instrument_version,
        procedure=answer.procedure,
        scores=_scores(instrument, choices),
        answered_at=now,
    )
    await outbox.record(session, "survey", answer, answered)
    return now


def _admit(invitation: Invitation, now: datetime) -> None:
    """Let a first slip in while it is in time; raises Conflict."""
    if invitation.answered_on is not None:
        raise Conflict(
            "Phiếu này đã được gửi; mỗi hồ sơ chỉ đánh giá một lần.", code="already_answered"
        )
    if now >= invitation.expires_at:
        raise Conflict("Thời hạn đánh giá đã hết.", code="invitation_expired")


def _check(instrument: Instrument, choices: Mapping[str, str]) -> None:
    """Every question answered with one of its options, and no other question; else 422."""
    questions = {question.id: question for question in instrument.questions}
    errors = [
        FieldError(pointer=f"/choices/{question}", detail="Không có câu hỏi này.", code="unknown")
        for question in choices
        if question not in questions
    ]
    for question in instrument.questions:
        chosen = choices.get(question.id)
        if chosen is None:
            code, detail = "missing", "Chưa trả lời câu hỏi này."
        elif chosen not in {option.id for option in question.options}:
            code, detail = "not_an_option", "Không có phương án này."
        else:
            continue
        errors.append(FieldError(pointer=f"/choices/{question.id}", detail=detail, code=code))
    if errors:
        raise Unprocessable(
            "Phiếu chưa đúng; xem danh sách errors.", code="choices_invalid", errors=errors
        )


def _scores(instrument: Instrument, choices: Mapping[str, str]) -> dict[str, Decimal]:
    """Points by question; an option without points says nothing about the agency."""
    points = {
        question.id: question.points(choices[question.id]) for question in instrument.questions
    }
    return {question: Decimal(worth) for question, worth in points.items() if worth is not None}


async def _count(session: AsyncSession, answer: Answer, today: date) -> None:
    # The slip is written first: should it be a second one, nothing has been counted.
    await session.flush()
    key = {
        "agency": answer.agency,
        "procedure": answer.procedure,
        "month": today.replace(day=1),
        "instrument": answer.instrument,
        "instrument_version": answer.instrument_version,
    }
    await session.execute(COUNT_SLIP, key)
    await session.execute(COUNT_OPTIONS, key | {"choices": orjson.dumps(answer.choices).decode()})
