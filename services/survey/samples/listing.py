"""The drawn dossiers: page by page, or as one CSV file."""

import csv
import io
from collections.abc import AsyncIterator

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import Sample, SampleUnit
from services.survey.schemas.samples import UnitView
from shared import paging

HEAD = ("Nhóm", "Thứ tự", "Mã hồ sơ", "Định danh")
ROWS_A_TIME = 1000
MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""


async def page(
    session: AsyncSession, sample: Sample, *, after: str | None, limit: int
) -> tuple[list[UnitView], str | None]:
    """One page, in the order of the drawing."""
    key = (SampleUnit.stratum, SampleUnit.place)
    query = select(SampleUnit).where(SampleUnit.sample == sample.id).order_by(*key)
    if after is not None:
        stratum, place = paging.decode(after, 2)
        if not isinstance(stratum, str) or not isinstance(place, int) or "\0" in stratum:
            raise paging.unreadable()
        query = query.where(tuple_(*key) > (stratum, place))
    found = (await session.scalars(query.limit(limit + 1))).all()
    units = [
        UnitView(stratum=unit.stratum, place=unit.place, dossier=unit.dossier, code=unit.code)
        for unit in found[:limit]
    ]
    more = len(found) > limit
    return units, paging.encode(units[-1].stratum, units[-1].place) if more else None


async def as_csv(session: AsyncSession, sample: Sample) -> AsyncIterator[str]:
    """Every drawn dossier, a bounded number at a time."""
    yield MARK + _line(HEAD)
    after: str | None = None
    while True:
        units, after = await page(session, sample, after=after, limit=ROWS_A_TIME)
        yield "".join(
            _line((unit.stratum, str(unit.place), unit.code, str(unit.dossier))) for unit in units
        )
        if after is None:
            return


def _line(values: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(values)
    return written.getvalue()
