"""Lends consecutive codes of an agency's day, shows what became of them, takes them back."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

import uuid_utils.compat as uuid7s
from sqlalchemy import ColumnElement, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, codes
from services.intake.desk import Desk
from services.intake.filing_rules import wrong
from services.intake.models import CodeBlock, Dossier
from services.intake.schemas.code_blocks import BlockState, BlockView, LeaseIn, UsedCode
from shared.errors import Conflict, Forbidden, NotFound
from shared.working_time import VIETNAM_TIME, business_date

AHEAD_DAYS_MAX = 7

# The same row that filing locks, so that no order is given twice.
_TAKE = text("""
    insert into code_sequence as s (agency, day, last) values (:agency, :day, :count)
    on conflict (agency, day) do update set last = s.last + excluded.last
    returning last
""")


async def lease(session: AsyncSession, desk: Desk, asked: LeaseIn) -> BlockView:
    """Lend the next codes of a day until some hours after it; raises Unprocessable."""
    today = business_date(desk.now)
    day = asked.day or today
    if not desk.principal.covers(asked.agency):
        raise Forbidden(
            f"Cơ quan {asked.agency} không thuộc phạm vi của bạn.", code="agency_out_of_scope"
        )
    if not today <= day <= today + timedelta(days=AHEAD_DAYS_MAX):
        raise wrong("day", "lease_day", f"Chỉ mượn mã từ hôm nay đến {AHEAD_DAYS_MAX} ngày tới.")
    catalogue, _ = await desk.catalogue(session)
    if catalogue.agency(asked.agency, day) is None:
        raise wrong("agency", "agency_not_in_force", f"Cơ quan {asked.agency} không hoạt động.")
    taken = {"agency": asked.agency, "day": day, "count": asked.count}
    last: int = (await session.execute(_TAKE, taken)).scalar_one()
    block = CodeBlock(
        id=UUID(bytes=uuid7s.uuid7().bytes),
        agency=asked.agency,
        day=day,
        first=last - asked.count + 1,
        last=last,
        leased_by=desk.principal.subject,
        leased_at=desk.now,
        expires_at=_expiry(day, desk.settings.offline_hours),
    )
    session.add(block)
    await session.flush()
    return await _view(session, desk, block)


async def show(session: AsyncSession, desk: Desk, identity: UUID) -> BlockView:
    """Show what became of each code of a block."""
    return await _view(session, desk, await find(session, desk, identity))


async def known(
    session: AsyncSession, desk: Desk, agency: str, day: date | None, limit: int
) -> list[BlockView]:
    """Show the newest blocks of an agency, of one day if it is named."""
    query = select(CodeBlock).where(CodeBlock.agency == agency, _within(desk))
    if day is not None:
        query = query.where(CodeBlock.day == day)
    rows = await session.scalars(
        query.order_by(CodeBlock.day.desc(), CodeBlock.first.desc()).limit(limit)
    )
    return [await _view(session, desk, block) for block in rows.all()]


async def give_back(session: AsyncSession, desk: Desk, identity: UUID) -> BlockView:
    """Take a block back before its end; what was not used is void."""
    block = await find(session, desk, identity, lock=True)
    if state_of(block, desk.now) is not BlockState.LENT:
        raise over()
    block.returned_at = desk.now
    return await _view(session, desk, block)


async def find(
    session: AsyncSession, desk: Desk, identity: UUID, *, lock: bool = False
) -> CodeBlock:
    """Get a block of the caller's agencies; raises NotFound."""
    query = select(CodeBlock).where(CodeBlock.id == identity, _within(desk))
    if lock:
        query = query.with_for_update()
    block = (await session.execute(query)).scalar_one_or_none()
    if block is None:
        raise NotFound("Không tìm thấy dải mã này.", code="code_block_unknown")
    return block


def state_of(block: CodeBlock, now: datetime) -> BlockState:
    """Tell whether a block's codes may still be used."""
    if block.returned_at is not None:
        return BlockState.RETURNED
    return BlockState.LENT if now < block.expires_at else BlockState.EXPIRED


def codes_of(block: CodeBlock) -> list[str]:
    """Write every code of a block."""
    prefix = codes.prefix(block.agency, block.day)
    return [
        f"{prefix}{number:0{codes.DIGITS_MIN}}" for number in range(block.first, block.last + 1)
    ]


def over() -> Conflict:
    """The refusal of a block whose codes are void."""
    return Conflict("Dải mã này đã hết hạn hoặc đã trả lại.", code="code_block_over")


async def _view(session: AsyncSession, desk: Desk, block: CodeBlock) -> BlockView:
    every = codes_of(block)
    used = await _used(session, every)
    named = {code.code for code in used}
    unused = [code for code in every if code not in named]
    state = state_of(block, desk.now)
    return BlockView(
        id=block.id,
        agency=block.agency,
        day=block.day,
        state=state,
        leased_by=block.leased_by,
        leased_at=block.leased_at,
        expires_at=block.expires_at,
        used=used,
        free=unused if state is BlockState.LENT else [],
        void=[] if state is BlockState.LENT else unused,
    )


async def _used(session: AsyncSession, every: Sequence[str]) -> list[UsedCode]:
    rows = await session.execute(
        select(Dossier.code, Dossier.filed_at, Dossier.recorded_at)
        .where(Dossier.code.in_(every))
        .order_by(Dossier.code)
    )
    return [UsedCode(code=code, filed_at=filed, recorded_at=noted) for code, filed, noted in rows]


def _within(desk: Desk) -> ColumnElement[bool]:
    if desk.principal.everywhere:
        return true()
    return access.at_or_below(CodeBlock.agency, desk.principal.agencies)


def _expiry(day: date, hours: int) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time(), VIETNAM_TIME)
    return midnight + timedelta(hours=hours)
