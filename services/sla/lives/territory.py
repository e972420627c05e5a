"""Which dossiers were received outside the territory of who decides (phi địa giới hành chính)."""

from collections.abc import Iterable
from typing import Final

import asyncpg

from shared.events import AgencyLevel, DossierAccepted

TERRITORIAL: Final = frozenset({AgencyLevel.COMMUNE, AgencyLevel.DISTRICT})
"""Levels whose one-stop serves its own territory; a department's serves the whole province."""

LEVELS: Final = "select code, level from agency_copy where code = any($1::text[])"


async def received_elsewhere(
    connection: asyncpg.Connection, accepted: Iterable[DossierAccepted]
) -> frozenset[tuple[str, str]]:
    """Tell which pairs of receiving and competent agency lie apart; asks only where codes do."""
    apart = {
        (fact.receiving_agency, fact.competent_agency): fact.agency_level
        for fact in accepted
        if not _related(fact.receiving_agency, fact.competent_agency)
    }
    within = {pair for pair in apart if _province(pair[0]) == _province(pair[1])}
    asked = sorted({receiving for receiving, _ in within})
    levels = dict(await connection.fetch(LEVELS, asked)) if asked else {}
    one_territory = {
        pair
        for pair in within
        if levels.get(pair[0]) not in TERRITORIAL or apart[pair] not in TERRITORIAL
    }
    return frozenset(apart.keys() - one_territory)


def _related(a: str, b: str) -> bool:
    return a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.")


def _province(code: str) -> str:
    return code.partition(".")[0]
