"""Idempotency keys, preconditions, and the commit that comes before the answer."""

import asyncio

import httpx
import pytest

from services.intake.desk import Resources
from tests.conftest import FreshDatabase
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import a_catalogue, a_filing, tell

KEY = {"Idempotency-Key": "mot-lan"}
FAILING_COMMIT = """
    create function refuse_commit() returns trigger language plpgsql as $$
    begin raise exception 'the disk is full'; end $$;
    create constraint trigger refuse_commit after insert or update on dossier
        deferrable initially deferred for each row execute function refuse_commit();
"""


async def _filed(office: Office, **changed: object) -> httpx.Response:
    return await office.http.post("/v1/dossiers", json=a_filing(**changed), headers=KEY)


async def test_the_same_filing_sent_again_gets_the_same_answer(office: Office) -> None:
    first = await _filed(office)

    second = await _filed(office)

    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["etag"] == first.headers["etag"]
    assert second.headers["idempotent-replayed"] == "true"
    assert len(await office.told()) == 1


async def test_another_body_under_the_same_key_is_refused(office: Office) -> None:
    await _filed(office)

    answer = await _filed(office, note="khác")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_of_many_sent_at_once_under_one_key_one_is_filed(office: Office) -> None:
    answers = await asyncio.gather(*(_filed(office) for _ in range(20)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 201}
    assert len(codes) == 1
    assert len(await office.told()) == 1
    refused = [answer for answer in answers if answer.status_code == 409]
    assert all(answer.json()["code"] == "idempotency_key_in_flight" for answer in refused)


async def test_a_key_in_flight_is_refused_at_once(office: Office) -> None:
    async with office.connection() as other:
        await other.execute("select pg_advisory_lock(hashtextextended('can-bo-thu/mot-lan', 0))")

        answer = await _filed(office)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_flight")
    assert answer.headers["retry-after"] == "1"
    assert await office.told() == []


async def test_a_refused_filing_leaves_its_key_free(office: Office) -> None:
    refused = await _filed(office, agency="H99")

    assert refused.status_code == 422
    assert (await _filed(office)).status_code == 201


async def test_transitions_are_made_once_per_key_too(office: Office) -> None:
    dossier = await office.file()

    first = await office.ask(dossier, "acceptance", Idempotency_Key="nhan")
    second = await office.ask(dossier, "acceptance", Idempotency_Key="nhan")

    assert (second.status_code, second.content) == (200, first.content)
    assert len(await office.told(dossier)) == 2


async def test_a_decision_on_an_older_version_is_refused(office: Office) -> None:
    dossier = await office.file()
    await office.do(dossier, "acceptance")
    step = {"name": "a", "unit": "b", "officer": "c"}

    stale = await office.ask(dossier, "steps", step, If_Match='"1"')
    fresh = await office.ask(dossier, "steps", step, If_Match='"2"')
    any_version = await office.ask(dossier, "steps", step, If_Match="*")

    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert (fresh.status_code, fresh.headers["etag"]) == (200, '"3"')
    assert any_version.status_code == 200


async def test_a_deployment_may_demand_the_precondition(office: Office) -> None:
    dossier = await office.file()
    resources: Resources = office.app.state.intake
    resources.settings.if_match_required = True

    without = await office.ask(dossier, "acceptance")
    given = await office.ask(dossier, "acceptance", If_Match='"1"')

    assert (without.status_code, without.json()["code"]) == (428, "precondition_required")
    assert given.status_code == 200


@pytest.mark.parametrize("path", ["", "/acceptance"])
async def test_what_was_not_committed_was_never_answered_with_success(
    start_office: StartOffice, fresh_database: FreshDatabase, path: str
) -> None:
    url = await fresh_database("intake")
    await tell(url, a_catalogue())
    office = await start_office(database_url=url)
    dossier = await office.file()
    async with office.connection() as other:
        await other.execute(FAILING_COMMIT)
    there = f"/v1/dossiers/{dossier['code']}{path}" if path else "/v1/dossiers"
    body = {} if path else a_filing()
    transport = httpx.ASGITransport(office.app, raise_app_exceptions=False)

    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        http.headers.update(office.http.headers)
        answer = await http.post(there, json=body, headers=KEY)

    assert answer.status_code == 500
    assert len(await office.told()) == 1
    assert await office.rows("select 1 from idempotency") == []


async def test_of_officers_who_accept_at_once_one_does(office: Office) -> None:
    dossier = await office.file()

    answers = await asyncio.gather(*(office.ask(dossier, "acceptance") for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200, *([409] * 7)]
    assert [fact["sequence"] for fact in await office.told(dossier)] == [1, 2]


async def test_filing_goes_on_after_the_database_dropped_every_connection(office: Office) -> None:
    await asyncio.gather(*(office.file() for _ in range(20)))
    others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1"
    await office.rows(f"{others} and pid <> pg_backend_pid()", office.database_url.split("/")[-1])

    # Each connection of the pool may fail once; it must not be lent a second time.
    answers = [await office.http.post("/v1/dossiers", json=a_filing()) for _ in range(40)]

    assert {answer.status_code for answer in answers} <= {201, 503}
    assert [answer.status_code for answer in answers[-20:]] == [201] * 20
