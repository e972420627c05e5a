"""Routes of integrity signals."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Query

from services.sla.api.reports.asked import Reporter, scope
from services.sla.schemas.reports import Period
from services.sla.schemas.signals import (
    SignalDossierView,
    SignalsView,
    signal_dossier_view,
    signal_view,
)
from services.sla.signals import reading
from services.sla.signals.definitions import SIGNALS, Code
from services.sla.signals.reading import Asked, Place
from shared import paging
from shared.clock import Now
from shared.database import Databases
from shared.paging import Cursor, Limit, Page
from shared.times import Day

PLACE_MAX = 2**31 - 1
"""PostgreSQL keeps a ledger's places in 32 bits."""

router = APIRouter(prefix="/v1/signals", tags=["signals"])
Agency = Annotated[
    str | None, Query(max_length=64, description="Cơ quan và các cơ quan dưới nó / subtree.")
]


async def _asked(
    principal: Reporter,
    now: Now,
    first: Annotated[Day, Query(alias="from", description="Ngày đầu kỳ / first day.")],
    last: Annotated[Day, Query(alias="to", description="Ngày cuối kỳ / last day.")],
    agency: Agency = None,
) -> Asked:
    """The period and whose dossiers."""
    return Asked(first, last, scope(principal, first, last, agency), now)


Question = Annotated[Asked, Depends(_asked)]


@router.get(
    "",
    operation_id="list_signals",
    summary="Dấu hiệu bất thường trong giải quyết hồ sơ / integrity signals by agency",
)
async def list_signals(asked: Question, database: Databases, agency: Agency = None) -> SignalsView:
    """What somebody should look at, each with its rule, its law and a rate per agency."""
    async with database.statements() as connection:
        counted = await reading.count(connection, asked)
    return SignalsView(
        period=Period(first=asked.first, last=asked.last),
        agency=agency,
        signals=[signal_view(one) for one in counted],
    )


@router.get(
    "/{code}/dossiers",
    operation_id="list_signal_dossiers",
    summary="Hồ sơ có dấu hiệu / the dossiers behind a signal",
)
async def list_signal_dossiers(
    code: Code,
    asked: Question,
    database: Databases,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[SignalDossierView]:
    """In the order in which it showed; a dossier may show the same sign twice."""
    signal = next(one for one in SIGNALS if one.code is code)
    past = None if after is None else _place(after)
    async with database.statements() as connection:
        rows = await reading.list_dossiers(connection, signal, asked, past, limit + 1)
    items = [signal_dossier_view(row) for row in rows[:limit]]
    return Page(items=items, next=_cursor(rows[limit - 1]) if len(rows) > limit else None)


def _cursor(row: asyncpg.Record) -> str:
    return paging.encode(row["at"].isoformat(), str(row["dossier"]), str(row["place"]))


def _place(cursor: str) -> Place:
    at, dossier, place = paging.decode_texts(cursor, 3)
    try:
        past = Place(datetime.fromisoformat(at), UUID(dossier), int(place))
    except ValueError as broken:
        raise paging.unreadable() from broken
    if past.at.tzinfo is None or not 0 <= past.place <= PLACE_MAX:
        raise paging.unreadable()
    return past
