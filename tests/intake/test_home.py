"""Visits at home: hours, free times, bookings, and two who want the same officer."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from services.intake.home.slots import Span, free
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import COMMUNE, IDENTITY, OTHER_COMMUNE, at

ANH = "can-bo-anh"
PERSON = {"name": "Nguyễn Văn Thử", "phone": "0901234567", "address": "12 đường Lê Lợi"}
TUESDAY_9 = "2026-03-03T09:00:00+07:00"


def _booking(**changed: Any) -> dict[str, Any]:
    booking = {
        "agency": COMMUNE,
        "purpose": "collect",
        "starts_at": TUESDAY_9,
        "person": PERSON,
    }
    return booking | changed


async def _available(office: Office, *officers: str, **changed: Any) -> None:
    for officer in officers:
        given = {
            "agency": COMMUNE,
            "officer": officer,
            "first_on": "2026-03-02",
            "last_on": "2026-03-31",
        }
        answer = await office.http.post("/v1/home-availabilities", json=given | changed)
        assert answer.status_code == 201, answer.text


async def _book(office: Office, **changed: Any) -> dict[str, Any]:
    answer = await office.http.post("/v1/home-bookings", json=_booking(**changed))
    assert answer.status_code == 201, answer.text
    booked: dict[str, Any] = answer.json()
    return booked


async def _do(
    office: Office, booking: dict[str, Any], action: str, body: dict[str, Any], **headers: str
) -> httpx.Response:
    return await office.http.post(
        f"/v1/home-bookings/{booking['id']}/{action}", json=body, headers=headers
    )


async def _starts(office: Office, **query: Any) -> list[str]:
    answer = await office.get("/v1/home-slots", agency=COMMUNE, on="2026-03-03", **query)
    assert answer.status_code == 200, answer.text
    return [slot["starts_at"][11:16] for slot in answer.json()]


def _refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_visit_fits_where_the_way_to_it_and_from_it_does_too() -> None:
    window = Span(at("2026-03-03 07:00"), at("2026-03-03 11:30"))
    taken = [Span(at("2026-03-03 08:30"), at("2026-03-03 10:00"))]

    found = free(
        window,
        taken,
        visit=timedelta(minutes=60),
        travel=timedelta(minutes=30),
        now=at("2026-03-03 07:00"),
    )

    assert [span.start for span in found] == [at("2026-03-03 10:00"), at("2026-03-03 10:30")]


async def test_officers_are_offered_in_their_agencys_shifts(office: Office) -> None:
    await _available(office, ANH)

    starts = await _starts(office)

    assert (starts[0], starts[-1]) == ("07:00", "16:00")
    assert "11:00" not in starts
    assert "12:00" not in starts


async def test_windows_of_their_own_reach_beyond_working_hours(office: Office) -> None:
    evening = [{"start": "18:00", "end": "19:30"}]
    await _available(office, ANH, windows=evening)

    assert await _starts(office) == ["18:00", "18:30"]
    assert await _starts(office, minutes=90) == ["18:00"]


async def test_a_booking_takes_its_time_and_the_way_to_the_next_one(office: Office) -> None:
    await _available(office, ANH)
    await _book(office)

    starts = await _starts(office)

    assert [start for start in starts if start < "11:00"] == ["07:00", "07:30", "10:30"]


async def test_of_many_who_want_one_officer_at_once_one_gets_them(office: Office) -> None:
    await _available(office, ANH)

    answers = await asyncio.gather(
        *(office.http.post("/v1/home-bookings", json=_booking()) for _ in range(8))
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + [409] * 7
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"slot_taken"}


async def test_two_officers_serve_two_and_no_third(office: Office) -> None:
    await _available(office, ANH, "can-bo-binh")

    answers = await asyncio.gather(
        *(office.http.post("/v1/home-bookings", json=_booking()) for _ in range(3))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
    officers = {a.json()["officer"] for a in answers if a.status_code == 201}
    assert officers == {ANH, "can-bo-binh"}


async def test_the_tables_themselves_refuse_an_officer_at_two_places(office: Office) -> None:
    await _available(office, ANH)
    booking = await _book(office)

    with pytest.raises(asyncpg.ExclusionViolationError):
        await office.rows(
            "insert into home_booking select gen_random_uuid(), sequence, agency, officer, purpose,"
            " state, outcome, starts_at, ends_at, occupied, procedure, dossier_id, sealed, key_id,"
            " person_hash from home_booking where id = $1",
            booking["id"],
        )
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await office.rows("delete from home_booking_change")


async def test_a_visit_nobody_can_make_is_refused(office: Office) -> None:
    await _available(office, ANH)
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"starts_at": "2026-03-03T12:00:00+07:00"}, (422, "outside_availability")),
        ({"starts_at": "2026-03-03T11:00:00+07:00"}, (422, "outside_availability")),
        ({"starts_at": "2026-03-07T09:00:00+07:00"}, (422, "outside_availability")),
        ({"officer": "khong-ai"}, (422, "outside_availability")),
        ({"agency": OTHER_COMMUNE}, (422, "outside_availability")),
        ({"starts_at": "2026-03-02T07:30:00+07:00"}, (422, "visit_time")),
        ({"starts_at": "2026-05-04T09:00:00+07:00"}, (422, "visit_time")),
        ({"purpose": "return"}, (422, "malformed")),
        ({"dossier": f"{COMMUNE}-260302-9999"}, (404, "dossier_unknown")),
    ]

    for changed, refusal in wrong:
        answer = await office.http.post("/v1/home-bookings", json=_booking(**changed))
        assert _refusal(answer) == refusal, changed


async def test_a_moved_visit_frees_its_time_and_keeps_its_history(office: Office) -> None:
    await _available(office, ANH)
    booking = await _book(office)
    later = {"starts_at": "2026-03-03T09:30:00+07:00", "ground": "Người dân bận"}

    moved = await _do(office, booking, "moves", later, **{"If-Match": '"1"'})
    stale = await _do(office, booking, "moves", later, **{"If-Match": '"1"'})

    assert moved.status_code == 200, moved.text
    assert moved.json()["starts_at"] == later["starts_at"]
    assert moved.headers["ETag"] == '"2"'
    assert _refusal(stale) == (412, "precondition_failed")
    history = await office.get(f"/v1/home-bookings/{booking['id']}/history")
    lines = [(line["change"], line["starts_at"]) for line in history.json()["items"]]
    assert lines == [("booked", TUESDAY_9), ("moved", later["starts_at"])]


async def test_a_cancelled_visit_is_over_and_its_time_free(office: Office) -> None:
    await _available(office, ANH)
    booking = await _book(office)

    cancelled = await _do(office, booking, "cancellation", {"ground": "Đổi ý"})

    assert cancelled.json()["state"] == "cancelled"
    assert _refusal(await _do(office, booking, "cancellation", {"ground": "x"})) == (
        409,
        "visit_over",
    )
    assert (await _book(office))["starts_at"] == TUESDAY_9


async def test_a_visit_has_an_outcome_once_it_has_begun(office: Office) -> None:
    await _available(office, ANH)
    booking = await _book(office)
    early = await _do(office, booking, "outcome", {"outcome": "done"})
    office.clock("2026-03-03 09:40")

    done = await _do(office, booking, "outcome", {"outcome": "needs_papers", "note": "Thiếu ảnh"})

    assert _refusal(early) == (409, "visit_not_begun")
    assert (done.json()["state"], done.json()["outcome"]) == ("over", "needs_papers")


async def test_the_dossier_of_a_visit_was_filed_at_home(office: Office) -> None:
    await _available(office, ANH)
    booking = await _book(office)
    home, counter = await office.file(channel="home"), await office.file()

    refused = await _do(office, booking, "dossier", {"dossier": counter["code"]})
    named = await _do(office, booking, "dossier", {"dossier": home["code"]})

    assert _refusal(refused) == (422, "channel_not_home")
    assert named.json()["dossier"] == home["id"]


async def test_a_citizen_books_for_themselves_and_sees_only_their_own(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    await _available(office, ANH)
    await _book(office, starts_at="2026-03-03T14:00:00+07:00")
    citizen = await start_office(bearer=token("citizen", agencies=[], subject=IDENTITY))

    booked = await _book(citizen)
    foreign = await citizen.http.post(
        "/v1/home-bookings",
        json=_booking(
            starts_at="2026-03-04T09:00:00+07:00",
            person=PERSON | {"identity_number": "087200009999"},
        ),
    )
    choosing = await citizen.http.post("/v1/home-bookings", json=_booking(officer=ANH))
    listed = await citizen.get("/v1/home-bookings")

    assert _refusal(foreign) == (403, "not_your_visit")
    assert _refusal(choosing) == (403, "officer_not_yours")
    assert [found["id"] for found in listed.json()["items"]] == [booked["id"]]
    unmasking = await citizen.get(f"/v1/home-bookings/{booked['id']}", unmask=True)
    assert unmasking.status_code == 403
    actors = await office.rows("select actor from home_booking_change order by id")
    assert [row["actor"] for row in actors] == ["can-bo-thu", "citizen"]


async def test_one_person_keeps_no_more_than_a_few_visits_ahead(
    start_office: StartOffice, office: Office, token: Token
) -> None:
    await _available(office, ANH)
    citizen = await start_office(bearer=token("citizen", agencies=[], subject=IDENTITY))
    for day in (3, 4, 5):
        await _book(citizen, starts_at=f"2026-03-0{day}T09:00:00+07:00")

    fourth = await citizen.http.post(
        "/v1/home-bookings", json=_booking(starts_at="2026-03-06T09:00:00+07:00")
    )

    assert _refusal(fourth) == (409, "too_many_bookings")


async def test_a_foreign_officer_knows_nothing_of_a_visit(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    await _available(office, ANH)
    booking = await _book(office)
    foreign = await start_office(bearer=token("counter", "leader", agencies=[OTHER_COMMUNE]))

    assert (await foreign.get(f"/v1/home-bookings/{booking['id']}")).status_code == 404
    assert (await foreign.get("/v1/home-bookings")).json()["items"] == []
    moved = await _do(foreign, booking, "moves", {"starts_at": TUESDAY_9})
    assert moved.status_code == 404
    booked = await foreign.http.post("/v1/home-bookings", json=_booking())
    assert _refusal(booked) == (403, "agency_out_of_scope")


async def test_where_to_go_stands_nowhere_in_clear_and_looking_is_noted(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    await _available(office, ANH)
    booking = await _book(office, person=PERSON | {"identity_number": IDENTITY})
    officer = await start_office(bearer=token("counter", agencies=[COMMUNE], subject=ANH))

    masked = await officer.get(f"/v1/home-bookings/{booking['id']}")
    clear = await officer.get(f"/v1/home-bookings/{booking['id']}", unmask=True)

    assert masked.json()["person"]["address"] == "***"
    assert clear.json()["person"]["address"] == PERSON["address"]
    rows = await office.rows("select * from home_booking join home_booking_change on true")
    stored = "".join(str(dict(row)) for row in rows)
    assert rows
    assert not any(word in stored for word in (*PERSON.values(), IDENTITY))
    changes = await office.rows("select change, actor from home_booking_change order by id")
    assert tuple(changes[-1]) == ("seen", ANH)


async def test_an_officer_sets_their_own_hours_and_a_leader_everybodys(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    officer = await start_office(bearer=token("counter", agencies=[COMMUNE], subject=ANH))
    days = {"agency": COMMUNE, "first_on": "2026-03-02", "last_on": "2026-03-31"}

    own = await officer.http.post("/v1/home-availabilities", json=days)
    colleagues = await officer.http.post(
        "/v1/home-availabilities", json=days | {"officer": "can-bo-binh"}
    )
    gone = await officer.http.delete(f"/v1/home-availabilities/{own.json()['id']}")

    assert own.json()["officer"] == ANH
    assert _refusal(colleagues) == (403, "officer_not_you")
    assert gone.status_code == 200
    assert (await officer.get("/v1/home-availabilities", agency=COMMUNE)).json() == []


async def test_visits_are_walked_by_officer_and_day(office: Office) -> None:
    await _available(office, ANH, "can-bo-binh")
    for hour in ("07", "09", "14"):
        await _book(office, officer=ANH, starts_at=f"2026-03-03T{hour}:00:00+07:00")
    await _book(office, officer="can-bo-binh")
    await _book(office, officer=ANH, starts_at="2026-03-04T09:00:00+07:00")
    query = {"officer": ANH, "on": "2026-03-03", "limit": 2}

    first = (await office.get("/v1/home-bookings", **query)).json()
    rest = (await office.get("/v1/home-bookings", **query, after=first["next"])).json()

    starts = [item["starts_at"][11:13] for item in first["items"] + rest["items"]]
    assert (starts, rest["next"]) == (["07", "09", "14"], None)
