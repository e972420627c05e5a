"""Figures of the catalogue: each number agrees with the list behind it."""

from datetime import date
from decimal import Decimal

import pytest

from services.procedures.first_run import SEEDS
from services.procedures.publication_rules import (
    DECISION_766,
    Index,
    Issuer,
    Times,
    Verdict,
    issuer_of,
    judge,
    sum_up,
)
from services.procedures.statistics.shares import needed, percent
from shared.working_time import Calendar, WorkingTime
from tests.conftest import Client
from tests.procedures.factories import Json, make_agency, make_method, make_record
from tests.procedures.making_processes import make_process
from tests.procedures.published import publish_record

STATISTICS = "/v1/statistics"
PAGES_MAX = 50


async def test_every_figure_agrees_with_its_items(catalogue: Client) -> None:
    """Whatever the seed holds, numerator and denominator are what the lists hold."""
    await publish_some(catalogue)
    told = await get(catalogue, "procedures")
    assert told["in_force"] == 141
    assert len(told["figures"]) == 10
    for figure in told["figures"]:
        path = f"procedures/{figure['figure']}/items"
        whole = await walk(catalogue, path)
        part = await walk(catalogue, path, counted="true")
        assert (len(part), len(whole)) == (figure["numerator"], figure["denominator"])
        assert [item for item in whole if item["counted"]] == part
        assert figure["formula"]
        assert figure["source"]


async def test_figures_count_what_they_say(catalogue: Client) -> None:
    await publish_some(catalogue)
    process = make_process(procedure="1.999001", version=1)
    drafted = await catalogue.http.post("/v1/processes", json=process)
    path = f"/v1/processes/{drafted.json()['id']}/publication"
    assert (await catalogue.http.post(path)).is_success
    documents = {"documents": [{"number": "QT-01", "approved_on": "2025-01-01"}]}
    put = await catalogue.http.put(
        "/v1/agencies/H20.100/quality-documents/1.999002", json=documents
    )
    assert put.is_success, put.text
    told = await figures(catalogue, field="Thử")
    assert {name: (f["numerator"], f["denominator"]) for name, f in told.items()} == {
        "online_information": (0, 4),
        "online_partial": (1, 4),
        "online_full": (2, 4),
        "online_unknown": (1, 4),
        "online_service": (3, 4),
        "full_content": (3, 4),
        "paid_online": (1, 2),
        "quality_document": (1, 4),
        "electronic_process": (1, 4),
        "limit_cut": (1, 4),
    }
    assert (told["online_service"]["ratio"], told["paid_online"]["ratio"]) == ("75.00", "50.00")


async def test_what_is_counted_depends_on_day_agency_and_level(catalogue: Client) -> None:
    await publish_some(catalogue)
    assert (await get(catalogue, "procedures", on="2018-12-31"))["in_force"] == 0
    provincial = await get(catalogue, "procedures", field="Thử", level="province")
    assert provincial["in_force"] == 1
    listed = await catalogue.http.get(
        "/v1/procedures", params={"field": "Thử", "agency": "H20.100"}
    )
    of_commune = await get(catalogue, "procedures", field="Thử", agency="H20.100")
    assert of_commune["in_force"] == len(listed.json()["items"]) == 3
    nowhere = await catalogue.http.get(f"{STATISTICS}/procedures", params={"agency": "H99"})
    assert nowhere.status_code == 404


async def test_online_levels_are_told_day_by_day(catalogue: Client) -> None:
    period = {"from": "2026-04-01", "to": "2026-06-30"}
    (before,) = (await get(catalogue, "online-levels", **period))["items"]
    await publish_some(catalogue)
    later = make_record(code="1.999001", field="Thử", valid_from="2026-05-01", online_level="full")
    await publish_record(catalogue.http, later, version=2)
    told = (await get(catalogue, "online-levels", **period))["items"]
    more = [
        (day["since"], *(day[name] - before[name] for name in ("partial", "full", "unknown")))
        for day in told
    ]
    assert more == [("2026-04-01", 1, 2, 1), ("2026-05-01", 0, 3, 1)]
    backwards = await catalogue.http.get(
        f"{STATISTICS}/online-levels", params={"from": "2026-02-01", "to": "2026-01-01"}
    )
    assert (backwards.status_code, backwards.json()["code"]) == (422, "period_invalid")


