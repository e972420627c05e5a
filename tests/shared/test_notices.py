"""Messages leave by mail, or are only logged; nothing personal is in a log or a refusal."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from shared.notices import (
    EMAIL,
    LEASE,
    Attachment,
    Message,
    NotDelivered,
    Receipt,
    Refused,
    SmtpSettings,
    channels,
    tried,
    trying,
)
from shared.notices.settings import Security
from shared.notices.smtp import SmtpChannel
from tests.shared.mail import Mailbox, mailbox

LETTER = Message(
    key="thu-1",
    to="nguyet@example.vn",
    subject="Thư xin lỗi",
    text="Kính gửi bà Nguyệt",
    attachments=[Attachment("thu.pdf", "application/pdf", b"%PDF")],
)


@pytest.fixture
async def mails() -> AsyncIterator[Mailbox]:
    async with mailbox() as served:
        yield served


def settings(port: int, security: Security = Security.NONE) -> SmtpSettings:
    return SmtpSettings(
        host="127.0.0.1", port=port, security=security, sender="mc@example.vn", timeout_seconds=5
    )


async def test_mail_is_handed_over_and_the_servers_answer_is_the_receipt(mails: Mailbox) -> None:
    receipt = await SmtpChannel(settings(mails.port)).send(LETTER)

    [received] = mails.taken
    assert receipt.number == "OK, kept"
    assert (received.sender, received.to) == ("mc@example.vn", ["nguyet@example.vn"])
    assert b"Message-ID: <thu-1@example.vn>" in received.content


@pytest.mark.parametrize(
    ("answer", "code", "final"),
    [("450 busy", "smtp_450", False), ("550 <nguyet@example.vn> unknown", "smtp_550", True)],
)
async def test_a_refusal_is_told_by_its_number_and_whether_it_is_final(
    mails: Mailbox, answer: str, code: str, final: bool
) -> None:
    mails.answers = [answer]

    with pytest.raises(NotDelivered) as refused:
        await SmtpChannel(settings(mails.port)).send(LETTER)

    assert (refused.value.code, refused.value.final, str(refused.value)) == (code, final, code)


async def test_a_server_without_encryption_gets_no_letter_where_encryption_is_asked(
    mails: Mailbox,
) -> None:
    with pytest.raises(NotDelivered) as refused:
        await SmtpChannel(settings(mails.port, Security.STARTTLS)).send(LETTER)

    assert (refused.value.final, mails.taken) == (False, [])


async def test_a_server_that_is_away_is_tried_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(NotDelivered) as refused:
        await SmtpChannel(settings(port)).send(LETTER)

    assert (refused.value.code, refused.value.final) == ("ConnectionRefusedError", False)


@pytest.mark.parametrize("to", ["a@example.vn\nBcc: all@example.vn", "nguyệt@example.vn"])
async def test_an_address_that_no_letter_can_bear_is_refused_for_good(
    mails: Mailbox, to: str
) -> None:
    broken = Message(key="thu-1", to=to, subject="x", text="x")

    with pytest.raises(NotDelivered) as refused:
        await SmtpChannel(settings(mails.port)).send(broken)

    assert (refused.value.code, refused.value.final) == ("malformed", True)


async def test_the_local_profile_logs_instead_and_names_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MOTCUA_SMTP_HOST", raising=False)
    with capture_logs() as logged:
        receipt = await channels(local=True)[EMAIL].send(LETTER)

    assert receipt.number == "log:thu-1"
    assert "nguyet" not in str(logged).lower()
    assert "Nguyệt" not in str(logged)
    assert channels(local=False) == {}
    monkeypatch.setenv("MOTCUA_SMTP_HOST", "mail.example.vn")
    assert isinstance(channels(local=False)[EMAIL], SmtpChannel)


async def test_a_try_ends_before_another_process_may_begin_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
    assert LEASE.total_seconds() > trying.TRY_SECONDS_MAX
    monkeypatch.setattr(trying, "TRY_SECONDS_MAX", 0.01)

    assert await tried(never) == Refused("timeout", final=False)
