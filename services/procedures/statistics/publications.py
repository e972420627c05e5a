"""Whether publications of a period were on time: indices 1.1 and 1.2 of Decision 766/QĐ-TTg."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import calendars
from services.procedures.models import ProcedureVersion
from services.procedures.publication_rules import (
    Index,
    Issuer,
    Judgement,
    PublicationRule,
    Times,
    Verdict,
    issuer_of,
    judge,
    sum_up,
)
from shared.errors import Unprocessable
from shared.working_time import VIETNAM_TIME, Calendar, WorkingTime, business_date

PERIOD_DAYS_MAX: Final = 1830


@dataclass(frozen=True, slots=True)
class Judged:
    """One version published in the period, and what is held of its times."""

    code: str
    version: int
    name: str
    decision: str
    times: Times
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Sum:
    """Procedures by verdict, each once, and the versions that no verdict is known of."""

    on_time: int
    late: int
    unknown_versions: int


async def list_judged(
    session: AsyncSession,
    first: date,
    last: date,
    *,
    rules: Sequence[PublicationRule],
    calendar_code: str,
) -> list[Judged]:
    """Every version published on these days, ends included, by code and number.

    Raises Unprocessable when the days are out of order or too many, NotFound without calendar.
    """
    if not timedelta() <= last - first < timedelta(days=PERIOD_DAYS_MAX):
        raise Unprocessable(
            f"Kỳ phải theo thứ tự và không quá {PERIOD_DAYS_MAX} ngày.", code="period_invalid"
        )
    newest = await calendars.get_newest(session, calendar_code)
    calendar = WorkingTime.of(Calendar.model_validate(newest.definition))
    rows = await _published(session, first, last)
    return [
        Judged(
            code=row.code,
            version=row.version,
            name=row.name,
            decision=row.decision,
            times=(times := _times(row)),
            judgement=judge(times, rules, calendar),
        )
        for row in rows
    ]


def sum_of(judged: Sequence[Judged], index: Index) -> Sum:
    """One index of the period; `judged` is sorted by code."""
    verdicts = [
        sum_up(each.judgement.verdicts[index] for each in of_one)
        for _, of_one in groupby(judged, key=lambda each: each.code)
    ]
    return Sum(
        on_time=verdicts.count(Verdict.ON_TIME),
        late=verdicts.count(Verdict.LATE),
        unknown_versions=sum(each.judgement.verdicts[index] is Verdict.UNKNOWN for each in judged),
    )


async def _published(session: AsyncSession, first: date, last: date) -> Sequence[Any]:
    version = ProcedureVersion
    rows = await session.execute(
        select(
            version.code,
            version.version,
            version.name,
            version.decision_signed_on,
            version.valid_from,
            version.published_at,
            version.document["decision"].as_string().label("decision"),
            version.document["publishing_agency"].as_string().label("publishing_agency"),
        )
        .where(
            version.published_at >= _midnight(first),
            version.published_at < _midnight(last + timedelta(days=1)),
            ~version.internal,
        )
        .order_by(version.code, version.version)
    )
    return rows.all()


def _times(row: Any) -> Times:
    issuer: Issuer | None = issuer_of(row.publishing_agency, row.decision)
    return Times(issuer, row.decision_signed_on, row.valid_from, business_date(row.published_at))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=VIETNAM_TIME)
