"""A mail server that keeps what it takes, and answers as it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = "250 OK, kept"


@dataclass
class Received:
    """A message as it came in."""

    sender: str
    to: list[str]
    content: bytes


@dataclass
class Mailbox:
    """Messages taken, and the answers to the next addressees; without one they are taken."""

    port: int = 0
    taken: list[Received] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (named by the library)
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _: SMTP, __: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        self.taken.append(Received(envelope.mail_from or "", list(envelope.rcpt_tos), content))
        return KEPT


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    """Serve on a free port until the block ends."""
    box = Mailbox()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(box, hostname="127.0.0.1"), "127.0.0.1", 0
    )
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box
