"""Schemes of plans: published, refused, scored and ranked, within roles and scopes."""

from typing import Any

import pytest

from services.sla.indices.schemes import SchemeDescription
from shared.events import Channel
from tests.conftest import ServiceClient, Token
from tests.sla.factories import at
from tests.sla.index_doors import (
    COMMUNE,
    OF_COMMUNE,
    OTHER,
    QUARTER,
    enter,
    fill,
    scores_of,
)
from tests.sla.index_lives import NOW, make_life


def scheme(**changed: Any) -> dict[str, Any]:
    return {
        "title": "Chỉ số cải cách hành chính cấp xã",
        "source": "Quyết định của Ủy ban nhân dân tỉnh",
        "groups": [{"code": "TTHC", "title": "Cải cách thủ tục hành chính"}],
        "criteria": [
            {
                "code": "TT-01",
                "group": "TTHC",
                "title": "Hồ sơ qua bưu chính công ích",
                "maximum": "4",
                "formula": "4 × tỷ lệ",
                "figure": "bcci_share",
            },
            {
                "code": "ISO-01",
                "group": "TTHC",
                "title": "Quy trình ISO",
                "maximum": "1.5",
                "formula": "Nhập theo biên bản",
            },
        ],
        "classes": [{"name": "Tốt", "points": "3"}, {"name": "Khá", "points": "0"}],
    } | changed


async def test_a_scheme_of_a_plan_scores_classes_and_ranks_agencies(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    post = {"channel": Channel.POSTAL}
    before = {"accepted_at": at("2025-12-01 08:00"), "agency": OTHER}
    await fill(
        client,
        *(make_life(**post), make_life()),
        *(make_life(agency=OTHER), make_life(agency=OTHER), make_life(**before, **post)),
    )
    first = await client.http.put("/v1/indices/PAR-XA", json=scheme())
    again = await client.http.put("/v1/indices/PAR-XA", json=scheme())
    assert [one.json()["version"] for one in (first, again)] == [1, 1]
    assert first.json()["maximum"] == "5.5"
    entered = {"scheme": "PAR-XA", "component": "ISO-01"}
    assert (await enter(client, **entered, numerator=3, denominator=4)).status_code == 200

    scores = await scores_of(client, scheme="PAR-XA")
    ranking = await client.http.get(
        f"/v1/indices/PAR-XA/ranking?{QUARTER}&agency=H20.40&level=commune"
    )

    # 4 × 1/2 and 1.5 × 3/4.
    assert (scores["points"], scores["class_name"]) == ("3.13", "Tốt")
    assert [
        (one["agency"], one["points"], one["rank"], one["class_name"], one["rank_before"])
        for one in ranking.json()["rows"]
    ] == [(COMMUNE, "3.13", 1, "Tốt", None), (OTHER, "0.00", 2, "Khá", 1)]
    newer = await client.http.put("/v1/indices/PAR-XA", json=scheme(title="Bộ mới"))
    assert newer.json()["version"] == 2
    listed = (await client.http.get("/v1/indices")).json()["items"]
    codes = [(one["code"], one["version"]) for one in listed]
    assert codes == [("766", 1), ("TT01-2018", 1), ("PAR-XA", 2)]
    old = (await client.http.get("/v1/indices/PAR-XA?version=1")).json()
    assert old["description"]["title"] == scheme()["title"]


def broken(**changed: Any) -> dict[str, Any]:
    first, second = scheme()["criteria"]
    return scheme(criteria=[first | changed, second])


@pytest.mark.parametrize(
    "body",
    [
        broken(figure="no_such_share"),
        broken(group="NONE"),
        broken(code="ISO-01"),
        broken(times="NONE"),
        broken(full_at="0"),
        scheme(decimals=False),
        scheme(classes=[{"name": "Khá", "points": "0"}, {"name": "Tốt", "points": "3"}]),
        scheme(classes=[{"name": "Tốt", "points": "3"}]),
    ],
)
def test_schemes_that_do_not_hold_together_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        SchemeDescription.model_validate(body)


async def test_schemes_and_scores_stay_within_roles_and_scopes(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    await fill(client)

    async def status(method: str, url: str, *roles: str, agencies: list[str], **more: Any) -> int:
        bearer = {"Authorization": f"Bearer {token(*roles, agencies=agencies)}"}
        answer = await client.http.request(method, f"/v1/indices{url}", headers=bearer, **more)
        return answer.status_code

    own, foreign = {"agencies": [COMMUNE]}, {"agencies": [OTHER]}
    scores = f"/766/scores?{OF_COMMUNE}"
    assert await status("GET", scores, "reporter", **own) == 200
    assert await status("GET", scores, "reporter", **foreign) == 404
    assert await status("GET", scores, "counter", **own) == 403
    assert await status("PUT", "/PAR", "leader", **own, json=scheme()) == 403
    assert await status("PUT", "/766", "leader", agencies=["*"], json=scheme()) == 409
    entry = {
        "component": "DOSSIER_SYNC",
        "agency": COMMUNE,
        "period": {"first": "2026-01-01", "last": "2026-03-31"},
        "numerator": 1,
        "denominator": 1,
        "evidence": "x",
    }
    assert await status("PUT", "/766/entries", "leader", **foreign, json=entry) == 404
    assert await status("PUT", "/766/entries", "reporter", **own, json=entry) == 403
