"""Electronic mail: each message on a connection of its own, in a thread."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Final

from shared.notices.message import Message, NotDelivered, Receipt
from shared.notices.settings import Security, SmtpSettings

RECEIPT_LENGTH_MAX: Final = 200
ACCEPTED: Final = frozenset({250, 251})
FINAL_FROM: Final = 500
"""Answers from here on are a refusal for good (RFC 5321 4.2.1); those in the 400s ask for time."""


class SmtpChannel:
    """Hands messages to a mail server; its answer to the whole message is the receipt."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    async def send(self, message: Message) -> Receipt:
        """Hand one message over; raises NotDelivered."""
        return await asyncio.to_thread(self._send, message)

    def _send(self, message: Message) -> Receipt:
        try:
            letter = self._letter(message)
        except ValueError as broken:
            # An address or subject that no head of a letter can carry, such as two lines.
            raise NotDelivered("malformed", final=True) from broken
        try:
            with self._connected() as server:
                return self._handed_over(server, message.to, letter)
        except smtplib.SMTPResponseException as refused:
            # A refused login is ours to mend: the message waits.
            login = isinstance(refused, smtplib.SMTPAuthenticationError)
            final = refused.smtp_code >= FINAL_FROM and not login
            raise NotDelivered(f"smtp_{refused.smtp_code}", final=final) from None
        except (smtplib.SMTPException, OSError) as away:
            raise NotDelivered(type(away).__name__, final=False) from None

    def _connected(self) -> smtplib.SMTP:
        told = self._settings
        host, timeout = told.host or "", told.timeout_seconds
        if told.security is Security.TLS:
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, told.port, timeout=timeout, context=context
            )
        else:
            server = smtplib.SMTP(host, told.port, timeout=timeout)
        try:
            if told.security is Security.STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if told.username:
                server.login(told.username, told.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _handed_over(self, server: smtplib.SMTP, to: str, letter: EmailMessage) -> Receipt:
        """Say it line by line: what the server answers last is not told by `sendmail`."""
        server.ehlo_or_helo_if_needed()
        for code, answer in (server.mail(self._settings.sender), server.rcpt(to)):
            if code not in ACCEPTED:
                raise smtplib.SMTPResponseException(code, answer)
        code, answer = server.data(letter.as_bytes(policy=SMTP))
        if code not in ACCEPTED:
            raise smtplib.SMTPResponseException(code, answer)
        return Receipt(answer.decode("ascii", "replace")[:RECEIPT_LENGTH_MAX])

    def _letter(self, message: Message) -> EmailMessage:
        sender = self._settings.sender
        if not message.to.isascii():
            raise ValueError("an address beyond ASCII needs a server that takes it")
        letter = EmailMessage()
        letter["From"], letter["To"] = sender, message.to
        letter["Subject"] = message.subject
        letter["Message-ID"] = f"<{message.key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text)
        for attached in message.attachments:
            kind, _, subtype = attached.media_type.partition("/")
            letter.add_attachment(
                attached.content, maintype=kind, subtype=subtype, filename=attached.name
            )
        return letter
