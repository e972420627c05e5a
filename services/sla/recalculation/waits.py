"""What did not count of a clock's limit, told by its ledger: waits, and results recalled."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import asyncpg

from services.sla.clock import Clock
from services.sla.facts import Told
from services.sla.followed import Followed
from services.sla.phases import Lapse
from shared.events import DossierResultRecalled

LEDGER: Final = """
select dossier, kind, at, pause from ledger
 where dossier = any($1::uuid[]) and kind in ('paused', 'resumed', 'restarted', 'ended', 'recalled')
 order by dossier, place
"""


def lapses(clock: Clock, ledger: Iterable[Mapping[str, Any]]) -> list[Lapse]:
    """Tell from a clock's ledger rows what did not count of the limit that counts now."""
    found: list[Lapse] = []
    waiting: set[str] = set()
    since = clock.started_at
    for row in ledger:
        kind, pause, at = row["kind"], row["pause"], max(row["at"], since)
        if kind == "paused":
            since = since if waiting else at
            waiting.add(pause)
        elif kind == "resumed" and waiting == {pause}:
            found.append(Lapse(since, at, given_back=True))
            waiting, since = set(), at
        elif kind == "resumed":
            waiting.discard(pause)
        elif kind in {"ended", "recalled", "restarted"}:
            if waiting or kind == "recalled":
                found.append(Lapse(since, at, given_back=False))
            waiting, since = set(), at
    # What lies before a restart was given back once and for all.
    return [lapse for lapse in found if lapse.since >= clock.began_at]


async def load(
    connection: asyncpg.Connection, lapsed: Mapping[str, Clock]
) -> dict[str, list[Lapse]]:
    """Read what did not count of these clocks: one statement."""
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    if lapsed:
        for row in await connection.fetch(LEDGER, list(lapsed)):
            rows[str(row["dossier"])].append(row)
    return {dossier: lapses(lapsed[dossier], told) for dossier, told in rows.items()}


async def recall(
    connection: asyncpg.Connection, known: Mapping[str, Followed], facts: Sequence[Told]
) -> None:
    """Let clocks that will run again after a recalled result know what did not count of them."""
    recalled = _recalled(known, facts)
    clocks = {dossier: known[dossier].clock for dossier in recalled}
    for dossier, found in (await load(connection, clocks)).items():
        clocks[dossier].closed = found


def _recalled(known: Mapping[str, Followed], facts: Sequence[Told]) -> Collection[str]:
    return {
        told.dossier
        for told in facts
        if isinstance(told.fact, DossierResultRecalled)
        and told.dossier in known
        and known[told.dossier].clock.lapsed
    }
