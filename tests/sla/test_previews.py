"""What a calendar that is only being considered would move."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.sla import clock as clocks
from services.sla.entries import Recalculated, kind_of
from services.sla.previews.keeping import PREVIEWS_KEPT, forget_previews
from services.sla.recalculation.counting import anew
from services.sla.recalculation.waits import lapses
from shared.database import Database
from shared.events import CalendarPreviewed, DossierResolved, Event, Outcome, PauseEnd
from shared.working_time import Calendar, DayException, WorkingTime
from tests.conftest import Client, ServiceClient, Token
from tests.sla.api_lives import asked, given
from tests.sla.factories import (
    AFTERNOON,
    CALENDAR,
    MORNING,
    at,
    imported,
    life,
    make_accepted,
    make_calendar,
    published,
    with_holiday,
    wrap,
)
from tests.sla.scripts import LIMITS, WORKING_TIMES, Script, scripts
from tests.sla.stream import deliver

NOW = at("2026-03-10 10:00")
HOLIDAY = date(2026, 3, 12)
SATURDAY = date(2026, 3, 14)


def put_forward(
    *calendars: Calendar, at: datetime | None = None, among: Sequence[str] = ()
) -> list[CalendarPreviewed]:
    """A preview as procedures tells it, one fact per calendar."""
    preview, codes = str(uuid.uuid4()), tuple(among) or tuple(one.code for one in calendars)
    return [
        CalendarPreviewed(
            preview=preview,
            code=one.code,
            version=one.version,
            definition=one.model_dump(mode="json"),
            calendars=codes,
            previewed_at=at or datetime.now(UTC),
        )
        for one in calendars
    ]


async def tell(client: Client, lives: Sequence[Sequence[Event]], preview: Sequence[Event]) -> str:
    """Tell lives and then a preview; the preview's id."""
    connection = await asyncpg.connect(client.database_url)
    told = [envelope for facts in lives for envelope in life(facts)]
    previewed = [wrap(fact, "calendar", number) for number, fact in enumerate(preview, 2)]
    await deliver(connection, [published(make_calendar()), *told, *previewed])
    await connection.close()
    return str(getattr(preview[0], "preview", ""))


async def rows(client: Client, statement: str) -> list[Any]:
    connection = await asyncpg.connect(client.database_url)
    found: list[Any] = await connection.fetch(statement)
    await connection.close()
    return found


def with_saturday(calendar: Calendar) -> Calendar:
    worked = DayException(shifts=(MORNING, AFTERNOON), name="Làm bù", source="Quyết định thử")
    return with_holiday(calendar).model_copy(update={"exceptions": {SATURDAY: worked}})


@for_all(script=scripts(modes=st.sampled_from(list(PauseEnd)), limits=LIMITS), other=WORKING_TIMES)
@settings(max_examples=300, deadline=None)
def test_the_due_by_another_calendar_is_what_a_recalculation_would_make_it(
    script: Script, other: WorkingTime
) -> None:
    folded = script.fold()
    ledger = [
        {"kind": kind_of(entry), "at": entry.at, "pause": getattr(entry, "pause", None)}
        for entry in script.entries
    ]
    stored = script.fold()
    stored.closed = []
    waits = lapses(stored, ledger)
    clocks.apply(folded, Recalculated(folded.last_at, later_only=False), other)

    assert [wait for wait in waits if wait.since != wait.until] == [
        wait for wait in folded.closed if wait.since != wait.until
    ]
    counted = anew(stored, waits, script.working_time, other)
    assert counted is not None
    assert (counted.due_at, counted.used) == (folded.due_at, folded.used)
    assert stored == replace(script.fold(), closed=[])


