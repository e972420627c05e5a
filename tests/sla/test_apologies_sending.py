"""Letters leave by a real mail server: once, again when it asks for time, and never for ever."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default

import pytest

from services.sla.apologies import queue
from services.sla.apologies.sending import Sender
from services.sla.apologies.vault import vault_of
from services.sla.settings import load
from shared.notices import EMAIL, LEASE, Channels, SmtpSettings
from shared.notices.settings import Security
from shared.notices.smtp import SmtpChannel
from tests.conftest import ServiceClient, Token
from tests.shared.mail import Mailbox, mailbox
from tests.shared.pictures import words_of
from tests.sla.factories import at, wrap
from tests.sla.facts import resolved
from tests.sla.letters import ADDRESSEE, Letters, desk_at

NOW = at("2026-03-13 10:00")
QUEUE = "select attempts, next_try, last_code, receipt from apology_sending"


@pytest.fixture
async def office(
    service_client: ServiceClient, token: Token, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Letters]:
    async with desk_at("2026-03-13 10:00", service_client, token, monkeypatch) as office:
        yield office


@pytest.fixture
async def mails() -> AsyncIterator[Mailbox]:
    async with mailbox() as served:
        yield served


def by_mail(mails: Mailbox) -> Channels:
    settings = SmtpSettings(
        host="127.0.0.1",
        port=mails.port,
        security=Security.NONE,
        sender="Một Cửa <khong-tra-loi@tanthanh.example.vn>",
    )
    return {EMAIL: SmtpChannel(settings)}


async def send(office: Letters, channels: Channels, after: timedelta = timedelta()) -> None:
    sender = Sender(vault_of(load().kernel), channels, lambda: NOW + after)
    await sender.send_due(office.database)


async def state(office: Letters, letter: str) -> tuple[str, str | None]:
    shown = (await office.http.get(f"/v1/apologies/{letter}")).json()
    return shown["state"], shown["sending"]["last_code"]


def parts(mail: bytes) -> tuple[Mail, bytes]:
    letter = message_from_bytes(mail, policy=default)
    [attached] = [part for part in letter.walk() if part.get_content_type() == "application/pdf"]
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    return letter, content


async def test_a_signed_letter_is_mailed_once_with_its_form_and_the_servers_receipt(
    office: Letters, mails: Mailbox
) -> None:
    letter = await office.signed(await office.begun(), channel=EMAIL)

    await asyncio.gather(*(send(office, by_mail(mails)) for _ in range(3)))

    [received] = mails.taken
    head, paper = parts(received.content)
    [row] = await office.rows(QUEUE)
    assert received.to == [ADDRESSEE["email"]]
    assert head["Message-ID"] == f"<apology-{letter}@tanthanh.example.vn>"
    assert str(head["Subject"]).startswith("Thư xin lỗi về hồ sơ H20.40.01-")
    assert "Số: 01/PXL" in words_of(paper)
    assert await state(office, letter) == ("sent", "ok")
    assert (row["attempts"], row["next_try"], row["receipt"]) == (1, None, "OK, kept")


async def test_a_server_that_asks_for_time_gets_it_and_more_each_time(
    office: Letters, mails: Mailbox
) -> None:
    letter = await office.signed(await office.begun(), channel=EMAIL)
    mails.answers = ["451 later", "451 later"]

    await send(office, by_mail(mails))
    await send(office, by_mail(mails), timedelta(seconds=59))
    assert await state(office, letter) == ("approved", "smtp_451")
    await send(office, by_mail(mails), timedelta(minutes=1))
    await send(office, by_mail(mails), timedelta(minutes=4))
    assert mails.taken == []
    await send(office, by_mail(mails), timedelta(minutes=5))

    assert len(mails.taken) == 1
    assert await state(office, letter) == ("sent", "ok")


async def test_an_address_refused_for_good_is_undeliverable_and_listed(
    office: Letters, mails: Mailbox
) -> None:
    letter = await office.signed(await office.begun(), channel=EMAIL)
    mails.answers = ["550 5.1.1 <nguyet@example.vn> unknown"]

    await send(office, by_mail(mails))

    listed = (await office.http.get("/v1/apologies", params={"state": "undeliverable"})).json()
    assert [one["id"] for one in listed["items"]] == [letter]
    assert await state(office, letter) == ("undeliverable", "smtp_550")
    again = await office.do(letter, "sendings", channel=EMAIL)
    assert again["sending"]["attempts"] == 0
    await send(office, by_mail(mails))
    assert await state(office, letter) == ("sent", "ok")


async def test_after_the_last_attempt_a_letter_is_given_up(office: Letters) -> None:
    letter = await office.signed(await office.begun(), channel=EMAIL)
    after = timedelta()
    for attempt in range(1, queue.ATTEMPTS_MAX + 1):
        assert (await state(office, letter))[0] == "approved"
        await send(office, {}, after)
        after += queue.before_next(attempt)

    [row] = await office.rows(QUEUE)
    assert (row["attempts"], row["next_try"]) == (queue.ATTEMPTS_MAX, None)
    assert await state(office, letter) == ("undeliverable", "no_channel")
    assert queue.before_next(queue.ATTEMPTS_MAX) == queue.DELAY_MAX


async def test_a_process_that_died_is_followed_when_its_lease_ends_and_settles_nothing(
    office: Letters, mails: Mailbox
) -> None:
    letter = await office.signed(await office.begun(), channel=EMAIL)
    dead = await queue.claim(office.database, NOW)
    assert dead is not None

    await send(office, by_mail(mails), LEASE - timedelta(seconds=1))
    assert mails.taken == []
    await send(office, by_mail(mails), LEASE)
    await queue.failed(office.database, dead, "late", NOW, final=True)

    assert len(mails.taken) == 1
    assert await state(office, letter) == ("sent", "ok")


async def test_a_letter_whose_new_day_came_to_nothing_is_not_sent(
    office: Letters, mails: Mailbox
) -> None:
    dossier = await office.begun()
    letter = await office.signed(dossier, channel=EMAIL)
    await office.tell(wrap(resolved("2026-03-13 09:59"), dossier, 2))
    await office.hear()

    await send(office, by_mail(mails))

    assert mails.taken == []
    assert await state(office, letter) == ("undeliverable", "void")


async def test_what_cannot_be_sent_is_refused_at_the_desk(office: Letters) -> None:
    letter = await office.submitted(await office.begun(), addressee={"name": "Ông Tư"})
    unsigned = await office.ask(letter, "sendings", channel=EMAIL)
    unknown = await office.ask(letter, "approval", channel="zalo")
    nowhere = await office.ask(letter, "approval", channel=EMAIL)
    other = await office.signed(await office.begun(), channel=EMAIL)
    twice = await office.ask(other, "sendings", channel=EMAIL)

    assert [(one.status_code, one.json()["code"]) for one in (unsigned, unknown, nowhere)] == [
        (409, "apology_state"),
        (422, "channel_unknown"),
        (409, "address_missing"),
    ]
    assert (twice.status_code, twice.json()["code"]) == (409, "sending_under_way")
    assert (await office.http.get(f"/v1/apologies/{letter}")).json()["state"] == "submitted"


async def test_a_letter_that_came_back_may_be_handed_over(office: Letters, mails: Mailbox) -> None:
    letter = await office.signed(await office.begun(), channel=EMAIL)
    await send(office, by_mail(mails))
    returned = await office.do(letter, "return")
    handed = await office.do(
        letter, "delivery", channel="counter", delivered_at=NOW.isoformat(), received_by="Ông Tư"
    )

    assert returned["state"] == "undeliverable"
    assert (handed["state"], handed["channel"]) == ("delivered", "counter")
