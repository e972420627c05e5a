"""Opens, closes and shows polls."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.survey.models import Poll, PollOption
from services.survey.schemas.polls import OptionView, PollIn, PollView, Results
from services.survey.schemas.words import Text
from shared import paging
from shared.errors import Conflict, NotFound
from shared.identity import Principal

ONE_DECIMAL = Decimal("0.1")


async def open_one(
    session: AsyncSession, principal: Principal, given: PollIn, now: datetime
) -> PollView:
    """Put a question to the visitors; raises NotFound for a foreign agency, Conflict."""
    if not principal.covers(given.agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    if given.closes_at is not None and given.closes_at <= (given.opens_at or now):
        raise Conflict("Bình chọn đã đóng trước khi mở.", code="poll_never_open")
    poll = Poll(
        id=uuid7(),
        agency=given.agency,
        site=given.site,
        question=given.question.model_dump(),
        results=given.results,
        opens_at=given.opens_at or now,
        closes_at=given.closes_at,
        created_by=principal.subject,
        created_at=now,
    )
    options = [
        PollOption(
            poll=poll.id, id=option.id, place=place, words=option.words.model_dump(), votes=0
        )
        for place, option in enumerate(given.options)
    ]
    session.add(poll)
    await session.flush()
    session.add_all(options)
    await session.flush()
    return view(poll, options, now, everything=True)


async def close(
    session: AsyncSession, principal: Principal, identity: UUID, now: datetime
) -> PollView:
    """Take no more votes from now on; raises NotFound, Conflict when it is closed already."""
    poll = await session.get(Poll, identity, with_for_update=True)
    if poll is None or not principal.covers(poll.agency):
        raise unknown()
    if is_closed(poll, now):
        raise Conflict("Bình chọn đã đóng.", code="poll_closed")
    poll.closes_at = max(now, poll.opens_at)
    return view(poll, await _options(session, [poll.id]), now, everything=True)


async def show(session: AsyncSession, identity: UUID, now: datetime) -> PollView:
    """Get a poll; raises NotFound."""
    poll = await session.get(Poll, identity)
    if poll is None:
        raise unknown()
    return view(poll, await _options(session, [poll.id]), now)


async def list_of_site(
    session: AsyncSession, site: str | None, now: datetime, *, after: str | None, limit: int
) -> tuple[list[PollView], str | None]:
    """One page of polls that are open, newest first."""
    query = (
        select(Poll)
        .where(Poll.opens_at <= now, or_(Poll.closes_at.is_(None), Poll.closes_at > now))
        .order_by(Poll.id.desc())
        .limit(limit + 1)
    )
    if site is not None:
        query = query.where(Poll.site == site)
    if after is not None:
        query = query.where(Poll.id < _past(after))
    found = (await session.scalars(query)).all()
    page = found[:limit]
    options = await _options(session, [poll.id for poll in page])
    views = [view(poll, [one for one in options if one.poll == poll.id], now) for poll in page]
    return views, paging.encode(str(page[-1].id)) if len(found) > limit else None


def is_open(poll: Poll, now: datetime) -> bool:
    """Whether votes are taken at this moment."""
    return poll.opens_at <= now and not is_closed(poll, now)


def is_closed(poll: Poll, now: datetime) -> bool:
    """Whether no more votes will be taken."""
    return poll.closes_at is not None and poll.closes_at <= now


def view(
    poll: Poll, options: Sequence[PollOption], now: datetime, *, everything: bool = False
) -> PollView:
    """Show a poll, with figures where they may be seen by now."""
    shown = everything or poll.results == Results.ALWAYS or is_closed(poll, now)
    total = sum(option.votes for option in options)
    return PollView(
        id=poll.id,
        agency=poll.agency,
        site=poll.site,
        question=Text.model_validate(poll.question),
        results=Results(poll.results),
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        open=is_open(poll, now),
        options=[
            OptionView(
                id=option.id,
                words=Text.model_validate(option.words),
                votes=option.votes if shown else None,
                percent=_percent(option.votes, total) if shown else None,
            )
            for option in options
        ],
        votes=total if shown else None,
    )


def unknown() -> NotFound:
    """The refusal of a poll that is not there."""
    return NotFound("Không tìm thấy bình chọn này.", code="poll_not_found")


def _percent(votes: int, total: int) -> float | None:
    if not total:
        return None
    return float((Decimal(100 * votes) / total).quantize(ONE_DECIMAL, ROUND_HALF_UP))


async def _options(session: AsyncSession, polls: Sequence[UUID]) -> Sequence[PollOption]:
    query = select(PollOption).where(PollOption.poll.in_(polls))
    rows = await session.scalars(query.order_by(PollOption.poll, PollOption.place))
    return rows.all()


def _past(cursor: str) -> UUID:
    (identity,) = paging.decode_texts(cursor, 1)
    try:
        return UUID(identity)
    except ValueError as broken:
        raise paging.unreadable() from broken
