"""Sends the letters that are due, one after the other, with the signed form attached."""

from collections.abc import Callable
from datetime import datetime

import structlog

from services.sla.apologies import form, queue
from services.sla.apologies.content import Content, unsealed
from services.sla.apologies.queue import Claim
from services.sla.apologies.vault import vault_of
from services.sla.settings import SlaSettings
from shared import printing
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.notices import (
    REST_SECONDS,
    TAKEN_MAX,
    Attachment,
    Channels,
    Message,
    NotDelivered,
    Receipt,
    Refused,
    channels,
    tried,
)
from shared.personal_data import Vault

log = structlog.get_logger()


class Sender:
    """Takes letters from the queue; of several processes each takes other ones."""

    def __init__(
        self, vault: Vault, channels: Channels, clock: Callable[[], datetime] = present
    ) -> None:
        self._vault = vault
        self._channels = channels
        self._clock = clock

    async def send_due(self, database: Database) -> None:
        """Send until nothing is due."""
        for _ in range(TAKEN_MAX):
            claimed = await queue.claim(database, self._clock())
            if claimed is None:
                return
            await self._send(database, claimed)

    async def _send(self, database: Database, claimed: Claim) -> None:
        """Try one letter and write down what came of it."""
        outcome = await tried(self._handed_over(claimed))
        if not isinstance(outcome, Refused):
            await queue.sent(database, claimed, outcome, self._clock())
            return
        log.warning(
            "a letter was not sent",
            apology=str(claimed.apology),
            code=outcome.code,
            attempts=claimed.attempts,
        )
        await queue.failed(database, claimed, outcome.code, self._clock(), final=outcome.final)

    async def _handed_over(self, claimed: Claim) -> Receipt:
        if claimed.voided_at is not None:
            # What it promises is no longer so.
            raise NotDelivered("void", final=True)
        channel = self._channels.get(claimed.channel)
        if channel is None:
            raise NotDelivered("no_channel", final=False)
        return await channel.send(await self._message(claimed))

    async def _message(self, claimed: Claim) -> Message:
        said = unsealed(self._vault, claimed.apology, claimed.content, claimed.key_id)
        if said.addressee is None or said.addressee.email is None:
            raise NotDelivered("no_address", final=True)
        signed = form.Signed(
            claimed.kind,
            claimed.approved_at,
            claimed.promised_at,
            claimed.number,
            claimed.form_set,
        )
        paper = await printing.pdf(form.compose(signed, said))
        return Message(
            key=f"apology-{claimed.apology}",
            to=said.addressee.email,
            subject=form.subject(said),
            text=_text(said),
            attachments=[Attachment(form.file_name(signed), "application/pdf", paper)],
        )


def _text(said: Content) -> str:
    unit = said.unit.name if said.unit else ""
    name = said.addressee.name if said.addressee else ""
    return (
        f"Kính gửi: {name}\n\n{unit} xin gửi thư xin lỗi kèm theo (tệp PDF).\n\n"
        "Thư này được gửi tự động, xin không trả lời vào địa chỉ này.\n"
    )


def periodic(settings: SlaSettings) -> Periodic:
    """Work of the worker; without the key file each run fails, and is counted."""

    async def send_due(database: Database) -> None:
        known = channels(local=settings.kernel.profile == "local")
        await Sender(vault_of(settings.kernel), known).send_due(database)

    return Periodic("send-apologies", REST_SECONDS, send_due)
