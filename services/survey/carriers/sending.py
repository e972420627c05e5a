"""Sends the links that are due, one after the other."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from services.survey import tokens
from services.survey.carriers import queue
from services.survey.carriers.desk import bound_to
from services.survey.carriers.queue import Claim
from services.survey.petitions.content import KEY_FILE
from services.survey.settings import SurveySettings
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.notices import (
    REST_SECONDS,
    TAKEN_MAX,
    Channels,
    Message,
    NotDelivered,
    Receipt,
    Refused,
    channels,
    tried,
)
from shared.personal_data import Vault
from shared.times import to_vietnam

SUBJECT: Final = "Mời đánh giá việc giải quyết thủ tục hành chính"
TEXT: Final = """\
Kính gửi Ông/Bà,

{agency} mời Ông/Bà đánh giá việc giải quyết thủ tục: {procedure}.

{link}

Liên kết dùng một lần, đến hết {expires_at:%H:%M ngày %d/%m/%Y}. Câu trả lời được giữ riêng, \
cán bộ không biết phiếu là của hồ sơ nào.

Thư này được gửi tự động, xin không trả lời vào địa chỉ này.
"""
NAMES: Final = """
    select coalesce((select name from procedure_copy where code = $1 and version = $2), $1),
           coalesce((select name from agency_copy where code = $3), $3)
"""
log = structlog.get_logger()


class Sender:
    """Takes links from the queue; of several processes each takes other ones."""

    def __init__(
        self,
        settings: SurveySettings,
        vault: Vault,
        carriers: Channels,
        clock: Callable[[], datetime] = present,
    ) -> None:
        self._key = tokens.secret_of(settings.kernel)
        self._page = settings.slip_page
        self._vault = vault
        self._carriers = carriers
        self._clock = clock

    async def send_due(self, database: Database) -> None:
        """Send until nothing is due."""
        for _ in range(TAKEN_MAX):
            claimed = await queue.claim(database, self._clock())
            if claimed is None:
                return
            await self._send(database, claimed)

    async def _send(self, database: Database, claimed: Claim) -> None:
        """Try one link and write down what came of it."""
        outcome = await tried(self._handed_over(database, claimed))
        if not isinstance(outcome, Refused):
            await queue.sent(database, claimed)
            return
        log.warning("a link was not sent", sending=str(claimed.id), code=outcome.code)
        await queue.failed(database, claimed, outcome.code, self._clock(), final=outcome.final)

    async def _handed_over(self, database: Database, claimed: Claim) -> Receipt:
        if self._clock() >= claimed.expires_at:
            raise NotDelivered("expired", final=True)
        carrier = self._carriers.get(claimed.carrier)
        if carrier is None:
            raise NotDelivered("no_carrier", final=False)
        async with database.statements() as connection:
            procedure, agency = await connection.fetchrow(
                NAMES, claimed.procedure, claimed.procedure_version, claimed.agency
            )
        to = self._vault.decrypt(claimed.address, key_id=claimed.key_id, of=bound_to(claimed.id))
        link = self._page.format(token=tokens.token(self._key, claimed.invitation))
        return await carrier.send(
            Message(
                key=f"survey-{claimed.id}",
                to=to.decode(),
                subject=SUBJECT,
                text=TEXT.format(
                    agency=agency,
                    procedure=procedure,
                    link=link,
                    expires_at=to_vietnam(claimed.expires_at),
                ),
            )
        )


def periodic(settings: SurveySettings) -> Periodic:
    """Work of the worker; without the key file each run fails, and is counted."""

    async def send_due(database: Database) -> None:
        local = settings.kernel.profile == "local"
        vault = Vault.load(settings.kernel.keys_dir, create=local, file=KEY_FILE)
        await Sender(settings, vault, channels(local=local)).send_due(database)

    return Periodic("send-slip-links", REST_SECONDS, send_due)
