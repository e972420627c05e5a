"""Random lives, from their filing to whatever ends them."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from shared.events import (
    Channel,
    DossierAccepted,
    DossierFiled,
    DossierIntakeRefused,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierWithdrawn,
    Event,
    LimitUnit,
    PauseEnd,
    PublishedLimit,
)
from shared.working_time import VIETNAM_TIME
from tests.sla.factories import make_accepted
from tests.sla.raw_lives.life import RawLife
from tests.sla.raw_lives.steps import choices
from tests.sla.raw_lives.telling import AGENCIES, Telling

PROCEDURES = (("1.000001", "Hộ tịch"), ("1.000002", "Hộ tịch"), ("2.000815", "Chứng thực"))
FIRST = datetime(2024, 1, 2, 8, tzinfo=VIETNAM_TIME)
DAYS = 500
FACTS_MAX = 12
PARENT = "0195552e-7000-7000-8000-000000000001"
PARTS_SHARE = 0.15
"""Parts of linked lives, which have clocks and are in no report."""


def make_lives(chance: random.Random, count: int) -> list[RawLife]:
    """Make up lives; a third of them are told whole, as history."""
    return [_make_life(chance) for _ in range(count)]


def _make_life(chance: random.Random) -> RawLife:
    imported = chance.random() < 0.35
    moment = FIRST + timedelta(minutes=chance.randrange(DAYS * 1440))
    telling = Telling(chance, imported, moment)
    accepted = _acceptance(telling)
    telling.facts.append(
        DossierFiled(**{name: getattr(accepted, name) for name in DossierFiled.model_fields})
    )
    if chance.random() < 0.1:
        telling.facts += _before_acceptance(telling)
    if chance.random() < 0.06:
        telling.facts.append(_never_received(telling))
        return RawLife(telling.facts, imported, telling.dossier)
    telling.facts.append(accepted)
    limit = accepted.limit
    telling.by_the_hour = limit is None or limit.unit.is_working_time
    telling.agency = accepted.competent_agency
    for _ in range(chance.randrange(FACTS_MAX)):
        if telling.over:
            break
        chance.choice(choices(telling))(telling)
    return RawLife(telling.facts, imported, telling.dossier)


def _acceptance(telling: Telling) -> DossierAccepted:
    chance, at = telling.chance, telling.moment
    procedure, its_field = chance.choice(PROCEDURES)
    agency = chance.choice(AGENCIES)
    value, unit = chance.choice(
        [
            ("8", LimitUnit.HOUR),
            ("0.5", LimitUnit.WORKING_DAY),
            ("3", LimitUnit.WORKING_DAY),
            ("15", LimitUnit.WORKING_DAY),
            ("10", LimitUnit.DAY),
            ("1", LimitUnit.MONTH),
        ]
    )
    unlimited = chance.random() < 0.1
    return make_accepted(
        at,
        procedure=procedure,
        field=its_field,
        channel=chance.choice(list(Channel)),
        receiving_agency=chance.choice(AGENCIES),
        competent_agency=agency,
        filed_at=at - timedelta(hours=1),
        counts_from=at + timedelta(minutes=chance.choice((0, 0, 0, 600, 3000))),
        limit=None if unlimited else PublishedLimit(value=Decimal(value), unit=unit),
        same_day=not unlimited and chance.random() < 0.05,
        parent=PARENT if chance.random() < PARTS_SHARE else None,
        **({"due_at": None} if unlimited else telling.told_due(at)),
    )


def _before_acceptance(telling: Telling) -> list[Event]:
    at = telling.moment
    return [
        DossierSupplementRequested(
            number=1, components=("c1",), before_acceptance=True, requested_at=at
        ),
        DossierSupplemented(
            number=1, before_acceptance=True, supplemented_at=at, pause_end=PauseEnd.RESTART
        ),
    ]


def _never_received(telling: Telling) -> Event:
    if telling.chance.random() < 0.5:
        return DossierIntakeRefused(refused_at=telling.moment, ground="sai thẩm quyền")
    return DossierWithdrawn(after_acceptance=False, withdrawn_at=telling.moment)
