"""Takes votes: one per visitor, counted in the statement that keeps it."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from services.survey.polls import visitors
from services.survey.polls.polls import unknown
from shared import rates
from shared.errors import Conflict, Forbidden, Unprocessable

VOTES_A_MINUTE: Final = 3000
VISITORS_A_MINUTE: Final = 3000
TRIES_A_MINUTE: Final = 10

_POLL = """
    select opens_at <= $2 and (closes_at is null or closes_at > $2) as open,
           exists (select from poll_option where poll = $1 and id = $3) as known
    from poll where id = $1
"""
_CAST = """
    with kept as (
        insert into poll_vote (poll, visitor, option) values ($1, $2, $3)
        on conflict do nothing returning option
    )
    update poll_option o set votes = votes + 1
    from kept where o.poll = $1 and o.id = kept.option
    returning o.votes
"""


async def cast(
    connection: asyncpg.Connection,
    key: bytes,
    poll: UUID,
    *,
    option: str,
    visitor: str,
    now: datetime,
) -> None:
    """Keep a visitor's vote; raises Forbidden, TooMany, NotFound, Unprocessable, Conflict."""
    if not visitors.is_ours(key, visitor):
        raise Forbidden("Mã lượt truy cập không đúng.", code="visitor_unknown")
    known_as = visitors.known_as(key, poll.bytes, visitor)
    await rates.admit(connection, b"vote/" + known_as, {rates.MINUTE: TRIES_A_MINUTE}, now)
    await rates.admit(connection, b"votes/" + poll.bytes, {rates.MINUTE: VOTES_A_MINUTE}, now)
    row = await connection.fetchrow(_POLL, poll, now, option)
    if row is None:
        raise unknown()
    if not row["known"]:
        raise Unprocessable("Không có phương án này.", code="not_an_option")
    if not row["open"]:
        raise Conflict("Bình chọn chưa mở hoặc đã đóng.", code="poll_closed")
    async with connection.transaction():
        counted = await connection.fetchval(_CAST, poll, known_as, option)
    if counted is None:
        raise Conflict("Bạn đã bình chọn rồi.", code="already_voted")


async def welcome(connection: asyncpg.Connection, key: bytes, now: datetime) -> str:
    """Hand a visitor's token out; raises TooMany."""
    await rates.admit(connection, b"visitors", {rates.MINUTE: VISITORS_A_MINUTE}, now)
    return visitors.hand_out(key)
