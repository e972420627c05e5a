"""A process is drafted, published, followed by another and retired; dossiers find theirs."""

import asyncio

import asyncpg
import httpx
import pytest

from shared.events import NATIONAL, ProcessPublished, ProcessRetired
from tests.conftest import Client, ServiceClient, Token
from tests.procedures.factories import Json, facts_of, make_method, make_record
from tests.procedures.making_processes import CODE, days, make_process, make_step

PATH = "/v1/processes"


async def test_the_first_run_publishes_the_four_real_processes(catalogue: Client) -> None:
    page = (await catalogue.http.get(PATH, params={"state": "published"})).json()
    assert {item["procedure"]: item["total"] for item in page["items"]} == {
        "1.012644": "240 giờ làm việc (30 ngày làm việc)",
        "1.012994": "168 giờ làm việc (21 ngày làm việc)",
        "1.014464": "24 giờ làm việc (3 ngày làm việc)",
        "2.000908": "8 giờ làm việc (1 ngày làm việc)",
    }


async def test_a_draft_is_told_to_nobody_and_published_whole(
    catalogue: Client, token: Token
) -> None:
    await publish_procedure(catalogue)
    drafted = await catalogue.http.post(PATH, json=make_process(agency="H20.100"))
    assert drafted.status_code == 201, drafted.text
    path = drafted.headers["location"]
    identity = drafted.json()["id"]
    assert path == f"{PATH}/{identity}"
    assert await facts_of(catalogue.database_url, f"process/{identity}") == []
    citizen = {"Authorization": f"Bearer {token('citizen')}"}
    assert (await catalogue.http.get(path, headers=citizen)).status_code == 404

    published = await catalogue.http.post(f"{path}/publication")
    assert (published.status_code, published.json()["state"]) == (200, "published")
    (fact,) = await facts_of(catalogue.database_url, f"process/{identity}")
    told = fact.data
    assert isinstance(told, ProcessPublished)
    assert (fact.sequence, fact.agency, told.agency) == (1, "H20.100", "H20.100")
    assert (str(told.total.value), told.total.unit) == ("5", "working_day")
    assert [(step.order, step.id, step.may_act) for step in told.steps] == [
        (1, "nhan", ("counter",)),
        (2, "thu-ly", ("specialist",)),
        (3, "ky", ("leader",)),
        (4, "tra", ("counter",)),
    ]

    retired = await catalogue.http.post(f"{path}/retirement")
    assert retired.json()["state"] == "retired"
    facts = await facts_of(catalogue.database_url, f"process/{identity}")
    assert [(each.sequence, type(each.data)) for each in facts] == [
        (1, ProcessPublished),
        (2, ProcessRetired),
    ]
    whole = await catalogue.http.get(path, headers=citizen)
    assert whole.status_code == 200
    kept = {"If-None-Match": whole.headers["etag"]}
    assert (await catalogue.http.get(path, headers=citizen | kept)).status_code == 304


