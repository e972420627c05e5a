"""Complaints about the post: raised within half a year, answered within the carrier's days."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

import uuid_utils.compat as uuid7s
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import PostalComplaint, PostalOrder
from services.intake.pages import mark, place
from services.intake.postal import scope, transit
from services.intake.postal.transit import TransitRoute
from services.intake.schemas.postal_money import AnswerIn, ComplaintIn, ComplaintView
from shared.errors import Conflict
from shared.paging import Page
from shared.working_time import business_date

TABLE: Final = Path(__file__).with_name("complaint_terms.json")
YEAR_MONTHS: Final = 12
SAID, ANSWER = "said", "answer"


class ComplaintTerms(BaseModel):
    """What holds from a date on: the window in months, the answer in working days."""

    valid_from: date
    source: str
    window_months: int
    answer_days: Mapping[TransitRoute, int]
    """Five inside a province, seven between two."""


@lru_cache(maxsize=1)
def tables() -> tuple[ComplaintTerms, ...]:
    """Read every table, oldest first."""
    read = TypeAdapter(tuple[ComplaintTerms, ...]).validate_json(TABLE.read_bytes())
    return tuple(sorted(read, key=lambda table: table.valid_from))


def in_force(on: date) -> ComplaintTerms:
    """Get the terms of a day, the first ones for days before."""
    return next((t for t in reversed(tables()) if t.valid_from <= on), tables()[0])


def last_day(registered_on: date, months: int) -> date:
    """Tell the last day on which a complaint may be raised; the end of a shorter month counts."""
    years, month = divmod(registered_on.month - 1 + months, YEAR_MONTHS)
    year, month = registered_on.year + years, month + 1
    return date(year, month, min(registered_on.day, monthrange(year, month)[1]))


async def raise_complaint(
    session: AsyncSession, desk: Desk, order_id: UUID, given: ComplaintIn
) -> ComplaintView:
    """Take a complaint in; raises Conflict once the window is over."""
    query = select(PostalOrder).where(
        PostalOrder.id == order_id, scope.within(desk.principal, PostalOrder.agency)
    )
    order = scope.known((await session.execute(query)).scalar_one_or_none(), "order")
    today, sent_on = business_date(desk.now), business_date(order.registered_at)
    terms = in_force(sent_on)
    if today > last_day(sent_on, terms.window_months):
        raise Conflict(
            f"Đã quá {terms.window_months} tháng kể từ ngày gửi.", code="complaint_too_late"
        )
    catalogue, _ = await desk.catalogue(session)
    working_time = catalogue.working_time(desk.settings.default_calendar)
    days = terms.answer_days[TransitRoute(order.route)]
    identity = UUID(bytes=uuid7s.uuid7().bytes)
    complaint = PostalComplaint(
        id=identity,
        order_id=order.id,
        agency=order.agency,
        kind=given.kind,
        said=desk.vault.encrypt(given.said.encode(), of=f"{identity}/{SAID}"),
        key_id=desk.vault.current,
        raised_by=desk.principal.subject,
        raised_at=desk.now,
        due_on=transit.due_on(working_time, desk.now, days),
    )
    session.add(complaint)
    await session.flush()
    return _view(desk, complaint)


async def answer(
    session: AsyncSession, desk: Desk, identity: UUID, given: AnswerIn
) -> ComplaintView:
    """Write the carrier's answer down; there is one."""
    query = select(PostalComplaint).where(
        PostalComplaint.id == identity, scope.within(desk.principal, PostalComplaint.agency)
    )
    found = (await session.execute(query.with_for_update())).scalar_one_or_none()
    complaint = scope.known(found, "complaint")
    if complaint.answered_at is not None:
        raise Conflict("Khiếu nại này đã được trả lời.", code="complaint_answered")
    complaint.outcome, complaint.compensation = given.outcome, given.compensation
    complaint.answer = desk.vault.encrypt(given.answer.encode(), of=f"{identity}/{ANSWER}")
    complaint.answer_key_id = desk.vault.current
    complaint.answered_by, complaint.answered_at = desk.principal.subject, desk.now
    await session.flush()
    return _view(desk, complaint)


async def find(
    session: AsyncSession,
    desk: Desk,
    *,
    agency: str | None,
    unanswered: bool,
    after: str | None,
    limit: int,
) -> Page[ComplaintView]:
    """Walk the complaints of the caller's agencies, newest first."""
    query = select(PostalComplaint).where(scope.within(desk.principal, PostalComplaint.agency))
    if agency is not None:
        query = query.where(scope.below(PostalComplaint.agency, agency))
    if unanswered:
        query = query.where(PostalComplaint.answered_at.is_(None))
    if after is not None:
        key = tuple_(PostalComplaint.raised_at, PostalComplaint.id)
        query = query.where(key < place(after))
    newest = query.order_by(PostalComplaint.raised_at.desc(), PostalComplaint.id.desc())
    found = (await session.scalars(newest.limit(limit + 1))).all()
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        items=[_view(desk, row) for row in found[:limit]],
        next=mark(last.raised_at, last.id) if last else None,
    )


def _view(desk: Desk, row: PostalComplaint) -> ComplaintView:
    answered = None
    if row.answer is not None and row.answer_key_id is not None:
        opened = desk.vault.decrypt(row.answer, key_id=row.answer_key_id, of=f"{row.id}/{ANSWER}")
        answered = opened.decode()
    return ComplaintView(
        id=row.id,
        order=row.order_id,
        agency=row.agency,
        kind=row.kind,
        said=desk.vault.decrypt(row.said, key_id=row.key_id, of=f"{row.id}/{SAID}").decode(),
        raised_at=row.raised_at,
        due_on=row.due_on.isoformat(),
        verdict=transit.verdict(row.due_on, row.answered_at, desk.now),
        outcome=row.outcome,
        answer=answered,
        compensation=row.compensation,
        answered_at=row.answered_at,
    )
