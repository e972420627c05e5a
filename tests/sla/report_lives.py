"""A few lives that every report tells something of, told to a running sla."""

import asyncpg

from shared.events import AgencyLevel, Channel, DossierResolved, DossierWithdrawn, Event, Outcome
from tests.conftest import Client
from tests.sla.factories import (
    at,
    make_accepted,
    make_agency,
    make_calendar,
    make_procedure,
    published,
    wrap,
)
from tests.sla.factories import life as envelopes_of
from tests.sla.facts import asked
from tests.sla.stream import deliver

MARCH = "from=2026-03-01&to=2026-03-31"
COMMUNE, DEPARTMENT = "H20.40.01", "H20.05"
NOW = at("2026-04-10 10:00")
DUE = at("2026-03-16 08:00")


def resolved(text: str, outcome: Outcome = Outcome.APPROVED) -> DossierResolved:
    return DossierResolved(outcome=outcome, resolved_at=at(text))


def lives() -> list[list[Event]]:
    """Each was received on 02/03/2026 and is due on 16/03/2026."""
    begun = at("2026-03-02 08:00")
    department = {
        "competent_agency": DEPARTMENT,
        "receiving_agency": DEPARTMENT,
        "field": "Đất đai",
        "procedure": "1.012753",
    }
    return [
        [make_accepted(begun, channel=Channel.ONLINE_FULL), resolved("2026-03-10 09:00")],
        [make_accepted(begun, channel=Channel.ONLINE_PARTIAL), resolved("2026-03-16 09:00")],
        [make_accepted(begun, channel=Channel.POSTAL), resolved("2026-03-19 09:00")],
        [make_accepted(begun)],
        [make_accepted(begun), asked("2026-03-05 10:00")],
        [make_accepted(begun, **department), resolved("2026-03-12 09:00", Outcome.REFUSED)],
        [
            make_accepted(begun, **department, channel=Channel.HOME),
            DossierWithdrawn(after_acceptance=True, withdrawn_at=at("2026-03-30 09:00")),
        ],
    ]


async def tell_lives(client: Client) -> list[str]:
    """Tell the agencies, a procedure and all lives; their dossiers' ids."""
    connection = await asyncpg.connect(client.database_url)
    told = [envelopes_of(facts) for facts in lives()]
    await deliver(
        connection,
        [
            published(make_calendar()),
            wrap(make_agency(COMMUNE, name="UBND xã Thử"), COMMUNE),
            wrap(make_agency(DEPARTMENT, AgencyLevel.PROVINCE, name="Sở Thử"), DEPARTMENT),
            wrap(make_procedure(code="1.001193", name="Đăng ký khai sinh"), "1.001193"),
            *(envelope for life in told for envelope in life),
        ],
    )
    await connection.close()
    return [life[0].aggregate_id for life in told]
