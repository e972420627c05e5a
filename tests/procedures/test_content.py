"""Which mandatory parts a record lacks, and that nobody publishes without them unknowingly."""

import httpx
import pytest

from services.procedures.content import MandatoryPart, missing_parts
from services.procedures.records import UNNAMED, ProcedureRecord
from tests.conftest import Client
from tests.procedures.factories import Json, make_component, make_method, make_record
from tests.procedures.test_seed_facts import records

PATH = "/v1/procedures/1.999001"


def missing(**changed: object) -> list[MandatoryPart]:
    return list(missing_parts(ProcedureRecord.model_validate(make_record(**changed))))


def note() -> list[Json]:
    paper = make_component("p", originals=0, is_note=True)
    return [{"id": "c", "kind": "general", "components": [paper]}]


def test_a_record_with_every_part_lacks_nothing() -> None:
    assert missing() == []


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"name": UNNAMED}, MandatoryPart.NAME),
        ({"steps": []}, MandatoryPart.STEPS),
        ({"steps": [{"steps": [UNNAMED]}]}, MandatoryPart.STEPS),
        ({"groups": note()}, MandatoryPart.COMPONENTS),
        ({"dossier_sets": None}, MandatoryPart.COMPONENTS),
        ({"methods": [make_method("a"), make_method("b", limit=None)]}, MandatoryPart.LIMIT),
        ({"subjects": []}, MandatoryPart.SUBJECTS),
        ({"competent_agency": None}, MandatoryPart.AGENCY),
    ],
)
def test_each_part_is_missed_by_itself(changed: Json, part: MandatoryPart) -> None:
    assert missing(**changed) == [part]


def test_without_a_way_of_filing_there_is_no_limit_either() -> None:
    assert missing(methods=[]) == [MandatoryPart.WAYS, MandatoryPart.LIMIT]


def test_a_result_on_the_same_day_is_a_limit_and_performing_agencies_are_agencies() -> None:
    assert missing(methods=[make_method("a", limit=None)], same_day=True) == []
    assert missing(competent_agency=None, performing_agencies=[{"name": "Sở Tư pháp"}]) == []


def test_the_seed_knows_neither_steps_nor_sets() -> None:
    for record in records().values():
        assert {MandatoryPart.STEPS, MandatoryPart.COMPONENTS} & set(missing_parts(record))


async def test_an_incomplete_record_is_published_only_with_a_reason(catalogue: Client) -> None:
    drafted = await catalogue.http.post("/v1/procedures", json=make_record(steps=[], subjects=[]))
    assert drafted.json()["missing_parts"] == ["steps", "subjects"]
    empty = await publish(catalogue, {"incomplete_reason": " "})
    assert (empty.status_code, empty.json()["code"]) == (422, "malformed")
    refused = await publish(catalogue, None)
    assert (refused.status_code, refused.json()["code"]) == (422, "record_incomplete")
    assert refused.json()["missing_parts"] == ["steps", "subjects"]
    assert "trình tự thực hiện; đối tượng thực hiện" in refused.json()["detail"]

    published = (await publish(catalogue, {"incomplete_reason": "Chờ bộ bổ sung"})).json()
    assert (published["state"], published["incomplete_reason"]) == ("published", "Chờ bộ bổ sung")
    assert published["missing_parts"] == ["steps", "subjects"]


async def test_a_complete_record_keeps_no_reason(catalogue: Client) -> None:
    await catalogue.http.post("/v1/procedures", json=make_record())
    published = await publish(catalogue, {"incomplete_reason": "Không cần"})
    assert published.status_code == 200
    assert published.json()["incomplete_reason"] is None
    assert published.json()["missing_parts"] == []


async def publish(catalogue: Client, body: Json | None) -> httpx.Response:
    return await catalogue.http.post(f"{PATH}/versions/1/publication", json=body)
