"""The HTTP doors of Decision 766: scores, figures from outside, dossiers behind."""

from typing import Any

import asyncpg

from shared.events import Channel
from tests.conftest import ServiceClient
from tests.sla.factories import at, life, make_accepted, make_calendar, published, wrap
from tests.sla.facts import resolved
from tests.sla.index_doors import (
    COMMUNE,
    OF_COMMUNE,
    criteria,
    enter,
    fill,
    scores_of,
)
from tests.sla.index_lives import NOW, make_life
from tests.sla.stream import deliver


async def test_scores_tell_figure_formula_source_and_points_of_every_component(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    online = {"channel": Channel.ONLINE_FULL}
    await fill(
        client,
        make_life(**online, digital_result=True, digital_papers=1),
        make_life(net_minutes=4801),
        make_life(supplements=2),
        make_life(**online, fees_demanded=1, paid_online=True),
    )

    scores = await scores_of(client)

    told = criteria(scores)
    progress = told["PROGRESS"]
    assert (progress["source"], progress["points"]) == ("computed", "10.00")
    assert progress["figure"] == {"numerator": 2, "denominator": 4, "percent": "50.00"}
    assert "bổ sung lần hai" in progress["formula"]
    points = {code: one["points"] for code, one in told.items()}
    assert points["ONLINE_DOSSIERS"] == "3.00"
    assert points["ORIGINAL_RESULT_AVAILABLE"] == "1.50"
    assert points["SO_HOA_GIAY_TO_GIAI_QUYET"] == "1.00"
    assert points["ONLINE_PAYMENT_DOSSIERS"] == "6.00"
    assert points["PETITION_PROCESSING_ON_TIME"] == "6.00"
    # What nobody entered has no points; it is not nought.
    assert (points["PUBLISH_ON_TIME"], told["PUBLISH_ON_TIME"]["source"]) == (None, "missing")
    assert scores["maximum"] == "100"
    assert [group["maximum"] for group in scores["groups"]] == ["18", "20", "12", "10", "18", "22"]
    assert scores["groups"][0]["points"] is None
    assert scores["groups"][0]["measured_maximum"] == "0"
    measured = sum(float(one["maximum"]) for one in told.values() if one["points"] is not None)
    assert float(scores["measured_maximum"]) == measured
    assert (scores["points_before"], scores["before"]["first"]) == ("12.00", "2025-10-01")


async def test_a_figure_from_outside_counts_before_ours_and_multiplies_where_the_text_says(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    await fill(client, make_life(channel=Channel.ONLINE_FULL, digital_result=True), make_life())
    assert criteria(await scores_of(client))["ONLINE_DOSSIERS"]["points"] == "6.00"

    assert (await enter(client)).status_code == 200
    told = criteria(await scores_of(client))

    assert (told["DOSSIER_SYNC"]["source"], told["DOSSIER_SYNC"]["points"]) == ("entered", "3.00")
    assert told["DOSSIER_SYNC"]["evidence"] == "Báo cáo 12/BC-UBND"
    # Half of the dossiers are online, half of all are synchronised: 6 × 0.25 ÷ 0.5.
    assert told["ONLINE_DOSSIERS"]["points"] == "3.00"
    await enter(client, component="PROGRESS", numerator=1, denominator=4)
    assert criteria(await scores_of(client))["PROGRESS"]["points"] == "5.00"
    other_quarter = f"from=2025-10-01&to=2025-12-31&agency={COMMUNE}"
    assert criteria(await scores_of(client, other_quarter))["DOSSIER_SYNC"]["points"] is None


async def test_the_last_figure_entered_counts_and_earlier_ones_are_kept(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    await fill(client)
    for numerator in (50, 50, 60, 60, 50):
        assert (await enter(client, numerator=numerator)).json()["figure"]["numerator"] == numerator

    connection = await asyncpg.connect(client.database_url)
    kept = await connection.fetch("select numerator::int from entered_figure order by number")
    await connection.close()

    assert [row[0] for row in kept] == [50, 60, 50]
    listed = (await client.http.get(f"/v1/indices/766/entries?{OF_COMMUNE}")).json()["items"]
    assert [(one["component"], one["figure"]["percent"]) for one in listed] == [
        ("DOSSIER_SYNC", "50.00")
    ]


async def test_entries_that_cannot_stand_are_refused_by_name(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    await fill(client)
    backwards = {"first": "2026-03-31", "last": "2026-01-01"}

    for changed, refusal in (
        ({"component": "NO_SUCH"}, (404, "criterion_not_found")),
        ({"scheme": "NO-SUCH"}, (404, "scheme_not_found")),
        ({"agency": "H20.99"}, (404, "agency_not_found")),
        ({"evidence": "  "}, (422, "evidence_missing")),
        ({"numerator": 101}, (422, "malformed")),
        ({"denominator": -1}, (422, "malformed")),
        ({"period": backwards}, (422, "malformed")),
    ):
        answer = await enter(client, **changed)
        assert (answer.status_code, answer.json()["code"]) == refusal


async def test_dossiers_behind_a_component_sum_to_its_figure(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    connection = await asyncpg.connect(client.database_url)
    accepted = make_accepted(at("2026-03-02 08:00"))
    ends = [*["2026-03-10 08:00"] * 4, "2026-03-16 08:01"]
    envelopes = [life([accepted, resolved(end)]) for end in ends]
    await deliver(connection, [published(make_calendar())])
    for number, told in enumerate(envelopes):
        first = told[0].data.model_copy(update={"code": f"H20.40.01-260302-{number:09}"})
        told[0] = wrap(first, told[0].aggregate_id)
        await deliver(connection, told)
    await connection.close()
    late = {"net_minutes": 4801, "allowed_minutes": 4800}
    lives = [
        make_life(
            dossier=told[0].aggregate_id,
            channel=Channel.ONLINE_FULL if number else Channel.COUNTER,
            digital_result=True,
            recalls=number % 2,
            **(late if number == 4 else {}),
        )
        for number, told in enumerate(envelopes)
    ]
    await fill(client, *lives)

    async def walk(component: str, query: str) -> list[dict[str, Any]]:
        url = f"/v1/indices/766/criteria/{component}/dossiers?{OF_COMMUNE}&limit=2{query}"
        items, after = [], ""
        for _ in range(5):
            answer = (await client.http.get(url + after)).json()
            items += answer["items"]
            if answer["next"] is None:
                break
            after = f"&after={answer['next']}"
        return items

    for component in ("ONLINE_DOSSIERS", "PROGRESS"):
        figure = criteria(await scores_of(client))[component]["figure"]
        everyone = await walk(component, "")
        assert len(everyone) == figure["denominator"] == 5
        assert [one["dossier"] for one in everyone] == sorted(one["dossier"] for one in everyone)
        for counts in (True, False):
            part = await walk(component, f"&counts={counts}")
            assert part == [one for one in everyone if one["counts"] is counts]
        assert sum(one["counts"] for one in everyone) == figure["numerator"]
    refused = await client.http.get(f"/v1/indices/766/criteria/DOSSIER_SYNC/dossiers?{OF_COMMUNE}")
    assert (refused.status_code, refused.json()["code"]) == (404, "criterion_has_no_dossiers")
