"""Lives told to a running sla before its HTTP doors are asked."""

from datetime import datetime

import asyncpg

from shared.events import DossierSupplemented, DossierSupplementRequested, Event, PauseEnd
from tests.conftest import Client
from tests.sla.factories import CALENDAR, at, life, make_calendar, published
from tests.sla.stream import deliver

NOW = at("2026-03-10 10:00")


async def tell(client: Client, *facts: Event) -> str:
    """Tell one life; its dossier id."""
    connection = await asyncpg.connect(client.database_url)
    envelopes = life(facts)
    await deliver(connection, [published(make_calendar()), *envelopes])
    await connection.close()
    return envelopes[0].aggregate_id


def asked(moment: datetime) -> DossierSupplementRequested:
    return DossierSupplementRequested(
        number=1, components=("c1",), before_acceptance=False, requested_at=moment
    )


def given(moment: datetime, mode: PauseEnd) -> DossierSupplemented:
    return DossierSupplemented(
        number=1,
        before_acceptance=False,
        supplemented_at=moment,
        pause_end=mode,
        calendar=CALENDAR,
        calendar_version=1,
    )
