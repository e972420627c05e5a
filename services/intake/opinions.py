"""Asking another agency for its opinion, by a date; the clock runs on (D61 19(5))."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Work
from services.intake.models import Dossier, Opinion
from services.intake.processing import assignments
from services.intake.schemas.processing import AnswerIn, OpinionIn, OpinionsView, OpinionView
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.errors import Conflict, FieldError, Forbidden, NotFound, Problem, Unprocessable
from shared.events import DossierOpinionAsked, DossierOpinionGiven
from shared.working_time import business_date

OPINIONS_MAX = 50
"""A dossier that needs more opinions than this is no single dossier."""


async def ask(session: AsyncSession, desk: Desk, reference: str, asked: OpinionIn) -> DossierView:
    """Ask an agency, with a date inside the dossier's own; it may see the dossier from now on."""
    dossier = await dossiers.locked(session, desk, reference)
    if dossier.accepted_at is None or dossier.ended_at is not None:
        raise Conflict("Chỉ lấy ý kiến khi hồ sơ đang giải quyết.", code="not_under_way")
    await _check(session, desk, dossier, asked)
    number = await _next_number(session, dossier)
    session.add(
        Opinion(
            dossier_id=dossier.id,
            number=number,
            agency=asked.agency,
            question=asked.question,
            asked_by=desk.principal.subject,
            asked_at=desk.now,
            due_at=asked.due_at,
        )
    )
    await assignments.involve(session, dossier, asked.agency)
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.ASK_OPINION,
        event=DossierOpinionAsked(
            number=number, agency=asked.agency, due_at=asked.due_at, asked_at=desk.now
        ),
        details={"number": number, "agency": asked.agency},
    )
    return dossier_view(dossier)


async def give(
    session: AsyncSession, desk: Desk, reference: str, number: int, given: AnswerIn
) -> DossierView:
    """Answer for the agency that was asked; late or not is told by date."""
    dossier = await dossiers.locked(session, desk, reference, involved=True)
    opinion = await session.get(Opinion, (dossier.id, number))
    if opinion is None:
        raise NotFound("Không có lần lấy ý kiến này.", code="opinion_unknown")
    if not desk.principal.covers(opinion.agency):
        raise Forbidden("Chỉ cơ quan được hỏi mới trả lời.", code="opinion_of_another")
    if opinion.given_at is not None:
        raise Conflict("Đã có ý kiến trả lời.", code="opinion_given")
    opinion.answer, opinion.given_by, opinion.given_at = (
        given.answer,
        desk.principal.subject,
        desk.now,
    )
    late = is_late(opinion, desk.now)
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.GIVE_OPINION,
        event=DossierOpinionGiven(
            number=number,
            agency=opinion.agency,
            due_at=opinion.due_at,
            given_at=desk.now,
            late=late,
        ),
        details={"number": number, "agency": opinion.agency, "late": late},
    )
    return dossier_view(dossier)


async def show(session: AsyncSession, desk: Desk, reference: str) -> OpinionsView:
    """Show every opinion of a dossier that the caller may see."""
    dossier = await dossiers.get(session, desk, reference)
    rows = await session.scalars(
        select(Opinion).where(Opinion.dossier_id == dossier.id).order_by(Opinion.number)
    )
    return OpinionsView(code=dossier.code, items=[view(row, desk.now) for row in rows])


def view(opinion: Opinion, now: datetime) -> OpinionView:
    """An opinion as it is shown."""
    return OpinionView(
        number=opinion.number,
        agency=opinion.agency,
        question=opinion.question,
        asked_by=opinion.asked_by,
        asked_at=opinion.asked_at,
        due_at=opinion.due_at,
        answer=opinion.answer,
        given_by=opinion.given_by,
        given_at=opinion.given_at,
        late=is_late(opinion, now),
    )


def is_late(opinion: Opinion, now: datetime) -> bool:
    """Whether the answer came, or is still missing, after its date."""
    return business_date(opinion.given_at or now) > business_date(opinion.due_at)


async def _check(session: AsyncSession, desk: Desk, dossier: Dossier, asked: OpinionIn) -> None:
    catalogue, _ = await desk.catalogue(session)
    if catalogue.agency(asked.agency, business_date(desk.now)) is None:
        raise _wrong("agency", "agency_unknown", "Không có cơ quan này.")
    if asked.agency == dossier.competent_agency:
        raise _wrong("agency", "opinion_of_oneself", "Cơ quan giải quyết không tự hỏi mình.")
    if asked.due_at <= desk.now:
        raise _wrong("due_at", "opinion_due_passed", "Hạn trả lời đã qua.")
    if dossier.due_at is not None and asked.due_at > dossier.due_at:
        raise _wrong(
            "due_at", "opinion_due_too_late", "Hạn trả lời không được muộn hơn ngày hẹn trả."
        )


async def _next_number(session: AsyncSession, dossier: Dossier) -> int:
    query = select(func.coalesce(func.max(Opinion.number), 0))
    last: int = await session.scalar(query.where(Opinion.dossier_id == dossier.id)) or 0
    if last >= OPINIONS_MAX:
        raise Conflict(f"Một hồ sơ lấy không quá {OPINIONS_MAX} ý kiến.", code="opinions_too_many")
    return last + 1


def _wrong(member: str, code: str, detail: str) -> Problem:
    return Unprocessable(
        detail,
        code=code,
        errors=[FieldError(pointer=f"/body/{member}", detail=detail, code=code)],
    )