async def test_a_process_that_breaks_the_limit_is_refused(catalogue: Client) -> None:
    await publish_procedure(catalogue)
    steps = make_process()["steps"]
    steps[1]["limit"] = days("3.5")
    refused = await catalogue.http.post(PATH, json=make_process(steps=steps))
    assert (refused.status_code, refused.json()["code"]) == (422, "process_sum_differs")
    path = (await catalogue.http.post(PATH, json=make_process())).headers["location"]
    changed = await catalogue.http.put(path, json=make_process(steps=steps))
    assert (changed.status_code, changed.json()["code"]) == (422, "process_sum_differs")
    seen = {"If-Match": (await catalogue.http.get(path)).headers["etag"]}
    renamed = await catalogue.http.put(path, json=make_process(number="QT-02"), headers=seen)
    assert renamed.json()["number"] == "QT-02"
    stale = await catalogue.http.post(f"{path}/publication", headers=seen)
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    seen = {"If-Match": renamed.headers["etag"]}
    assert (await catalogue.http.post(f"{path}/publication", headers=seen)).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"version": 2}, "version_unknown"),
        ({"agency": "H20.999"}, "agency_unknown"),
        ({"agency": "H20.100", "level": "commune"}, "malformed"),
        ({"steps": make_process()["steps"][:1]}, "malformed"),
    ],
)
async def test_a_process_names_what_is_there(catalogue: Client, wrong: Json, code: str) -> None:
    await publish_procedure(catalogue)
    answer = await catalogue.http.post(PATH, json=make_process(**wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_what_is_published_stays_and_only_drafts_go(catalogue: Client) -> None:
    await publish_procedure(catalogue)
    path = await publish(catalogue)
    for answer in (
        await catalogue.http.put(path, json=make_process(number="QT-02")),
        await catalogue.http.delete(path),
        await catalogue.http.post(f"{path}/publication"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "already_published")
    draft = (await catalogue.http.post(PATH, json=make_process())).headers["location"]
    unpublished = await catalogue.http.post(f"{draft}/retirement")
    assert (unpublished.status_code, unpublished.json()["code"]) == (409, "not_published")
    assert (await catalogue.http.delete(draft)).status_code == 200
    assert (await catalogue.http.get(draft)).status_code == 404


async def test_the_database_itself_keeps_a_published_process(seeded: str) -> None:
    connection = await asyncpg.connect(seeded)
    try:
        for statement in (
            "update process set document = '{}' where procedure = '2.000908'",
            "update process set number = 'khac', retired_at = now() where procedure = '2.000908'",
            "delete from process where procedure = '2.000908'",
        ):
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(statement)
        await connection.execute("update process set retired_at = now()")
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute("update process set retired_at = null")
    finally:
        await connection.close()


async def test_a_process_waits_for_its_version_to_be_published(catalogue: Client) -> None:
    await catalogue.http.post("/v1/procedures", json=make_record())
    path = (await catalogue.http.post(PATH, json=make_process())).headers["location"]
    early = await catalogue.http.post(f"{path}/publication")
    assert (early.status_code, early.json()["code"]) == (409, "version_not_published")


async def test_of_one_binding_the_last_published_is_in_use(catalogue: Client) -> None:
    await publish_procedure(catalogue)
    drafts = [
        (await catalogue.http.post(PATH, json=make_process(number=f"QT-{n}"))).headers["location"]
        for n in range(6)
    ]
    answers = await asyncio.gather(*(catalogue.http.post(f"{path}/publication") for path in drafts))
    assert {answer.status_code for answer in answers} == {200}
    states = [(await catalogue.http.get(path)).json()["state"] for path in drafts]
    assert sorted(states) == ["published"] + ["retired"] * 5
    # A level's process is another binding: both are in use.
    await publish(catalogue, level="commune")
    params = {"procedure": CODE, "state": "published"}
    assert len((await catalogue.http.get(PATH, params=params)).json()["items"]) == 2


async def test_the_process_nearest_to_the_agency_applies(catalogue: Client) -> None:
    await publish_procedure(catalogue)
    for bound in (
        {"number": "moi-noi"},
        {"number": "cap-xa", "level": "commune"},
        {"number": "tinh", "agency": "H20"},
        {"number": "xa", "agency": "H20.100"},
    ):
        await publish(catalogue, **bound)
    assert await applying(catalogue) == "moi-noi"
    assert await applying(catalogue, agency="H20.100") == "xa"
    assert await applying(catalogue, agency="H20.101") == "tinh"
    assert await applying(catalogue, agency="H20.01.01") == "tinh"
    await retire(catalogue, "tinh")
    assert await applying(catalogue, agency="H20.101") == "cap-xa"
    assert await applying(catalogue, agency="H20.01.01") == "moi-noi"
    await retire(catalogue, "moi-noi")
    path = f"/v1/procedures/{CODE}/process"
    nobody = await catalogue.http.get(path, params={"agency": "H20.01.01"})
    assert nobody.status_code == 404
    assert (await catalogue.http.get(path, params={"on": "2025-12-31"})).status_code == 404


async def test_the_process_of_the_way_and_case_goes_first(catalogue: Client) -> None:
    methods = [make_method("tai-quay"), make_method("truc-tuyen", method="online")]
    await publish_procedure(catalogue, methods=methods)
    case = f"{CODE}-c01"
    await publish(catalogue, number="chung")
    await publish(catalogue, number="truc-tuyen", method="online")
    await publish(catalogue, number="ca", case=case)
    assert await applying(catalogue) == "chung"
    assert await applying(catalogue, method="online") == "truc-tuyen"
    assert await applying(catalogue, method="direct") == "chung"
    assert await applying(catalogue, method="online", case=case) == "ca"


async def test_a_process_is_carried_over_only_where_the_limit_stays(catalogue: Client) -> None:
    await publish_procedure(catalogue)
    path = await publish(catalogue, number="QT-01")
    await catalogue.http.post("/v1/procedures", json=make_record(decision="02/QĐ-THU"))
    shorter = make_record(methods=[make_method("m", limit=days("3"))])
    await catalogue.http.post("/v1/procedures", json=shorter)
    carried = await catalogue.http.post(f"{path}/copies", json={"version": 2, "number": "QT-02"})
    assert carried.status_code == 201, carried.text
    copy = carried.json()
    assert (copy["state"], copy["version"], copy["number"]) == ("draft", 2, "QT-02")
    assert copy["record"]["steps"] == (await catalogue.http.get(path)).json()["record"]["steps"]
    refused = await catalogue.http.post(f"{path}/copies", json={"version": 3})
    assert (refused.status_code, refused.json()["code"]) == (422, "process_sum_differs")


async def test_officers_write_processes_of_their_agencies_only(
    catalogue: Client, service_client: ServiceClient, token: Token
) -> None:
    await publish_procedure(catalogue)
    path = await publish(catalogue, agency="H20.101")

    async def officer(*agencies: str) -> Client:
        bearer = token("catalogue", agencies=agencies)
        url = catalogue.database_url
        return await service_client("procedures", database_url=url, bearer=bearer)

    commune = await officer("H20.100")
    own = await commune.http.post(PATH, json=make_process(agency="H20.100"))
    assert own.status_code == 201
    for answer in (
        await commune.http.post(PATH, json=make_process(agency="H20.101")),
        await commune.http.put(own.headers["location"], json=make_process(agency="H20.101")),
        await commune.http.put(path, json=make_process(agency="H20.100")),
        await commune.http.post(f"{path}/retirement"),
        await commune.http.post(f"{path}/copies", json={"version": 1}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "agency_out_of_scope")
    for bound in ({"level": "commune"}, {}):
        refused = await commune.http.post(PATH, json=make_process(**bound))
        assert (refused.status_code, refused.json()["code"]) == (403, "province_scope_needed")
    province = await officer("H20")
    assert (await province.http.post(PATH, json=make_process())).status_code == 201
    assert (await province.http.post(f"{path}/retirement")).status_code == 200


@pytest.mark.parametrize("path", [PATH, "/v1/linked-groups"])
async def test_only_catalogue_officers_write(catalogue: Client, token: Token, path: str) -> None:
    one = f"{path}/0195552e-7000-7000-8000-000000000000"
    writes = [("POST", path), ("PUT", one), ("DELETE", one)]
    writes += [("POST", f"{one}/{verb}") for verb in ("publication", "retirement")]
    for method, target in writes:
        for role in ("citizen", "counter", "leader", "operator"):
            bearer = {"Authorization": f"Bearer {token(role)}"}
            answer = await catalogue.http.request(method, target, json={}, headers=bearer)
            assert (answer.status_code, answer.json()["code"]) == (403, "role_missing"), target
    assert (await catalogue.http.delete(one)).status_code == 404


async def test_pages_of_processes_join(catalogue: Client) -> None:
    await publish_procedure(catalogue)
    for n in range(3):
        await catalogue.http.post(PATH, json=make_process(number=f"QT-{n}"))
    found: list[str] = []
    params: dict[str, str | int] = {"limit": 2}
    for _ in range(10):
        page = (await catalogue.http.get(PATH, params=params)).json()
        found.extend(item["number"] for item in page["items"])
        if page["next"] is None:
            break
        params["after"] = page["next"]
    assert sorted(found) == sorted(
        ["QTTP-20", "3857/QĐ-UBND", "QT.XNKBCXB.01", "QT-0", "QT-1", "QT-2", "663/QĐ-TTPVHCC"]
    )
    drafts = (await catalogue.http.get(PATH, params={"state": "draft"})).json()["items"]
    assert [item["number"] for item in drafts] == ["QT-0", "QT-1", "QT-2"]


async def test_more_than_the_stream_takes_is_refused(catalogue: Client) -> None:
    await publish_procedure(catalogue)
    middle = [
        make_step(f"b{n}", limit={"value": "0.5", "unit": "hour"}, name="Việc phải làm " * 60)
        for n in range(80)
    ]
    ends = make_process()["steps"]
    for end in (ends[0], ends[-1]):
        end["limit"] = None
    written = make_process(steps=[ends[0], *middle, ends[-1]])
    path = (await catalogue.http.post(PATH, json=written)).headers["location"]
    refused = await catalogue.http.post(f"{path}/publication")
    assert (refused.status_code, refused.json()["code"]) == (422, "publication_too_large")


async def test_a_process_of_no_agency_is_told_to_the_nation(catalogue: Client) -> None:
    await publish_procedure(catalogue)
    identity = (await publish(catalogue, level="commune")).rpartition("/")[2]
    (fact,) = await facts_of(catalogue.database_url, f"process/{identity}")
    assert fact.agency == NATIONAL


async def publish_procedure(catalogue: Client, **changed: object) -> None:
    drafted = await catalogue.http.post("/v1/procedures", json=make_record(**changed))
    assert drafted.status_code == 201, drafted.text
    answer = await catalogue.http.post(f"/v1/procedures/{CODE}/versions/1/publication")
    assert answer.status_code == 200, answer.text


async def publish(catalogue: Client, **changed: object) -> str:
    drafted = await catalogue.http.post(PATH, json=make_process(**changed))
    assert drafted.status_code == 201, drafted.text
    path: str = drafted.headers["location"]
    answer: httpx.Response = await catalogue.http.post(f"{path}/publication")
    assert answer.status_code == 200, answer.text
    return path


async def retire(catalogue: Client, number: str) -> None:
    page = (await catalogue.http.get(PATH, params={"procedure": CODE})).json()
    (path,) = [f"{PATH}/{item['id']}" for item in page["items"] if item["number"] == number]
    assert (await catalogue.http.post(f"{path}/retirement")).status_code == 200


async def applying(catalogue: Client, **params: str) -> str:
    answer = await catalogue.http.get(f"/v1/procedures/{CODE}/process", params=params)
    assert answer.status_code == 200, answer.text
    number: str = answer.json()["number"]
    return number
