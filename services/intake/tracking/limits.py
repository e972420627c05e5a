"""How many wrong checks are borne: for one code, and from everybody together."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import asyncpg

from services.intake.settings import IntakeSettings
from shared import rates
from shared.errors import Problem
from shared.personal_data import Vault, keyed


class TooManyTries(Problem):
    """429: wrong too often; come again when the window is over."""

    status: ClassVar[int] = 429
    code = "too_many_tries"
    title = "Tra cứu sai quá nhiều lần"


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries of one code, and everybody's, at one moment."""

    connection: asyncpg.Connection
    code: bytes
    everybody: bytes
    per_code: dict[int, int]
    together: int
    now: datetime

    @classmethod
    def of(
        cls,
        connection: asyncpg.Connection,
        vault: Vault,
        settings: IntakeSettings,
        code: str,
        now: datetime,
    ) -> "Tries":
        """Name the subjects by keyed hashes; a code that was only guessed is not kept either."""
        per_code = {
            rates.QUARTER: settings.tracking_tries_per_code,
            rates.DAY: settings.tracking_tries_per_code_a_day,
        }
        return cls(
            connection,
            keyed(vault, "tracking", code),
            keyed(vault, "tracking of all", ""),
            per_code,
            settings.tracking_tries_together_a_minute,
            now,
        )

    async def begin(self) -> None:
        """Count a try before it is made, so that many at once cannot slip by; TooManyTries."""
        counted = await rates.count(self.connection, self.code, list(self.per_code), self.now)
        everybody = await rates.look(self.connection, self.everybody, self.now)
        over = [window for window in counted if window.counted > self.per_code[window.seconds]]
        over += [window for window in everybody if window.counted >= self.together]
        if over:
            raise TooManyTries(
                "Đã tra cứu sai quá nhiều lần; hãy thử lại sau, hoặc đăng nhập để xem hồ sơ.",
                headers=rates.retry_after(over, self.now),
            )

    async def was_wrong(self) -> None:
        """Let a wrong check count for everybody too."""
        await rates.count(self.connection, self.everybody, [rates.MINUTE], self.now)

    async def was_right(self) -> None:
        """Take the counted try back."""
        await rates.give_back(self.connection, self.code, self.now)
