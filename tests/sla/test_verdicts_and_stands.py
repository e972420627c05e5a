"""Verdicts and stands by example, and the worked example of the report."""

from datetime import date, timedelta

import asyncpg
import pytest

from services.sla.entries import End
from services.sla.reports import Group, Question, count
from services.sla.schemas.reports import Columns, rates_view, row_view, totals_view
from services.sla.stand import Measure, Stand, StandKind, put
from services.sla.verdicts import Judged766, Verdict, index766, legal, report
from shared.database import Database
from shared.events import Channel, DossierResolved, DossierWithdrawn, Envelope, Event, Outcome
from tests.conftest import FreshDatabase
from tests.sla.factories import at, imported, make_accepted, make_calendar, published
from tests.sla.stream import deliver

DUE = at("2026-03-16 08:00")
DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("ended", "by_law", "by_date"),
    [
        ("2026-03-13 17:00", Verdict.EARLY, Verdict.EARLY),
        ("2026-03-16 07:59", Verdict.EARLY, Verdict.ON_TIME),
        ("2026-03-16 08:00", Verdict.ON_TIME, Verdict.ON_TIME),
        ("2026-03-16 08:01", Verdict.LATE, Verdict.ON_TIME),
        ("2026-03-17 07:00", Verdict.LATE, Verdict.LATE),
    ],
)
def test_the_law_judges_to_the_minute_and_the_report_by_date(
    ended: str, by_law: Verdict, by_date: Verdict
) -> None:
    moment = at(ended) + timedelta(seconds=59)

    assert legal(moment, End.APPROVED, DUE) is by_law
    assert report(moment.date(), End.APPROVED, DUE) is by_date


@pytest.mark.parametrize("end", [End.WITHDRAWN, End.STOPPED])
def test_what_ended_without_a_decision_is_on_time_in_the_report_and_not_judged_by_law(
    end: End,
) -> None:
    assert report(date(2027, 1, 1), end, DUE) is Verdict.ON_TIME
    assert legal(at("2027-01-01 08:00"), end, DUE) is None


def test_a_refusal_after_examination_is_a_result_and_judged_like_one() -> None:
    assert report(date(2026, 3, 17), End.REFUSED, DUE) is Verdict.LATE


@pytest.mark.parametrize("end", list(End))
def test_no_due_date_is_a_class_of_its_own(end: End) -> None:
    assert report(DAY, end, None) is Verdict.NO_DUE_DATE


@pytest.mark.parametrize(
    ("judged", "verdict"),
    [
        (Judged766(4800, 0, 4800, None, 0), Verdict.ON_TIME),
        (Judged766(4801, 0, 4800, None, 0), Verdict.LATE),
        (Judged766(5000, 200, 4800, None, 1), Verdict.ON_TIME),
        (Judged766(100, 0, 4800, None, 2), Verdict.LATE),
        (Judged766(100, 0, None, 100, 0), Verdict.ON_TIME),
        (Judged766(101, 0, None, 100, 0), Verdict.LATE),
        (Judged766(100, 0, None, None, 0), Verdict.NO_DUE_DATE),
    ],
)
def test_decision_766_takes_waiting_off_and_a_second_request_is_late(
    judged: Judged766, verdict: Verdict
) -> None:
    assert index766(judged) is verdict


def counted(stand: Stand) -> dict[Measure, date]:
    return dict(put(stand, DAY))


def test_a_running_dossier_is_overdue_from_the_day_after_its_due() -> None:
    stand = Stand(StandKind.RUNNING, due_on=date(2026, 3, 16))

    assert counted(stand) == {Measure.OPEN: DAY, Measure.OVERDUE: date(2026, 3, 17)}


def test_a_due_set_into_the_past_counts_from_the_day_it_was_set() -> None:
    stand = Stand(StandKind.RUNNING, due_on=date(2026, 3, 2))

    assert counted(stand) == {Measure.OPEN: DAY, Measure.OVERDUE: DAY}


@pytest.mark.parametrize("kind", [StandKind.WAITING, StandKind.SUSPENDED])
def test_who_waits_is_open_and_never_overdue(kind: StandKind) -> None:
    assert counted(Stand(kind)) == {Measure.OPEN: DAY, Measure.WAITING: DAY}


def test_an_end_without_due_date_counts_on_time_and_is_told_apart() -> None:
    stand = Stand(StandKind.ENDED, end=End.WITHDRAWN, verdict=Verdict.NO_DUE_DATE)

    assert set(counted(stand)) == {Measure.ON_TIME, Measure.WITHDRAWN, Measure.NO_DUE_DATE}


def worked_lives() -> list[Envelope[Event]]:
    """Domain §5.1: 30 carried over, 200 online, 700 direct, 70 by post, and how they ended."""
    march, april = at("2026-03-20 08:00"), at("2026-04-06 08:00")
    received = [(march, Channel.COUNTER)] * 30
    received += [(april, Channel.ONLINE_FULL)] * 200
    received += [(april, Channel.COUNTER)] * 700
    received += [(april, Channel.POSTAL)] * 70
    due, late_due, open_due = at("2026-05-04 08:00"), at("2026-04-28 08:00"), at("2026-07-15 08:00")
    early = DossierResolved(outcome=Outcome.APPROVED, resolved_at=at("2026-04-29 09:00"))
    on_time = DossierResolved(outcome=Outcome.APPROVED, resolved_at=at("2026-05-04 16:00"))
    withdrawn = DossierWithdrawn(after_acceptance=True, withdrawn_at=at("2026-06-01 09:00"))
    ends: list[tuple[object, Event | None]] = [(due, early)] * 420
    ends += [(due, on_time)] * 475 + [(due, withdrawn)] * 5
    ends += [(late_due, early)] * 12
    ends += [(open_due, None)] * 80 + [(due, None)] * 8
    return [
        imported([make_accepted(begun, channel=channel, due_at=its_due), *([end] if end else [])])
        for (begun, channel), (its_due, end) in zip(received, ends, strict=True)
    ]


async def test_the_worked_example_of_the_report(fresh_database: FreshDatabase) -> None:
    url = await fresh_database("sla")
    connection = await asyncpg.connect(url)
    await deliver(connection, [published(make_calendar()), *worked_lives()])
    await connection.close()
    database = Database(url, connections_max=1)
    async with database.transaction() as session:
        rows = await count(
            session,
            Question(date(2026, 4, 1), date(2026, 6, 30), ("H20",), (Group.FIELD,)),
        )
    await database.close()

    [row] = [row_view(row) for row in rows]
    totals = totals_view(rows)

    assert row.field == "Hộ tịch"
    assert Columns(**row.model_dump(include=set(Columns.model_fields))) == totals
    assert (totals.carried_over, totals.received_online, totals.received_direct_post) == (
        30, 200, 770,
    )  # fmt: skip
    assert totals.received == 1000
    assert (totals.early, totals.on_time, totals.late, totals.resolved) == (420, 480, 12, 912)
    assert totals.withdrawn == 5
    assert (totals.in_progress, totals.within_limit, totals.overdue) == (88, 80, 8)
    assert rates_view(totals).on_time_or_early.model_dump() == {
        "numerator": 900, "denominator": 912, "percent": 98.68,
    }  # fmt: skip