async def test_six_districts_need_three_modern_one_stops(catalogue: Client) -> None:
    """Plan 141/KH-UBND of 2020: half of the districts have a modern one-stop."""
    await put_agency(
        catalogue, "H98", make_agency(level="province", parent=None, valid_from="2019-01-01")
    )
    for number in range(6):
        since = {"modern_since": "2020-06-30"} if number < 2 else {}
        district = make_agency(level="district", parent="H98", valid_from="2019-01-01", **since)
        await put_agency(catalogue, f"H98.0{number}", district)
    centre = make_agency(
        level="district",
        kind="one_stop_centre",
        parent="H98.05",
        valid_from="2019-01-01",
        modern_since="2020-12-31",
    )
    for day, numerator, reached in (("2020-06-30", 2, False), ("2020-12-31", 3, True)):
        await put_agency(catalogue, "H98.05.01", centre)
        scope = {"on": day, "agency": "H98", "level": "district"}
        told = await get(catalogue, "agencies", **scope)
        figure = told["figures"][0]
        assert (figure["numerator"], figure["denominator"]) == (numerator, 6)
        (target,) = figure["targets"]
        assert (target["needed"], target["reached"]) == (3, reached)
        items = await walk(
            catalogue, "agencies/modern_one_stop_share/items", counted="true", **scope
        )
        assert len(items) == numerator


@pytest.mark.parametrize(
    ("threshold", "of", "count"), [("50", 6, 3), ("50", 7, 4), ("100", 5, 5), ("0", 4, 0)]
)
def test_what_a_threshold_takes_is_rounded_up(threshold: str, of: int, count: int) -> None:
    assert needed(Decimal(threshold), of) == count


def test_a_share_of_nothing_is_no_share() -> None:
    assert percent(0, 0) is None
    assert percent(2, 3) == Decimal("66.67")


async def test_cuts_are_summed_by_kind_of_time(catalogue: Client) -> None:
    rows = [
        make_method("a", limit=limit("10", "working_day"), committed=limit("6", "working_day")),
        make_method("b", limit=limit("2", "working_day"), committed=limit("4", "hour")),
        make_method("c", limit=limit("8", "hour")),
        make_method("d", limit=limit("30", "day"), committed=limit("24", "day")),
        make_method("e", limit=None),
    ]
    await add_field(catalogue)
    unknown = {"incomplete_reason": "Có cách thức không rõ thời hạn."}
    await publish_record(catalogue.http, make_record(field="Thử", methods=rows), body=unknown)
    await publish_record(catalogue.http, make_record(code="1.999002", field="Thử"))
    told = await get(catalogue, "limit-cuts", field="Thử")
    assert (told["procedures"]["numerator"], told["procedures"]["denominator"]) == (1, 2)
    sums = {
        total["unit"]: (total["rows_cut"], total["rows"], total["statutory"], total["cut"])
        for total in told["totals"]
    }
    assert sums == {"working_days": (2, 4, "18", "5.5"), "calendar_days": (1, 1, "30", "6")}
    ratios = {total["unit"]: total["ratio"] for total in told["totals"]}
    assert ratios == {"working_days": "30.56", "calendar_days": "20.00"}
    (item,) = await walk(catalogue, "limit-cuts/items", field="Thử")
    assert [(row["id"], row["cut"], row["ratio"]) for row in item["rows"]] == [
        ("a", "4", "40.00"),
        ("b", "1.5", "75.00"),
        ("c", "0", "0.00"),
        ("d", "6", "20.00"),
    ]


async def test_publications_are_late_unknown_or_on_time(catalogue: Client) -> None:
    """The clock stands on Monday 2 March 2026; Tết ended on 22 February."""
    await add_field(catalogue)
    early: Json = {"decision": "9/QĐ-UBND", "decision_signed_on": "2026-02-26", "field": "Thử"}
    others: dict[str, Json] = {
        "1.999001": {"valid_from": "2026-03-05"},
        "1.999002": {"valid_from": "2026-03-04"},
        "1.999003": {"valid_from": "2026-03-04", "decision_signed_on": None},
        "1.999004": {"valid_from": "2026-03-04", "decision": "9/XYZ"},
    }
    for code, changed in others.items():
        await publish_record(catalogue.http, make_record(code=code, **(early | changed)))
    second = make_record(code="1.999001", **(early | {"valid_from": "2026-03-06", "kind": "khác"}))
    await publish_record(catalogue.http, second, version=2)
    period = {"from": "2026-03-01", "to": "2026-03-31"}
    told = await get(catalogue, "publication", **period)
    assert told["versions"] == 5
    found = {
        index["index"]: (index["numerator"], index["denominator"], index["unknown_versions"])
        for index in told["indices"]
    }
    assert found == {"decision": (1, 2, 2), "catalogue": (2, 2, 2)}
    late = await walk(catalogue, "publication/items", verdict="late", **period)
    assert [(item["code"], item["sign_by"]) for item in late] == [("1.999002", "2026-02-25")]
    assert len(await walk(catalogue, "publication/items", limit=2, **period)) == 5


@pytest.fixture(scope="module")
def working_time() -> WorkingTime:
    """The seed's calendar."""
    return WorkingTime(Calendar.model_validate_json((SEEDS / "calendar.json").read_bytes()))


