"""Records go out singly and all together, in any shape."""

import orjson
import pytest

from services.procedures import exports, formats
from services.procedures.formats import Shape
from tests.conftest import Client, ServiceClient
from tests.procedures.factories import Json, make_record
from tests.procedures.national import WHOLE
from tests.procedures.test_formats import TODAY
from tests.procedures.test_seed_facts import records

PATH = "/v1/procedures"


async def test_a_record_goes_out_exactly_as_it_came_in(catalogue: Client) -> None:
    raw = WHOLE | {"ID": 371294, "GHICHU": {"riêng": [None, 1.0]}, "MOTA": "  Hai  khoảng trắng "}
    own = formats.read(raw, valid_from=TODAY).model_dump(mode="json", exclude_defaults=True)
    drafted = await catalogue.http.post(PATH, json=own)
    assert drafted.status_code == 201, drafted.text
    path = f"{PATH}/1.999001/versions/1"
    reason = {"incomplete_reason": "Cơ sở dữ liệu quốc gia không có số bộ hồ sơ"}
    assert (await catalogue.http.post(f"{path}/publication", json=reason)).status_code == 200
    sent = await export(catalogue, "1.999001", shape="national")
    assert orjson.dumps(sent, option=orjson.OPT_SORT_KEYS) == orjson.dumps(
        raw, option=orjson.OPT_SORT_KEYS
    )
    assert "GHICHU" not in await export(catalogue, "1.999001", shape="portal")


@pytest.mark.parametrize("shape", ["national", "portal", "own"])
async def test_everybody_exports_all_that_is_in_force(
    service_client: ServiceClient, seeded: str, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.setattr(exports, "BATCH", 50)
    public = await service_client("procedures", database_url=seeded, bearer="")
    answer = await public.http.get(f"{PATH}/export", params={"shape": shape, "on": "2026-03-02"})
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [orjson.loads(line) for line in answer.content.splitlines()]
    read = [formats.read(line, valid_from=TODAY) for line in lines]
    assert [record.code for record in read] == sorted(records())
    for line in lines:
        # The seed brings forms from a file of their own.
        line.pop("form_schema", None)
    assert lines == [formats.write(records()[code], Shape(shape)) for code in sorted(records())]
    nothing = await public.http.get(f"{PATH}/export", params={"on": "2018-12-31"})
    assert (nothing.status_code, nothing.content) == (200, b"")


async def test_an_export_is_of_the_version_that_is_named(catalogue: Client) -> None:
    await catalogue.http.post(PATH, json=make_record())
    assert (await catalogue.http.get(f"{PATH}/1.999001/export")).status_code == 404
    own = await export(catalogue, "1.999001", version=1)
    assert own["name"] == make_record()["name"]
    anonymous = {"Authorization": ""}
    hidden = await catalogue.http.get(
        f"{PATH}/1.999001/export", params={"version": 1}, headers=anonymous
    )
    assert hidden.status_code in {401, 404}
    unknown = await catalogue.http.get(f"{PATH}/1.001193/export", params={"shape": "xml"})
    assert unknown.status_code == 422
    first = await catalogue.http.get(f"{PATH}/1.001193/export")
    kept = {"If-None-Match": first.headers["etag"]}
    again = await catalogue.http.get(f"{PATH}/1.001193/export", headers=kept)
    assert (first.status_code, again.status_code) == (200, 304)


async def export(catalogue: Client, code: str, **params: str | int) -> Json:
    answer = await catalogue.http.get(f"{PATH}/{code}/export", params=params)
    assert answer.status_code == 200, answer.text
    exported: Json = answer.json()
    return exported
