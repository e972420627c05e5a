"""A database whose figures are counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.figures import formulas
from services.sla.figures.formulas import FORMULAS
from services.sla.figures.scope import Scope
from shared.database import Database
from tests.sla.factories import (
    make_calendar,
    published,
)
from tests.sla.index_lives import FIRST, LAST, NOW
from tests.sla.stream import deliver


@dataclass
class Counting:
    """A database of lives, and a session that counts them."""

    connection: asyncpg.Connection
    session: AsyncSession

    async def of(self, name: str, agency: str | None = None, **scope: Any) -> tuple[int, int]:
        wanted = Scope(**({"first": FIRST, "last": LAST, "now": NOW} | scope))
        counted = await formulas.load(self.session, wanted, [name])
        numerator, denominator = FORMULAS[name].make(counted, agency)
        return int(numerator), int(denominator)


@asynccontextmanager
async def counting_on(url: str) -> AsyncIterator[Counting]:
    """An empty database that knows the calendar."""
    connection = await asyncpg.connect(url)
    await deliver(connection, [published(make_calendar())])
    database = Database(url, connections_max=2)
    async with database.sessions() as session:
        yield Counting(connection, session)
    await database.close()
    await connection.close()
