"""A returned dossier makes one invitation, which opens the slip to whoever holds its link."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg

from services.survey.consumers import note_overdue
from shared.events import DossierOverdue, Envelope, Event, Rank, SurveyInvited, seal
from shared.times import to_text
from tests.conftest import ServiceClient
from tests.survey.factories import (
    CODE,
    RETURNED,
    hand_out,
    hear,
    hear_names,
    invite,
    life,
    make_accepted,
    make_filed,
    make_imported,
    make_returned,
    outbox_facts,
    rows,
)

Token = Callable[..., str]


async def test_a_returned_dossier_makes_one_invitation_and_tells_of_it(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey", at=RETURNED)

    dossier = await invite(survey.database_url)

    listed = (await survey.http.get("/v1/surveys/invitations", params={"dossier": CODE})).json()
    [invitation] = listed["items"]
    assert invitation["dossier"] == str(dossier)
    assert invitation["invited_at"] == to_text(RETURNED)
    assert invitation["expires_at"] == to_text(RETURNED + timedelta(days=30))
    [told] = await outbox_facts(survey.database_url, SurveyInvited)
    assert told["subject"] == invitation["id"]
    assert told["sequence"] == 1
    assert told["agency"] == "H20.40.01"
    assert told["data"]["dossier"] == str(dossier)


async def test_hearing_a_life_twice_invites_once(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    envelopes = life(make_filed(), make_accepted(), make_returned())

    for _ in range(2):
        await hear(survey.database_url, envelopes)

    assert len(await rows(survey.database_url, "select 1 from invitation")) == 1
    assert len(await outbox_facts(survey.database_url, SurveyInvited)) == 1


async def test_each_invitation_of_a_batch_bears_the_trace_of_the_step_that_caused_it(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    lives = [life(make_filed(), make_accepted(), make_returned()) for _ in range(3)]
    asked = [f"00-{n:032x}-{'b7' * 8}-0{n % 2}" for n in (1, 2)]
    returns = [
        *(replace(told[2], traceparent=each) for told, each in zip(lives, asked, strict=False)),
        lives[2][2],
    ]
    mixed = [lives[n][turn] for turn in range(2) for n in range(3)] + returns

    await hear(survey.database_url, mixed)

    invited = await outbox_facts(survey.database_url, SurveyInvited)
    traces = {fact["data"]["dossier"]: fact.get("traceparent") for fact in invited}
    places = [fact.place_of("survey") for fact in returns]
    assert traces == {
        fact.aggregate_id: place and place.traceparent
        for fact, place in zip(returns, places, strict=True)
    }
    named = {trace[:36] + trace[-2:] for trace in traces.values() if trace}
    assert named == {each[:36] + each[-2:] for each in asked}


async def test_a_batch_of_many_lives_invites_each_in_a_handful_of_statements(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    lives = [
        life(make_filed(code=f"H20.40.01-260302-{n:04}"), make_accepted(), make_returned())
        for n in range(200)
    ]
    mixed = [lives[n][turn] for turn in range(3) for n in range(len(lives))]

    await hear(survey.database_url, mixed[:250])
    await hear(survey.database_url, mixed[250:])

    assert len(await rows(survey.database_url, "select 1 from invitation")) == 200
    assert len(await rows(survey.database_url, "select 1 from dossier_copy")) == 0


async def test_an_imported_history_invites_nobody(service_client: ServiceClient) -> None:
    survey = await service_client("survey")
    facts = (make_filed(), make_accepted(), make_returned())

    await hear(survey.database_url, life(make_imported(*facts)))

    assert not await rows(survey.database_url, "select 1 from invitation")


async def test_the_holder_sees_the_slip_and_nothing_of_the_dossier(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey", at=RETURNED)
    await hear_names(survey.database_url)
    await invite(survey.database_url)
    link = await hand_out(survey.http, CODE)

    slip = await survey.http.get(link, headers={"Authorization": ""})

    assert slip.status_code == 200
    assert slip.json()["procedure_name"] == "Đăng ký khai sinh"
    assert slip.json()["agency_name"] == "UBND xã Tân Bình"
    assert slip.json()["expired"] is False
    asked = [q["number"] for q in slip.json()["instrument"]["questions"]]
    assert asked == [1, 2, 3, 4, 6, 7, 10, 11]
    assert CODE not in slip.text


async def test_names_on_their_way_are_shown_as_codes(service_client: ServiceClient) -> None:
    survey = await service_client("survey", at=RETURNED)
    await invite(survey.database_url)

    slip = (await survey.http.get(await hand_out(survey.http, CODE))).json()

    assert (slip["procedure_name"], slip["agency_name"]) == ("1.001193", "H20.40.01")


async def test_an_unknown_token_is_404(service_client: ServiceClient) -> None:
    survey = await service_client("survey", bearer="")

    answer = await survey.http.get("/v1/surveys/invitations/" + "A" * 43)

    assert answer.status_code == 404
    assert answer.json()["code"] == "invitation_not_found"


async def test_officers_of_other_agencies_and_other_roles_find_nothing(
    service_client: ServiceClient, token: Token
) -> None:
    survey = await service_client("survey")
    dossier = await invite(survey.database_url, competent_agency="H20.40")

    async def status(*roles: str, agencies: list[str], named: str = CODE) -> int:
        headers = {"Authorization": f"Bearer {token(*roles, agencies=agencies)}"}
        found = await survey.http.get(
            "/v1/surveys/invitations", params={"dossier": named}, headers=headers
        )
        return found.status_code

    assert await status("counter", agencies=["H20.40.01"]) == 200
    assert await status("leader", agencies=["H20.40"], named=str(dossier)) == 200
    assert await status("portal", agencies=["*"]) == 200
    assert await status("counter", agencies=["H20.4"]) == 404
    assert await status("counter", agencies=["H20.40.02"]) == 404
    assert await status("counter", agencies=[]) == 404
    assert await status("citizen", agencies=["H20.40.01"]) == 403
    assert await status("portal", agencies=["*"], named="H20.40.01-260302-9999") == 404


async def test_the_token_is_stored_nowhere(service_client: ServiceClient) -> None:
    survey = await service_client("survey", at=RETURNED)
    await invite(survey.database_url)
    secret = (await hand_out(survey.http, CODE)).rpartition("/")[2]

    kept = await rows(survey.database_url, "select i::text as line from invitation i")
    kept += await rows(survey.database_url, "select convert_from(body, 'UTF8') as line from outbox")

    assert len(kept) == 2
    for told in (secret, secret.encode().hex()):
        assert not any(told in row["line"] for row in kept)
    assert len(secret) == 43


async def test_a_dossier_that_sla_called_overdue_is_judged_as_a_late_one(
    service_client: ServiceClient,
) -> None:
    survey = await service_client("survey")
    url = survey.database_url
    before, after, in_time = uuid4(), uuid4(), uuid4()
    for dossier in (before, after, in_time):
        await hear(url, life(make_filed(), make_accepted(), dossier=dossier))
    await hear_overdue(url, before)
    for dossier in (before, after, in_time):
        returned = wrap_returned(dossier)
        await hear(url, [returned])
    await hear_overdue(url, after)

    late = {row["dossier"]: row["late"] for row in await rows(url, "select * from invitation")}
    assert late == {before: True, after: True, in_time: False}


async def hear_overdue(url: str, dossier: UUID) -> None:
    fact = DossierOverdue(
        rung="due",
        rank=Rank.AGENCY_LEADER,
        code="x",
        agency="H20.40.01",
        procedure="1.001193",
        due_at=RETURNED,
        planned_at=RETURNED,
        late_minutes=0,
        raised_at=RETURNED,
    )
    connection = await asyncpg.connect(url)
    told = seal(fact, source="sla", aggregate_id=str(dossier), sequence=1, agency="H20.40.01")
    await note_overdue(connection, [told])
    await connection.close()


def wrap_returned(dossier: UUID) -> Envelope[Event]:
    return seal(
        make_returned(), source="intake", aggregate_id=str(dossier), sequence=3, agency="H20"
    )
