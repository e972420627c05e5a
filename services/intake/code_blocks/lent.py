"""Keeps codes that were lent for those who borrowed them, used or void."""

import asyncpg

from services.intake import codes
from shared.errors import Conflict

_LENT = """
    select exists (
        select from code_block
        where agency = $1 and day = $2 and first <= $3 and $3 <= last
    )
"""


async def refuse_lent(connection: asyncpg.Connection, code: str) -> None:
    """Refuse a code from elsewhere that lies in a lent block; raises Conflict."""
    order = codes.own_order(code)
    if order is None:
        return
    if await connection.fetchval(_LENT, order.agency, order.on, order.number):
        raise Conflict(
            "Mã này đã được cấp cho quầy làm việc ngoại tuyến.", code="code_lent_elsewhere"
        )
