"""Decisions among the facts: however the stream is cut, the same tables stand and add up."""

import random
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from services.sla.models import METADATA
from services.sla.recalculation import candidates, writing
from services.sla.recount import recount
from shared.events import (
    ApologyIssued,
    ApologyKind,
    DeadlineExtended,
    DossierResultRecalled,
    Envelope,
    Event,
    PauseEnd,
    RecalculationOrdered,
)
from shared.tables import REBUILT
from tests.sla.factories import (
    CALENDAR,
    at,
    make_accepted,
    make_calendar,
    published,
    with_holiday,
    working_days,
    wrap,
)
from tests.sla.facts import asked, given, resolved
from tests.sla.rows import rebuilt_tables
from tests.sla.stream import deliver, deliver_in_batches

BEGUN = at("2026-03-02 08:00")
SECOND = with_holiday(make_calendar(), date(2026, 3, 12))
THIRD = with_holiday(SECOND, date(2026, 3, 17), date(2026, 3, 20))
LIVES = 150


FOLDED = """
select clock.code from clock join ledger on ledger.dossier = clock.dossier and place = entries
 where (clock.due_at, clock.calendar_version, clock.last_at, clock.last_on, clock.phase)
       is distinct from (ledger.due_at, ledger.calendar_version, ledger.at, on_day, stand)
    or clock.promised_at is distinct from coalesce(ledger.promised_at, ledger.due_at)
    or clock.used_minutes <> ledger.used_minutes
"""
# Days on which nobody works are no days to be due on.
NOT_ON_THE_HOLIDAY = """
select count(*) from clock
 where phase = 'running' and calendar = $1
   and due_on in ('2026-03-12', '2026-03-17', '2026-03-20')
"""


async def clear(connection: asyncpg.Connection) -> None:
    """Forget all that follows from the stream."""
    names = [table.name for table in METADATA.sorted_tables if table.info.get(REBUILT)]
    await connection.execute(f"truncate {', '.join(names)}")


def shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


class Life:
    """One dossier's facts as they are told, each numbered by who tells it."""

    def __init__(self, chance: random.Random) -> None:
        self.dossier = str(uuid.UUID(int=chance.getrandbits(128)))
        self.told: list[tuple[datetime, Envelope[Event]]] = []
        self._numbers: dict[str, int] = {}
        self._chance = chance
        self.moment = BEGUN + timedelta(minutes=chance.randrange(7 * 1440))
        self._live()

    def _live(self) -> None:
        chance = self._chance
        accepted = make_accepted(
            self.moment,
            code=f"H20.40.01-{self.dossier[:8]}",
            field=chance.choice(("Hộ tịch", "Đất đai")),
            limit=working_days(chance.choice((1, 5, 10, 15))),
        )
        self._tell("dossier", accepted)
        for _ in range(chance.randrange(4)):
            self._step(chance.choice((self._wait, self._extend, self._apologise, self._recall)))
        if chance.random() < 0.4:
            self._step(lambda: self._tell("dossier", resolved(shown(self.moment))))

    def _step(self, step: Any) -> None:
        self.moment += timedelta(minutes=self._chance.randrange(4 * 1440))
        step()

    def _tell(self, who: str, fact: Event, aggregate: str | None = None) -> None:
        self._numbers[who] = self._numbers.get(who, 0) + 1
        envelope = wrap(fact, aggregate or self.dossier, self._numbers[who], self.moment)
        self.told.append((self.moment, envelope))

    def _wait(self) -> None:
        number = self._numbers.get("wait", 0) + 1
        self._numbers["wait"] = number
        self._tell("dossier", asked(shown(self.moment), number))
        if self._chance.random() < 0.8:
            self.moment += timedelta(minutes=self._chance.randrange(5 * 1440))
            mode = self._chance.choice(list(PauseEnd))
            self._tell("dossier", given(shown(self.moment), mode, number=number))

    def _extend(self) -> None:
        amount = self._chance.choice((60, 480, 960))
        fact = DeadlineExtended(
            amount=amount, ground="Phức tạp", decided_by="ld", decided_at=self.moment
        )
        self._tell("deadline", fact)

    def _apologise(self) -> None:
        fact = ApologyIssued(
            dossier=self.dossier,
            kind=ApologyKind.OVERDUE,
            number=1,
            cause="qua_tai",
            promised=self.moment + timedelta(days=20),
            issued_at=self.moment,
        )
        self._tell("apology", fact, aggregate=f"thu-{self.dossier}-{len(self.told)}")

    def _recall(self) -> None:
        self._tell("dossier", resolved(shown(self.moment)))
        self.moment += timedelta(minutes=self._chance.randrange(3 * 1440))
        self._tell("dossier", DossierResultRecalled(ground="Sai", recalled_at=self.moment))


def ordered(version: int, text: str, chance: random.Random) -> Envelope[Event]:
    fact = RecalculationOrdered(
        calendar=CALENDAR,
        calendar_version=version,
        later_only=chance.random() < 0.5,
        ground="Nghỉ bù",
        ordered_by="lanh-dao",
        ordered_at=at(text),
    )
    return wrap(fact, str(uuid.UUID(int=version)), recorded_at=at(text))


def stream(chance: random.Random) -> list[Envelope[Event]]:
    """Lives with decisions, and two holidays declared in the middle of them."""
    told = [fact for _ in range(LIVES) for fact in Life(chance).told]
    middle = at("2026-03-09 12:00")
    told += [
        (at("2026-03-05 07:00"), published(SECOND)),
        (middle, ordered(2, shown(middle), chance)),
        (at("2026-03-13 06:00"), published(THIRD)),
        (at("2026-03-13 06:00"), ordered(3, "2026-03-13 06:00", chance)),
    ]
    return [envelope for _, envelope in sorted(told, key=lambda one: one[0])]


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_stream_comes_to_the_same_however_it_is_cut(
    connection: asyncpg.Connection, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    envelopes = stream(chance)
    await deliver_in_batches(connection, envelopes, chance)
    live = await rebuilt_tables(connection)
    kinds = await connection.fetch("select kind, count(*) from ledger group by kind")

    await clear(connection)
    monkeypatch.setattr(writing, "AT_ONCE", 7)
    monkeypatch.setattr(candidates, "AT_ONCE", 3)
    for envelope in [published(make_calendar()), *envelopes]:
        await deliver(connection, [envelope])

    found = {row["kind"]: row["count"] for row in kinds}
    assert min(found[kind] for kind in ("recalculated", "extended", "reappointed")) > 10
    assert await rebuilt_tables(connection) == live
    assert await recount(connection) == []


@pytest.mark.parametrize("seed", [3, 4])
async def test_a_ledger_with_decisions_folds_to_its_clock(
    connection: asyncpg.Connection, seed: int
) -> None:
    chance = random.Random(seed)
    await deliver_in_batches(connection, stream(chance), chance)

    stale = await connection.fetch(FOLDED)
    early = await connection.fetchval(NOT_ON_THE_HOLIDAY, SECOND.code)

    assert stale == []
    assert early == 0
