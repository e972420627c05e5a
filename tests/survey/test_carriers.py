"""Links leave by a real mail server: once, again when it asks for time, and never for ever."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import asyncpg
import httpx
import pytest

from services.survey.carriers import queue
from services.survey.carriers.sending import Sender
from services.survey.settings import load
from shared.notices import EMAIL, LEASE, Channels, SmtpSettings
from shared.notices.settings import Security
from shared.notices.smtp import SmtpChannel
from tests.conftest import Client, ServiceClient, Token
from tests.shared.mail import Mailbox, mailbox
from tests.survey.factories import CODE, RETURNED, SLIP, hear_names, invite, rows

TO = "nguyet@example.vn"
QUEUE = "select state, attempts, next_try, last_code, address from sending order by id"


@pytest.fixture
async def mails() -> AsyncIterator[Mailbox]:
    async with mailbox() as served:
        yield served


async def invited(service_client: ServiceClient) -> tuple[Client, str]:
    """The service, and the path of the one invitation."""
    survey = await service_client("survey", at=RETURNED)
    await hear_names(survey.database_url)
    await invite(survey.database_url)
    listed = await survey.http.get("/v1/surveys/invitations", params={"dossier": CODE})
    return survey, f"/v1/surveys/invitations/{listed.json()['items'][0]['id']}"


async def ask(survey: Client, path: str, to: str = TO, carrier: str = EMAIL) -> httpx.Response:
    return await survey.http.post(f"{path}/sendings", json={"carrier": carrier, "to": to})


def by_mail(mails: Mailbox) -> Channels:
    settings = SmtpSettings(
        host="127.0.0.1", port=mails.port, security=Security.NONE, sender="mc@example.vn"
    )
    return {EMAIL: SmtpChannel(settings)}


async def send(survey: Client, carriers: Channels, after: timedelta = timedelta()) -> None:
    sender = Sender(load(), survey.app.state.vault, carriers, lambda: RETURNED + after)
    await sender.send_due(survey.app.state.database)


async def state(survey: Client, path: str) -> tuple[str, str | None]:
    [shown] = (await survey.http.get(f"{path}/sendings")).json()["items"]
    return shown["state"], shown["last_code"]


async def test_a_link_is_mailed_once_opens_the_slip_and_its_address_is_forgotten(
    service_client: ServiceClient, mails: Mailbox
) -> None:
    survey, path = await invited(service_client)

    taken = await ask(survey, path)
    await asyncio.gather(*(send(survey, by_mail(mails)) for _ in range(3)))

    assert (taken.status_code, taken.json()["state"]) == (202, "queued")
    [received] = mails.taken
    letter = message_from_bytes(received.content, policy=default)
    text = letter.get_content()
    assert received.to == [TO]
    assert "UBND xã Tân Bình mời Ông/Bà" in text
    assert "Đăng ký khai sinh" in text
    assert "09:30 ngày 09/04/2026" in text
    [link] = [word for word in text.split() if word.startswith("http")]
    answered = await survey.http.post(
        httpx.URL(link).path, json={"choices": SLIP}, headers={"Authorization": ""}
    )
    assert answered.status_code == 201
    assert await state(survey, path) == ("sent", "ok")
    [row] = await rows(survey.database_url, QUEUE)
    assert (row["attempts"], row["next_try"], row["address"]) == (1, None, None)


async def test_an_address_is_sealed_while_it_waits_and_nobody_is_shown_it(
    service_client: ServiceClient,
) -> None:
    survey, path = await invited(service_client)

    taken = await ask(survey, path)

    [row] = await rows(survey.database_url, "select * from sending")
    kept = b"".join(str(value).encode() for value in row.values()) + row["address"]
    assert b"nguyet" not in kept
    listed = await survey.http.get(f"{path}/sendings")
    assert "nguyet" not in taken.text + listed.text


async def test_a_server_that_asks_for_time_gets_it_and_more_each_time(
    service_client: ServiceClient, mails: Mailbox
) -> None:
    survey, path = await invited(service_client)
    await ask(survey, path)
    mails.answers = ["450 busy", "450 busy"]

    await send(survey, by_mail(mails))
    await send(survey, by_mail(mails), timedelta(seconds=59))
    [first] = await rows(survey.database_url, QUEUE)
    await send(survey, by_mail(mails), timedelta(minutes=1))
    [second] = await rows(survey.database_url, QUEUE)
    await send(survey, by_mail(mails), timedelta(minutes=6))

    assert (first["attempts"], first["next_try"]) == (1, RETURNED + timedelta(minutes=1))
    assert (second["attempts"], second["next_try"]) == (2, RETURNED + timedelta(minutes=6))
    assert await state(survey, path) == ("sent", "ok")
    assert len(mails.taken) == 1


@pytest.mark.parametrize("answers", [["550 unknown"], ["450 busy"] * queue.ATTEMPTS_MAX])
async def test_an_undeliverable_link_is_given_up_and_may_be_handed_out_again(
    service_client: ServiceClient, mails: Mailbox, answers: list[str]
) -> None:
    survey, path = await invited(service_client)
    await ask(survey, path)
    mails.answers = list(answers)

    for hours in range(0, 96, 12):
        await send(survey, by_mail(mails), timedelta(hours=hours))

    assert await state(survey, path) == ("undeliverable", f"smtp_{answers[0][:3]}")
    [row] = await rows(survey.database_url, QUEUE)
    assert (row["attempts"], row["next_try"], row["address"]) == (len(answers), None, None)
    assert (await survey.http.post(f"{path}/handing")).status_code == 201


async def test_a_link_whose_time_is_over_is_sent_to_nobody(
    service_client: ServiceClient, mails: Mailbox
) -> None:
    survey, path = await invited(service_client)
    await ask(survey, path)

    await send(survey, by_mail(mails), timedelta(days=30))

    assert (mails.taken, await state(survey, path)) == ([], ("undeliverable", "expired"))


async def test_a_sender_that_died_leaves_its_link_to_the_next_and_settles_nothing_afterwards(
    service_client: ServiceClient, mails: Mailbox
) -> None:
    survey, path = await invited(service_client)
    await ask(survey, path)
    database = survey.app.state.database

    dead = await queue.claim(database, RETURNED)
    assert dead is not None
    assert await queue.claim(database, RETURNED) is None
    await send(survey, by_mail(mails), LEASE)
    await queue.failed(database, dead, "late", RETURNED, final=True)

    assert await state(survey, path) == ("sent", "ok")


async def test_a_link_on_its_way_is_the_officers_no_more(service_client: ServiceClient) -> None:
    survey, path = await invited(service_client)
    await ask(survey, path)

    again = await ask(survey, path, "khac@example.vn")
    handed = await survey.http.post(f"{path}/handing")

    assert (again.status_code, again.json()["code"]) == (409, "already_handed_out")
    assert (handed.status_code, handed.json()["code"]) == (409, "already_handed_out")
    assert len(await rows(survey.database_url, QUEUE)) == 1


@pytest.mark.parametrize(
    ("carrier", "to", "code"),
    [
        ("sms", "0912345678", "carrier_unknown"),
        ("email", "0912345678", "malformed"),
        ("zalo", TO, "malformed"),
        ("email", f"{TO}\nBcc: all@example.vn", "malformed"),
        ("pigeon", TO, "malformed"),
    ],
)
async def test_what_no_carrier_takes_is_refused_and_not_repeated(
    service_client: ServiceClient, carrier: str, to: str, code: str
) -> None:
    survey, path = await invited(service_client)

    refused = await ask(survey, path, to, carrier)

    assert refused.status_code == 422
    assert refused.json()["code"] == code
    assert not {"nguyet", "0912345678"} & set(refused.text.replace('"', " ").split())
    assert "nguyet" not in refused.text
    [row] = await rows(survey.database_url, "select handed_at from invitation")
    assert row["handed_at"] is None


async def test_another_agencys_invitation_is_not_there_to_be_sent(
    service_client: ServiceClient, token: Token
) -> None:
    survey, path = await invited(service_client)
    survey.http.headers["Authorization"] = f"Bearer {token('counter', agencies=['H20.41'])}"

    sent = await ask(survey, path)
    listed = await survey.http.get(f"{path}/sendings")

    assert (sent.status_code, listed.status_code) == (404, 404)


async def test_the_table_itself_keeps_no_address_of_a_settled_link(
    service_client: ServiceClient,
) -> None:
    survey, path = await invited(service_client)
    await ask(survey, path)

    with pytest.raises(asyncpg.CheckViolationError):
        await rows(survey.database_url, "update sending set state = 'sent'")
