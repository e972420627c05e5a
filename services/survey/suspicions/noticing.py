"""Notices slips that nobody fills in by hand: too many at once, or the same one over and over."""

import hmac
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import orjson

from services.survey.schemas.suspicions import Reason
from services.survey.settings import SurveySettings
from shared import rates

# A pending one gathers all that is odd in the same way; a decided one is left as it is.
_JOIN = """
    insert into suspicion as s (id, agency, month, reason, slips, status)
    values ($1, $2, $3, $4, 1, 'pending')
    on conflict (agency, month, reason) where status = 'pending'
    do update set slips = s.slips + 1
    returning id
"""
_BURST: Final = b"burst/"
_ALIKE: Final = b"alike/"


async def notice(
    connection: asyncpg.Connection,
    settings: SurveySettings,
    source: bytes,
    agency: str,
    choices: Mapping[str, Any],
    *,
    now: datetime,
) -> Reason | None:
    """Count a slip that was kept for its sender, and say what is odd about it if anything is."""
    # A sender's burst is one whatever agencies it judges; what is alike is so at one agency.
    burst = await rates.count(connection, _BURST + source, [rates.MINUTE], now)
    said = orjson.dumps([agency, choices], option=orjson.OPT_SORT_KEYS)
    # Keyed by the sender: what was said cannot be found by hashing all that could be.
    known_as = hmac.digest(source, said, "sha256")
    alike = await rates.count(connection, _ALIKE + known_as, [rates.QUARTER], now)
    if burst[0].counted > settings.slips_a_minute_plausible:
        return Reason.BURST
    if alike[0].counted > settings.slips_alike_plausible:
        return Reason.ALIKE
    return None


async def join(connection: asyncpg.Connection, agency: str, month: date, reason: Reason) -> UUID:
    """Put a slip among the pending ones of its kind; their common id."""
    identity: UUID = await connection.fetchval(_JOIN, uuid4(), agency, month, reason)
    return identity
