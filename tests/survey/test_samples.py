"""Samples: everybody has the same chance, and the same seed draws the same dossiers again."""

from datetime import datetime, timedelta
from math import sqrt
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.survey.samples.allocation import allocate
from services.survey.samples.estimating import Estimate, Stratum, estimate
from services.survey.schemas.samples import Method
from shared.events import Channel
from tests.conftest import Client, ServiceClient, Token
from tests.survey.factories import (
    RETURNED,
    hear,
    life,
    make_accepted,
    make_filed,
    make_imported,
    make_returned,
    rows,
)

SAMPLE: dict[str, Any] = {
    "title": "Điều tra xã hội học 2026",
    "agency": "H20",
    "from": "2026-01-01",
    "to": "2026-12-31",
    "strata": ["agency", "channel"],
    "size": 20,
    "seed": "2026-H20",
}
POPULATIONS = {("H20.1", "counter"): 40, ("H20.1", "online_full"): 25, ("H20.2", "counter"): 5}


async def return_dossiers(
    url: str, counts: dict[tuple[str, str], int], at: datetime = RETURNED
) -> None:
    facts = []
    number = 0
    for (agency, channel), count in counts.items():
        for _ in range(count):
            number += 1
            identity = UUID(int=number + int(at.timestamp()) * 1000)
            words = {
                "code": f"{agency}-260302-{number:04d}",
                "competent_agency": agency,
                "receiving_agency": agency,
                "channel": Channel(channel),
            }
            filed, accepted = make_filed(**words), make_accepted(**words)
            facts += life(filed, accepted, make_returned(at), dossier=identity)
    await hear(url, facts)


@pytest.fixture
async def survey(service_client: ServiceClient) -> Client:
    client = await service_client("survey", at=RETURNED)
    await return_dossiers(client.database_url, POPULATIONS)
    return client


async def draw(survey: Client, **changed: Any) -> dict[str, Any]:
    answer = await survey.http.post("/v1/samples", json=SAMPLE | changed)
    assert answer.status_code == 201, answer.text
    sample: dict[str, Any] = answer.json()
    return sample


async def drawn(survey: Client, sample: dict[str, Any]) -> list[str]:
    codes: list[str] = []
    query: dict[str, Any] = {"limit": 7}
    while True:
        path = f"/v1/samples/{sample['id']}/dossiers"
        page = (await survey.http.get(path, params=query)).json()
        codes += [unit["code"] for unit in page["items"]]
        if page["next"] is None:
            return codes
        query["after"] = page["next"]


async def test_the_same_seed_draws_the_same_and_another_one_others(survey: Client) -> None:
    first, second = await draw(survey), await draw(survey)
    other = await draw(survey, seed="another")

    codes = await drawn(survey, first)
    assert codes == await drawn(survey, second)
    assert len(set(codes)) == 20
    assert set(codes) != set(await drawn(survey, other))


async def test_a_sample_is_shown_as_it_was_drawn(survey: Client) -> None:
    sample = await draw(survey)

    shown = await survey.http.get(f"/v1/samples/{sample['id']}")

    assert shown.json() == sample
    assert sample["from"] == SAMPLE["from"]


async def test_each_stratum_has_its_share_and_its_weight(survey: Client) -> None:
    sample = await draw(survey)

    shares = {one["stratum"]: (one["population"], one["drawn"]) for one in sample["strata"]}
    assert shares == {
        "H20.1 | counter": (40, 12),
        "H20.1 | online_full": (25, 7),
        "H20.2 | counter": (5, 1),
    }
    for one in sample["strata"]:
        assert one["weight"] == pytest.approx(one["population"] / one["drawn"])
    assert (sample["frame_size"], sample["size"], sample["reproducible"]) == (70, 20, True)
    equal = await draw(survey, method="equal", size=15)
    assert [one["drawn"] for one in equal["strata"]] == [5, 5, 5]
    everybody = await draw(survey, size=500, strata=[])
    assert (everybody["size"], everybody["strata"][0]["stratum"]) == (70, "*")


async def test_a_frame_that_grew_is_told(survey: Client) -> None:
    sample = await draw(survey)
    await return_dossiers(
        survey.database_url, {("H20.1", "counter"): 1}, RETURNED + timedelta(days=1)
    )
    again = (await survey.http.get(f"/v1/samples/{sample['id']}")).json()
    assert (again["reproducible"], again["frame_size"]) == (False, 70)


async def test_what_another_system_returned_is_in_the_frame_and_what_is_open_is_not(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    whole = make_imported(make_filed(), make_accepted(), make_returned())
    half = make_imported(make_filed(), make_accepted())
    for fact in (whole, half):
        await hear(survey.database_url, life(fact))
    [kept] = await rows(survey.database_url, "select * from returned_dossier")
    assert (kept["agency"], kept["field"], kept["channel"]) == ("H20.40.01", "Hộ tịch", "counter")


async def test_the_list_is_one_csv_file(survey: Client) -> None:
    sample = await draw(survey)
    answer = await survey.http.get(f"/v1/samples/{sample['id']}/dossiers.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Nhóm,Thứ tự,Mã hồ sơ,Định danh"
    assert [line.split(",")[2] for line in lines[1:]] == await drawn(survey, sample)


async def test_a_foreign_agency_has_no_samples(
    survey: Client, service_client: ServiceClient, token: Token
) -> None:
    sample = await draw(survey)
    stranger = await service_client(
        "survey", bearer=token("reporter", agencies=["H30"]), database_url=survey.database_url
    )
    for path in ("", "/dossiers", "/dossiers.csv"):
        answer = await stranger.http.get(f"/v1/samples/{sample['id']}{path}")
        assert answer.status_code == 404
    assert (await stranger.http.post("/v1/samples", json=SAMPLE)).status_code == 404
    empty = SAMPLE | {"from": "2020-01-01", "to": "2020-12-31"}
    answer = await survey.http.post("/v1/samples", json=empty)
    assert (answer.status_code, answer.json()["code"]) == (409, "frame_empty")


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 500), min_size=1),
    st.integers(1, 2000),
    st.sampled_from(Method),
)
@settings(max_examples=200, deadline=None)
def test_shares_add_up_and_leave_nobody_out(
    populations: dict[str, int], size: int, method: Method
) -> None:
    shares = allocate(populations, size, method)

    wanted = min(size, sum(populations.values()))
    assert sum(shares.values()) == wanted
    assert all(0 <= shares[stratum] <= populations[stratum] for stratum in populations)
    if wanted >= len(populations):
        assert min(shares.values()) >= 1
    assert shares == allocate(dict(reversed(populations.items())), size, method)


def test_a_weighted_share_and_its_margin_by_hand() -> None:
    # W = 0.8 and 0.2; p = 0.8·0.5 + 0.2·0.9; the two variances with their finite corrections.
    variance = 0.64 * 0.9 * 0.25 / 79 + 0.04 * 0.9 * 0.09 / 19
    found = estimate([Stratum(800, 80, 40), Stratum(200, 20, 18)])
    assert found is not None
    assert found == pytest.approx((0.58, 1.96 * sqrt(variance)))
    everybody = estimate([Stratum(10, 10, 5), Stratum(5, 5, 5)])
    assert everybody is not None
    assert everybody == pytest.approx((2 / 3, 0))
    assert estimate([Stratum(10, 1, 1)]) == Estimate(1, None)
    assert estimate([Stratum(10, 0, 0)]) is None
    assert estimate([]) is None