async def test_a_holiday_moves_what_is_open_and_changes_nothing(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    running = make_accepted(at("2026-03-02 08:00"), code="H20.40.01-260302-0001")
    waited = make_accepted(at("2026-03-02 08:00"), code="H20.40.01-260302-0002")
    waiting = make_accepted(at("2026-03-02 08:00"), code="H20.40.01-260302-0003")
    past = make_accepted(at("2026-02-02 08:00"), code="H20.40.01-260202-0004")
    ended = make_accepted(at("2026-03-02 08:00"), code="H20.40.01-260302-0005")
    done = DossierResolved(outcome=Outcome.APPROVED, resolved_at=at("2026-03-09 08:00"))
    pause = asked(at("2026-03-03 08:00"))
    extended = given(at("2026-03-04 08:00"), PauseEnd.EXTEND)
    lives: list[list[Event]] = [
        [running],
        [waited, pause, extended],
        [waiting, pause],
        [past],
        [ended, done],
    ]
    preview = await tell(client, lives, put_forward(with_holiday(make_calendar(), HOLIDAY)))
    before = await rows(client, "select * from clock order by code")

    told = (await client.http.get(f"/v1/calendar-previews/{preview}")).json()
    listed = (await client.http.get(f"/v1/calendar-previews/{preview}/dossiers")).json()

    sums = {"counted": 4, "earlier": 0, "later": 3, "as_told": 0}
    sums |= {"earlier_minutes": 0, "later_minutes": 3 * 480}
    assert told["totals"] == sums
    assert told["agencies"] == [{"agency": "H20.40.01", **sums}]
    assert told["calendars"] == [{"code": CALENDAR, "version": 2}]
    assert told["counted_at"] == "2026-03-10T10:00:00+07:00"
    dues = {
        item["code"]: (item["due_before"][:16], item["due_after"][:16]) for item in listed["items"]
    }
    assert dues == {
        running.code: ("2026-03-16T08:00", "2026-03-17T08:00"),
        waited.code: ("2026-03-17T08:00", "2026-03-18T08:00"),
        waiting.code: ("2026-03-16T08:00", "2026-03-17T08:00"),
    }
    assert await rows(client, "select * from clock order by code") == before


async def test_a_day_worked_moves_dues_earlier_and_the_first_answer_is_kept(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    lives = [[make_accepted(at("2026-03-02 08:00"))], [make_accepted(at("2026-02-25 08:00"))]]
    preview = await tell(client, lives, put_forward(with_saturday(make_calendar())))
    path = f"/v1/calendar-previews/{preview}"

    first = (await client.http.get(path)).json()
    await tell(client, [[make_accepted(at("2026-03-02 08:00"))]], put_forward(make_calendar(3)))

    totals = first["totals"]
    assert (totals["earlier"], totals["later"], totals["earlier_minutes"]) == (1, 0, 480)
    assert (await client.http.get(path)).json() == first
    # The dossiers are those that would move now.
    moved = (await client.http.get(f"{path}/dossiers")).json()["items"]
    assert [(one["due_after"], one["minutes"]) for one in moved] == [
        ("2026-03-14T08:00:00+07:00", -480)
    ] * 2


async def test_a_due_that_another_system_told_moves_only_where_it_is_a_count(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    counted = make_accepted(at("2026-03-02 08:00"), due_at=at("2026-03-16 08:00"))
    promised = make_accepted(at("2026-03-02 08:00"), due_at=at("2026-03-16 17:00"))
    connection = await asyncpg.connect(client.database_url)
    told = [published(make_calendar()), imported([counted]), imported([promised])]
    (previewed,) = put_forward(with_holiday(make_calendar(), HOLIDAY))
    await deliver(connection, [*told, wrap(previewed, CALENDAR, 2)])
    await connection.close()

    path = f"/v1/calendar-previews/{previewed.preview}"
    totals = (await client.http.get(path)).json()["totals"]
    (moved,) = (await client.http.get(f"{path}/dossiers")).json()["items"]

    assert (totals["counted"], totals["later"], totals["as_told"]) == (2, 1, 1)
    assert moved["code"] == counted.code


async def test_a_caller_sees_their_own_agencies_only(
    service_client: ServiceClient, token: Token
) -> None:
    own = {"competent_agency": "H20.41", "receiving_agency": "H20.41"}
    lives = [
        [make_accepted(at("2026-03-02 08:00"))],
        [make_accepted(at("2026-03-02 08:00"), **own)],
        [make_accepted(at("2026-03-02 08:00"), competent_agency="H20.01")],
    ]
    client = await service_client("sla", at=NOW, bearer=token("leader", agencies=["H20.40"]))
    preview = await tell(client, lives, put_forward(with_holiday(make_calendar(), HOLIDAY)))
    path = f"/v1/calendar-previews/{preview}"

    told = (await client.http.get(path)).json()
    listed = (await client.http.get(f"{path}/dossiers")).json()["items"]
    of_one = await client.http.get(f"{path}/dossiers", params={"agency": "H20.01"})
    counter = {"Authorization": f"Bearer {token('counter')}"}

    assert told["totals"]["later"] == 2
    assert sorted(one["agency"] for one in told["agencies"]) == ["H20.01", "H20.40.01"]
    assert sorted(item["agency"] for item in listed) == ["H20.01", "H20.40.01"]
    assert [item["agency"] for item in of_one.json()["items"]] == ["H20.01"]
    assert (await client.http.get(path, headers=counter)).status_code == 403


async def test_dossiers_are_walked_by_pages(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    lives = [[make_accepted(at("2026-03-02 08:00"))] for _ in range(5)]
    preview = await tell(client, lives, put_forward(with_holiday(make_calendar(), HOLIDAY)))
    path, seen, after = f"/v1/calendar-previews/{preview}/dossiers", [], None
    for _ in range(3):
        params = {"limit": "2"} | ({"after": after} if after else {})
        page = (await client.http.get(path, params=params)).json()
        seen += [item["code"] for item in page["items"]]
        after = page["next"]

    assert after is None
    assert sorted(seen) == sorted(life[0].code for life in lives)
    assert (await client.http.get(path, params={"after": "WyJ4Il0"})).status_code == 422


async def test_a_preview_is_not_known_before_all_of_it_came(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    base = with_holiday(make_calendar(), HOLIDAY)
    derived = base.model_copy(update={"code": "LICH-XA", "version": 7})
    first, second = put_forward(base, derived)
    path = f"/v1/calendar-previews/{await tell(client, [], [first])}"

    early = await client.http.get(path)
    await tell(client, [[make_accepted(at("2026-03-02 08:00"))]], [first, second])
    known = (await client.http.get(path)).json()

    assert (early.status_code, early.json()["code"]) == (404, "preview_unknown")
    assert [one["version"] for one in known["calendars"]] == [2, 7]
    assert known["totals"]["later"] == 1


async def test_an_old_preview_is_forgotten_and_does_not_come_back(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    long_ago = datetime.now(UTC) - PREVIEWS_KEPT - timedelta(hours=1)
    calendar = with_holiday(make_calendar(), HOLIDAY)
    preview = await tell(client, [[make_accepted(at("2026-03-02 08:00"))]], put_forward(calendar))
    await client.http.get(f"/v1/calendar-previews/{preview}")
    await rows(client, f"update calendar_preview set previewed_at = '{long_ago.isoformat()}'")

    database = Database(client.database_url, connections_max=2)
    await forget_previews(database)
    await database.close()
    await tell(client, [], put_forward(calendar, at=long_ago))

    for table in ("calendar_preview", "previewed_calendar", "preview_agency"):
        assert await rows(client, f"select from {table}") == []
