"""Nothing that is kept, shown or told leads from an answer to whose dossier it was."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.survey import settling
from shared import clock
from shared.events import SurveyAnswered
from shared.identity import Role
from tests.conftest import Client, ServiceClient, Token
from tests.survey.factories import RETURNED, SLIP, hand_out, hear_names, invite, outbox_facts, rows
from tests.survey.trails import Trail, contents, naming, trails

TEN = 10
ANSWERED = 6
DAY = timedelta(days=1)
CODES = [f"H20.40.01-260302-{number:04}" for number in range(1, TEN + 1)]
PARAMS = {
    "agency": "H20.40.01", "from": "2026-03-01", "to": "2026-03-31", "year": "2026",
    "quarter": "1", "dossier": CODES[0], "site": "tinh.vn", "as": "csv", "first": "2026-03-01",
    "last": "2026-03-31",
}  # fmt: skip


class Ten:
    """Ten dossiers of one commune and procedure, returned day by day, each with its link."""

    def __init__(self, survey: Client) -> None:
        self.survey = survey
        self.links: list[str] = []
        self.names: dict[str, list[str]] = {}

    async def invite(self) -> None:
        await hear_names(self.survey.database_url)
        for day, code in enumerate(CODES):
            at = RETURNED + day * DAY
            self.survey.app.dependency_overrides[clock.now] = lambda at=at: at
            dossier = await invite(self.survey.database_url, code=code, returned_at=at)
            self.links.append(await hand_out(self.survey.http, code))
            self.names[code] = [code, str(dossier)]
        for row in await rows(self.survey.database_url, "select * from invitation"):
            self.names[row["dossier_code"]] += [str(row["id"]), row["token_hash"].hex()]

    async def answer(self, number: int) -> None:
        at = RETURNED + (number + 1) * DAY
        self.survey.app.dependency_overrides[clock.now] = lambda: at
        overall = "satisfied" if number % 2 else "not_satisfied"
        filled = {"choices": SLIP | {"overall": overall}}
        trace = {"traceparent": f"00-{number:032x}-{number:016x}-01", "Authorization": ""}
        taken = await self.survey.http.post(self.links[number], json=filled, headers=trace)
        assert taken.status_code == 201, taken.text


@pytest.fixture
async def ten(service_client: ServiceClient) -> Ten:
    ten = Ten(await service_client("survey", at=RETURNED))
    await ten.invite()
    return ten


async def test_an_answer_leaves_the_rows_of_the_dossiers_as_they_were(ten: Ten) -> None:
    before = naming(await contents(ten.survey.database_url), ten.names)

    await ten.answer(3)

    # The hidden columns too: who was last written or locked would be the one that answered.
    assert naming(await contents(ten.survey.database_url), ten.names) == before
    assert len(before["invitation"]) == TEN


async def test_no_two_columns_meet_in_a_value_of_some_dossiers_only(ten: Ten) -> None:
    for number in range(ANSWERED):
        await ten.answer(number)

    tables = await contents(ten.survey.database_url)

    assert len(tables["answer"]) == ANSWERED
    assert trails(tables, ten.names) == []


async def test_a_day_put_back_would_be_found(ten: Ten) -> None:
    url = ten.survey.database_url
    await ten.answer(3)
    await rows(url, "alter table answer add column day date default '2026-03-14'")
    await rows(url, "alter table invitation add column used_on date")
    used = "update invitation set used_on = '2026-03-14' where dossier_code = $1"
    await rows(url, used, CODES[3])

    found = trails(await contents(url), ten.names)

    assert Trail("invitation.used_on", "answer.day") in found


async def test_where_and_by_whom_a_settled_answer_was_written_tells_no_time(ten: Ten) -> None:
    url, database = ten.survey.database_url, ten.survey.app.state.database
    for number in range(settling.TOGETHER_MIN - 1):
        await ten.answer(number)
    await settling.settle(database)
    assert not await rows(url, "select 1 from answer where settled")

    for number in range(settling.TOGETHER_MIN - 1, ANSWERED):
        await ten.answer(number)
    given = await rows(url, "select id, agency, choices, standing from answer order by id")
    await settling.settle(database)

    placed = await rows(url, "select id, xmin::text as writer, settled from answer order by ctid")
    assert [row["id"] for row in placed] == [row["id"] for row in given]
    assert len({row["writer"] for row in placed}) == 1
    assert all(row["settled"] for row in placed)
    kept = await rows(url, "select id, agency, choices, standing from answer order by id")
    assert kept == given


async def test_what_is_told_of_an_answer_names_a_day_and_no_request(ten: Ten) -> None:
    await ten.answer(3)

    [told] = await outbox_facts(ten.survey.database_url, SurveyAnswered)

    assert told["time"] == told["data"]["answered_at"] == "2026-03-14T00:00:00+07:00"
    assert UUID(told["id"]).version == UUID(told["subject"]).version == 4
    assert {"traceparent", "requestid"}.isdisjoint(told)


async def test_officers_see_the_same_of_a_dossier_before_and_after_its_answer(
    ten: Ten, token: Token
) -> None:
    before = await seen(ten, token)

    await ten.answer(0)

    after = await seen(ten, token)
    named = [asked for asked, text in after.items() if any(code in text for code in CODES)]
    assert len(named) >= len({"counter", "portal", "leader", "admin"})
    assert {asked: after[asked] for asked in named} == {asked: before[asked] for asked in named}
    assert "answered" not in str([after[asked] for asked in named])


async def seen(ten: Ten, token: Token) -> dict[str, str]:
    """What every role sees wherever it may look without knowing an id; and by the link itself."""
    ten.survey.app.dependency_overrides[clock.now] = lambda: RETURNED + TEN * DAY
    document = (await ten.survey.http.get("/openapi.json")).json()
    paths = [path for path, methods in document["paths"].items() if "get" in methods]
    told = {"link": (await ten.survey.http.get(ten.links[0])).text}
    for role in Role:
        headers = {"Authorization": f"Bearer {token(role, agencies=['H20'])}"}
        for path in (path for path in paths if "{" not in path and not path.startswith("/health")):
            answer = await ten.survey.http.get(path, params=PARAMS, headers=headers)
            told[f"{role} {path}"] = f"{answer.status_code} {answer.text}"
    return told


async def test_a_link_is_handed_out_once_and_never_shown_again(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await service_client("survey", at=RETURNED)
    dossier = await invite(survey.database_url)
    link = await hand_out(survey.http, dossier)
    [invitation] = await rows(survey.database_url, "select * from invitation")
    path = f"/v1/surveys/invitations/{invitation['id']}/handing"

    async def again(*, later: timedelta = timedelta(0), **headers: Any) -> Any:
        survey.app.dependency_overrides[clock.now] = lambda: RETURNED + later
        return await survey.http.post(path, headers=headers)

    assert (await again(later=timedelta(minutes=14))).json()["link"] == link
    for refused in (
        await again(later=timedelta(minutes=15)),
        await again(Authorization=f"Bearer {token('leader', subject='other')}"),
    ):
        assert refused.status_code == 409
        assert refused.json()["code"] == "already_handed_out"
        assert link not in refused.text
    listed = await survey.http.get("/v1/surveys/invitations", params={"dossier": str(dossier)})
    assert link.rpartition("/")[2] not in listed.text
    assert not await rows(survey.database_url, "select 1 from idempotency")


async def test_a_link_is_handed_out_to_officers_of_the_dossier_only(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await service_client("survey", at=RETURNED)
    await invite(survey.database_url)
    [invitation] = await rows(survey.database_url, "select id from invitation")
    path = f"/v1/surveys/invitations/{invitation['id']}/handing"

    async def status(*roles: str, agencies: list[str]) -> int:
        headers = {"Authorization": f"Bearer {token(*roles, agencies=agencies)}"}
        return (await survey.http.post(path, headers=headers)).status_code

    assert await status("counter", agencies=["H20.40.02"]) == 404
    assert await status("specialist", agencies=["H20.40.01"]) == 403
    assert (await survey.http.post(path, headers={"Authorization": ""})).status_code == 401
    assert await status("counter", agencies=["H20.40.01"]) == 201
