"""How many wrong checks are borne: for one code, and from everybody together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

import asyncpg
from sqlalchemy import text

from services.intake.personal_data import Vault
from services.intake.settings import IntakeSettings
from services.intake.tracking.checks import keyed
from shared.clock import present
from shared.database import Database
from shared.delivery.periodic import Periodic
from shared.errors import Problem

QUARTER, DAY, MINUTE = 900, 86_400, 60
KEPT_BEYOND: Final = timedelta(hours=1)
REST_SECONDS: Final = 900.0
ROWS_A_TIME: Final = 5000

_COUNT = """
    insert into tracking_tries as t (subject, window_seconds, tries, ends_at)
    select $1, seconds, 1, $2::timestamptz + make_interval(secs => seconds)
    from unnest($3::int[]) as w(seconds) order by seconds
    on conflict (subject, window_seconds) do update set
        tries = case when t.ends_at <= $2 then 1 else least(t.tries + 1, 1000000) end,
        ends_at = case when t.ends_at <= $2 then excluded.ends_at else t.ends_at end
    returning window_seconds, tries, ends_at
"""
_GIVE_BACK = """
    update tracking_tries set tries = greatest(tries - 1, 0)
    where subject = $1 and ends_at > $2
"""
_LOOK = """
    select window_seconds, tries, ends_at from tracking_tries where subject = $1 and ends_at > $2
"""
_FORGET = text(
    "delete from tracking_tries where (subject, window_seconds) in"
    " (select subject, window_seconds from tracking_tries where ends_at < :before"
    "  order by ends_at limit :rows)"
)


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
            QUARTER: settings.tracking_tries_per_code,
            DAY: settings.tracking_tries_per_code_a_day,
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
        counted = await self.connection.fetch(_COUNT, self.code, self.now, list(self.per_code))
        everybody = await self.connection.fetch(_LOOK, self.everybody, self.now)
        over = [row for row in counted if row["tries"] > self.per_code[row["window_seconds"]]]
        over += [row for row in everybody if row["tries"] >= self.together]
        if over:
            wait = max(row["ends_at"] for row in over) - self.now
            seconds = max(1, int(wait.total_seconds()))
            raise TooManyTries(
                "Đã tra cứu sai quá nhiều lần; hãy thử lại sau, hoặc đăng nhập để xem hồ sơ.",
                headers={"Retry-After": str(seconds)},
            )

    async def was_wrong(self) -> None:
        """Let a wrong check count for everybody too."""
        await self.connection.fetch(_COUNT, self.everybody, self.now, [MINUTE])

    async def was_right(self) -> None:
        """Take the counted try back."""
        await self.connection.execute(_GIVE_BACK, self.code, self.now)


async def forget_tries(database: Database) -> None:
    """Delete windows that are over, a bounded number at a time."""
    async with database.transaction() as session:
        await session.execute(_FORGET, {"before": present() - KEPT_BEYOND, "rows": ROWS_A_TIME})


FORGET_TRIES: Final = Periodic("forget-tracking-tries", REST_SECONDS, forget_tries)
"""For intake's worker."""
