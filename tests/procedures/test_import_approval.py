"""Nothing of a catalogue file is published but what an officer approved, each record by itself."""

import asyncpg
import pytest

from services.procedures.imports.publishing import publish_approved
from services.procedures.imports.reading import read_waiting
from shared.database import Database
from tests.conftest import Client, Token
from tests.procedures.factories import facts_of, make_component, make_record
from tests.procedures.importing import PATH, decide, items_of, lines, read, record_of, send

EARLY_APPROVAL = (
    "insert into procedure_import_approval select id, 1, 1, null, '{}', 'x', now()"
    " from procedure_import"
)
REASON = {"incomplete_reason": "Nguồn không nêu trình tự."}


async def test_nothing_is_published_before_an_officer_approves(
    catalogue: Client, worker: Database, token: Token
) -> None:
    content = lines(
        record_of(1, field="Lĩnh vực lạ"), record_of(2), record_of(3, decision="Không rõ")
    )
    sent = await send(catalogue, content)
    identity = sent.json()["id"]
    early = await decide(catalogue, identity, "approval", {"all": True})
    assert (early.status_code, early.json()["code"]) == (409, "import_not_open")
    await read_waiting(worker)
    await publish_approved(worker)
    assert (await catalogue.http.get("/v1/procedures/1.999001")).status_code == 404

    officer = {"Authorization": f"Bearer {token('catalogue', subject='cb-duyet')}"}
    chosen = {"all": True, "except_anomalies": ["decision_missing"]} | REASON
    answer = await catalogue.http.post(f"{PATH}/{identity}/approval", json=chosen, headers=officer)
    assert (answer.status_code, answer.json()["state"], answer.json()["pending"]) == (
        202,
        "approving",
        2,
    )
    await publish_approved(worker)
    view = (await catalogue.http.get(f"{PATH}/{identity}")).json()
    assert (view["state"], view["outcomes"]) == ("approved", {"published": 2, "refused": 0})
    assert (view["uploaded_by"], view["approvals"][0]["approved_by"]) == ("can-bo-thu", "cb-duyet")
    in_force = (await catalogue.http.get("/v1/procedures/1.999001")).json()
    assert (in_force["version"], in_force["valid_from"]) == (1, "2026-03-02")
    assert len(await facts_of(catalogue.database_url, "procedure/1.999001")) == 1
    assert (await catalogue.http.get("/v1/procedures/1.999003")).status_code == 404

    one = await decide(catalogue, identity, "approval", {"items": [3]} | REASON)
    assert one.status_code == 202
    await publish_approved(worker)
    assert (await catalogue.http.get("/v1/procedures/1.999003")).status_code == 200
    none_left = await decide(catalogue, identity, "approval", {"all": True} | REASON)
    assert (none_left.status_code, none_left.json()["code"]) == (409, "nothing_to_approve")


async def test_a_refused_record_keeps_its_reason_and_the_others_go_in(
    catalogue: Client, worker: Database
) -> None:
    long = [make_component(f"p{n}", name="Giấy tờ " * 50) for n in range(200)]
    large = record_of(2, groups=[{"id": "c", "kind": "general", "components": long}])
    content = lines(record_of(1), large, record_of(3))
    view = await read(catalogue, worker, content)
    await catalogue.http.post("/v1/procedures", json=make_record(code="1.999003", name="Khác"))
    path = "/v1/procedures/1.999003/versions/1/publication"
    assert (await catalogue.http.post(path, json=REASON)).status_code == 200
    await decide(catalogue, view["id"], "approval", {"items": [1, 2, 3]} | REASON)
    await publish_approved(worker)
    found = await items_of(catalogue, view["id"])
    assert [(item["outcome"], item["version"], item["refusal_code"]) for item in found] == [
        ("published", 1, None),
        ("refused", None, "publication_too_large"),
        ("refused", None, "overtaken"),
    ]
    # Not even a draft stays of what was refused.
    assert (await catalogue.http.get("/v1/procedures/1.999002/versions")).status_code == 404
    versions = (await catalogue.http.get("/v1/procedures/1.999003/versions")).json()["items"]
    assert [version["version"] for version in versions] == [1]


async def test_a_following_version_ends_the_one_before_and_an_overlap_is_refused(
    catalogue: Client, worker: Database
) -> None:
    first = await read(catalogue, worker, lines(record_of(1)), valid_from="2026-03-01")
    await decide(catalogue, first["id"], "approval", {"all": True} | REASON)
    await publish_approved(worker)
    renamed = lines(record_of(1, name="Tên mới"))
    for day, outcome in (("2026-02-01", "validity_overlaps"), ("2026-04-01", None)):
        view = await read(catalogue, worker, renamed, valid_from=day)
        await decide(catalogue, view["id"], "approval", {"all": True} | REASON)
        await publish_approved(worker)
        (item,) = await items_of(catalogue, view["id"])
        assert item["refusal_code"] == outcome
    answer = await catalogue.http.get("/v1/procedures/1.999001", params={"on": "2026-03-31"})
    assert (answer.json()["version"], answer.json()["valid_to"]) == (1, "2026-03-31")


async def test_only_new_and_changed_records_can_be_approved_and_none_once_rejected(
    catalogue: Client, worker: Database
) -> None:
    view = await read(catalogue, worker, lines(record_of(1), record_of(1)) + b"x")
    refused = await decide(catalogue, view["id"], "approval", {"items": [1, 2, 3, 4]})
    assert (refused.status_code, refused.json()["code"]) == (422, "items_not_approvable")
    assert refused.json()["items"] == [2, 3, 4]
    both = await decide(catalogue, view["id"], "approval", {"all": True, "items": [1]})
    assert (both.status_code, both.json()["code"]) == (422, "malformed")
    ended = await decide(catalogue, view["id"], "rejection", {"reason": "Nhầm tệp."})
    assert (ended.json()["state"], ended.json()["rejected_by"]) == ("rejected", "can-bo-thu")
    late = await decide(catalogue, view["id"], "approval", {"all": True})
    assert (late.status_code, late.json()["code"]) == (409, "import_not_open")


@pytest.mark.parametrize(
    "statement",
    [
        "update procedure_import set state = 'approved'",
        EARLY_APPROVAL,
        "update procedure_import_item set outcome = 'published', version = 1",
        "update procedure_import_item set approval = 1",
    ],
)
async def test_the_database_itself_lets_nothing_in_unapproved(
    catalogue: Client, worker: Database, statement: str
) -> None:
    await read(catalogue, worker, lines(record_of(1)))
    async with worker.statements() as connection:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await connection.execute(statement)
