"""Drafts: their author's alone, without code or clock, handed in once."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.intake.drafts.forgetting import forget_drafts
from shared.clock import present
from shared.database import Database
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import IDENTITY, a_filing


async def _begin(office: Office, content: dict[str, Any]) -> dict[str, Any]:
    answer = await office.http.post("/v1/drafts", json={"content": content})
    assert answer.status_code == 201, answer.text
    draft: dict[str, Any] = answer.json()
    return draft


async def _hand_in(office: Office, draft: dict[str, Any]) -> httpx.Response:
    return await office.http.post(f"/v1/drafts/{draft['id']}/filing")


def _refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_draft_is_written_bit_by_bit_and_only_then_checked(office: Office) -> None:
    draft = await _begin(office, {"procedure": "1.000001"})
    half = await _hand_in(office, draft)
    path = f"/v1/drafts/{draft['id']}"

    written = await office.http.put(path, json={"content": a_filing()}, headers={"If-Match": '"1"'})
    stale = await office.http.put(path, json={"content": {}}, headers={"If-Match": '"1"'})
    filed = await _hand_in(office, draft)

    assert _refusal(half) == (422, "malformed")
    pointers = {error["pointer"] for error in half.json()["errors"]}
    assert "/body/content/applicant" in pointers
    assert (written.status_code, written.json()["content"]) == (200, a_filing())
    assert _refusal(stale) == (412, "precondition_failed")
    assert (filed.status_code, filed.json()["status"]["code"]) == (201, 1)
    assert (await office.get(path)).status_code == 404


@pytest.mark.parametrize("strange", ["18446744073709551616", '"\\ud800"'])
async def test_a_draft_refuses_what_cannot_be_kept(office: Office, strange: str) -> None:
    body = f'{{"content": {{"note": {strange}}}}}'
    answer = await office.http.post(
        "/v1/drafts", content=body, headers={"Content-Type": "application/json"}
    )

    assert _refusal(answer) == (422, "malformed")


async def test_a_draft_has_no_code_and_tells_nothing(office: Office) -> None:
    await _begin(office, a_filing())

    assert await office.told() == []
    assert await office.rows("select * from code_sequence") == []
    (row,) = await office.rows("select * from draft")
    assert IDENTITY not in str(dict(row))
    assert "Nguyễn" not in str(dict(row))


async def test_handed_in_by_many_at_once_it_is_filed_once(office: Office) -> None:
    draft = await _begin(office, a_filing())

    answers = await asyncio.gather(*(_hand_in(office, draft) for _ in range(6)))
    again = await _hand_in(office, draft)

    assert {answer.status_code for answer in answers} <= {201, 409}
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 201}
    assert codes == {again.json()["code"]}
    assert len(await office.rows("select * from dossier")) == 1


async def test_nobody_else_knows_of_a_draft(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    draft = await _begin(office, a_filing())
    other = await start_office(bearer=token("counter", subject="can-bo-khac"))

    assert (await other.get("/v1/drafts")).json()["items"] == []
    assert _refusal(await other.get(f"/v1/drafts/{draft['id']}")) == (404, "draft_unknown")
    assert (await _hand_in(other, draft)).status_code == 404
    assert (await other.http.delete(f"/v1/drafts/{draft['id']}")).status_code == 404


async def test_a_citizens_draft_becomes_their_own_dossier(
    start_office: StartOffice, token: Token
) -> None:
    citizen = await start_office(bearer=token("citizen", agencies=[], subject=IDENTITY))
    own = await _begin(citizen, a_filing(channel="online_full"))
    person = {"name": "Trần Thị Bé", "identity_number": "087200009999"}
    foreign = await _begin(citizen, a_filing(channel="online_full", applicant=person))

    assert (await _hand_in(citizen, own)).status_code == 201
    assert _refusal(await _hand_in(citizen, foreign)) == (403, "not_your_dossier")


async def test_drafts_are_walked_last_written_first_and_thrown_away(office: Office) -> None:
    first = await _begin(office, {"procedure": "1.000001"})
    office.clock("2026-03-02 09:00")
    second = await _begin(office, {})

    page = (await office.get("/v1/drafts", limit=1)).json()
    rest = (await office.get("/v1/drafts", limit=1, after=page["next"])).json()
    gone = await office.http.delete(f"/v1/drafts/{second['id']}")

    assert [item["id"] for item in page["items"] + rest["items"]] == [second["id"], first["id"]]
    assert rest["items"][0]["procedure"] == "1.000001"
    assert gone.status_code == 200
    assert len((await office.get("/v1/drafts")).json()["items"]) == 1


async def test_a_draft_too_large_is_refused(office: Office) -> None:
    answer = await office.http.post("/v1/drafts", json={"content": {"note": "x" * 70_000}})

    assert _refusal(answer) == (422, "malformed")


async def test_what_nobody_touches_expires_and_is_forgotten(office: Office) -> None:
    office.clock(present() - timedelta(days=31))
    old = await _begin(office, {})
    office.clock(present())
    new = await _begin(office, {})

    unseen = await office.get(f"/v1/drafts/{old['id']}")
    database = Database(office.database_url)
    await forget_drafts(database)
    await database.close()

    assert unseen.status_code == 404
    assert [str(row["id"]) for row in await office.rows("select id from draft")] == [new["id"]]
