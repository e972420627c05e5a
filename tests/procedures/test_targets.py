"""Targets of plans: what they ask for, of whom, and from when."""

from services.procedures.formulas import MEANINGS, Formula
from shared.events import TargetChanged
from tests.conftest import Client, ServiceClient, Token
from tests.procedures.factories import Json, facts_of

PATH = "/v1/targets"


async def test_the_plan_of_tan_hong_is_there(catalogue: Client) -> None:
    wanted = await items(catalogue, agency="H20.41", on="2021-04-23")
    plan = {item["code"]: item for item in wanted if item["agency"] == "H20.41"}
    asked = [plan[f"TAN-HONG-2021-T{n}"]["threshold"] for n in range(1, 6)]
    assert asked == ["98.00", "100.00", "60.00", "50.00", "15.00"]
    assert plan["TAN-HONG-2021-T1"]["levels"] == ["district", "commune"]
    assert all(item["evaluated"] and item["comparison"] == "at_least" for item in plan.values())
    elsewhere = await items(catalogue, agency="H20.40", on="2021-04-23")
    assert not {item["code"] for item in elsewhere} & plan.keys()


async def test_targets_say_what_is_only_remembered_and_what_is_a_direction(
    catalogue: Client,
) -> None:
    every = await items(catalogue)
    remembered = [item for item in every if item["code"].startswith("QD468")]
    assert remembered
    assert not any(item["evaluated"] for item in remembered)
    assert all("chưa đối chiếu" in item["note"] for item in remembered)
    (raising,) = await items(catalogue, formula="on_time_share", on="2023-06-01")
    assert (raising["comparison"], raising["threshold"]) == ("at_least_previous", None)


async def test_a_version_counts_from_its_day_on(catalogue: Client) -> None:
    waiting = {
        day: (await catalogue.http.get(f"{PATH}/QD468-CHO", params={"on": day})).json()
        for day in ("2024-12-31", "2025-01-01")
    }
    asked = [(shown["threshold"], shown["unit"]) for shown in waiting.values()]
    assert asked == [("30.00", "minute"), ("15.00", "minute")]
    assert (await catalogue.http.get(f"{PATH}/QD468-CHO?on=2020-12-31")).status_code == 404
    versions = (await catalogue.http.get(f"{PATH}/QD468-CHO/versions")).json()["items"]
    assert [shown["effective_from"] for shown in versions] == ["2025-01-01", "2021-01-01"]
    assert (await catalogue.http.get(f"{PATH}/QD468-CHO")).json() == versions[0]


async def test_a_target_is_told_once_and_again_when_it_changes(catalogue: Client) -> None:
    path = f"{PATH}/THU-2026/versions/2026-01-01"
    for body in (make_target(), make_target(), make_target(threshold="97")):
        answer = await catalogue.http.put(path, json=body)
        assert answer.status_code == 200, answer.text
    facts = [fact.data for fact in await facts_of(catalogue.database_url, "target/THU-2026")]
    told = [fact.threshold for fact in facts if isinstance(fact, TargetChanged)]
    assert [str(threshold) for threshold in told] == ["95.50", "97"]
    stale = await catalogue.http.put(path, json=make_target(), headers={"If-Match": '"old"'})
    assert stale.status_code == 412


async def test_a_target_that_cannot_be_is_refused(catalogue: Client) -> None:
    path = f"{PATH}/THU-2026/versions/2026-01-01"
    wrong: tuple[tuple[Json, str], ...] = (
        ({"threshold": "100.5"}, "malformed"),
        ({"threshold": None}, "malformed"),
        ({"comparison": "at_least_previous"}, "malformed"),
        ({"formula": "happiness"}, "malformed"),
        ({"period_to": "2025-12-31"}, "malformed"),
        ({"agency": "H20.999"}, "agency_unknown"),
    )
    for changed, code in wrong:
        answer = await catalogue.http.put(path, json=make_target(**changed))
        assert (answer.status_code, answer.json()["code"]) == (422, code), changed
    assert (await catalogue.http.get(f"{PATH}/THU-2026")).status_code == 404


async def test_officers_set_targets_within_their_scope(
    service_client: ServiceClient, seeded: str, token: Token
) -> None:
    officer = await service_client(
        "procedures", database_url=seeded, bearer=token("catalogue", agencies=["H20.40"])
    )
    path = f"{PATH}/THU-2026/versions/2026-01-01"
    assert (await officer.http.put(path, json=make_target())).status_code == 200
    for scope in (None, "H20.41"):
        refused = await officer.http.put(path, json=make_target(agency=scope))
        assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")
    foreign = f"{PATH}/TAN-HONG-2021-T1/versions/2021-01-01"
    assert (await officer.http.put(foreign, json=make_target())).status_code == 403


async def test_every_figure_says_what_it_divides(catalogue: Client) -> None:
    shown = (await catalogue.http.get(f"{PATH}/formulas")).json()["items"]
    assert {item["formula"] for item in shown} == set(Formula) == set(MEANINGS)
    assert all(item["numerator"] and item["denominator"] for item in shown)


def make_target(**changed: object) -> Json:
    return {
        "title": "Hồ sơ đúng hạn",
        "formula": "on_time_share",
        "comparison": "at_least",
        "threshold": "95.50",
        "agency": "H20.40",
        "period_from": "2026-01-01",
        "period_to": "2026-12-31",
        "source": "Kế hoạch thử",
    } | changed


async def items(catalogue: Client, **params: str) -> list[Json]:
    answer = await catalogue.http.get(PATH, params=params)
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found