@pytest.mark.parametrize(
    ("issuer", "days", "decision", "catalogue"),
    [
        (Issuer.PROVINCE, "2026-03-02 2026-03-09 2026-03-09", "on_time", "on_time"),
        (Issuer.PROVINCE, "2026-03-03 2026-03-09 2026-03-11", "late", "late"),
        (Issuer.PROVINCE, "2026-03-03 2026-03-09 2026-03-10", "late", "on_time"),
        (Issuer.PROVINCE, "2026-02-13 2026-02-28 2026-02-27", "on_time", "on_time"),
        (Issuer.MINISTRY, "2026-03-02 2026-03-30 2026-03-16", "on_time", "on_time"),
        (Issuer.MINISTRY, "2026-03-03 2026-03-30 2026-03-18", "late", "late"),
        (Issuer.PROVINCE, "2022-06-22 2022-06-22 2022-12-31", "unknown", "unknown"),
        (Issuer.PROVINCE, "2099-01-05 2099-03-01 2099-01-05", "unknown", "unknown"),
        (Issuer.PROVINCE, "- 2026-03-09 2026-03-09", "unknown", "unknown"),
        (None, "2026-03-02 2026-03-09 2026-03-09", "unknown", "unknown"),
    ],
)
def test_working_days_around_a_decision_are_counted(
    working_time: WorkingTime, issuer: Issuer | None, days: str, decision: str, catalogue: str
) -> None:
    """Signed, in force from, published; Tết of 2026 is off from 14 to 22 February."""
    signed, *others = days.split()
    effect, published = map(date.fromisoformat, others)
    signed_on = None if signed == "-" else date.fromisoformat(signed)
    times = Times(issuer, signed_on, effect, published)
    verdicts = judge(times, DECISION_766, working_time).verdicts
    assert verdicts == {Index.DECISION: decision, Index.CATALOGUE: catalogue}


def test_one_late_publication_makes_its_procedure_late() -> None:
    assert sum_up([Verdict.ON_TIME, Verdict.LATE, Verdict.UNKNOWN]) is Verdict.LATE
    assert sum_up([Verdict.ON_TIME, Verdict.UNKNOWN]) is Verdict.ON_TIME
    assert sum_up([Verdict.UNKNOWN]) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("agency", "decision", "issuer"),
    [
        (None, "163/QĐ-BTP", Issuer.MINISTRY),
        (None, "1490/QĐ-UBND", Issuer.PROVINCE),
        ("H20", "163/QĐ-BTP", Issuer.PROVINCE),
        ("G15", "01/QĐ-THU", Issuer.MINISTRY),
        (None, "01/QĐ-THU", None),
    ],
)
def test_who_signed_is_read_from_code_or_number(
    agency: str | None, decision: str, issuer: Issuer | None
) -> None:
    assert issuer_of(agency, decision) is issuer


async def publish_some(catalogue: Client) -> None:
    """Four procedures of a field of their own, each different."""
    await add_field(catalogue)
    costs = [{"amount": "50000", "currency": "VND", "text": "50.000 đồng"}]
    free = [{"amount": "0", "currency": "VND", "text": "Miễn phí"}]
    kinds: tuple[Json, ...] = (
        {
            "online_level": "partial",
            "pays_online": True,
            "methods": [make_method("m", fees=costs)],
        },
        {"online_level": "full", "methods": [make_method("m", fees=[*free, *costs])]},
        {
            "online_level": "full",
            "levels": ["province"],
            "methods": [make_method("m", fees=free, committed=limit("4", "working_day"))],
        },
        {"subjects": []},
    )
    for number, changed in enumerate(kinds, start=1):
        record = make_record(code=f"1.99900{number}", field="Thử", **changed)
        reason = {"incomplete_reason": "Nguồn không nêu đối tượng."} if number == 4 else None
        await publish_record(catalogue.http, record, body=reason)


async def add_field(catalogue: Client) -> None:
    added = await catalogue.http.put("/v1/fields/Thử", json={})
    assert added.is_success, added.text


async def put_agency(catalogue: Client, code: str, agency: Json) -> None:
    put = await catalogue.http.put(f"/v1/agencies/{code}", json=agency)
    assert put.is_success, put.text


async def get(catalogue: Client, path: str, **params: str | int) -> Json:
    answer = await catalogue.http.get(f"{STATISTICS}/{path}", params=params)
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    return told


async def figures(catalogue: Client, **params: str) -> dict[str, Json]:
    told = await get(catalogue, "procedures", **params)
    return {figure["figure"]: figure for figure in told["figures"]}


async def walk(catalogue: Client, path: str, **params: str | int) -> list[Json]:
    found: list[Json] = []
    for _ in range(PAGES_MAX):
        page = await get(catalogue, path, **params)
        found.extend(page["items"])
        if page["next"] is None:
            return found
        params = params | {"after": page["next"]}
    raise AssertionError("the pages never end")


def limit(value: str, unit: str) -> Json:
    return {"value": value, "unit": unit}
