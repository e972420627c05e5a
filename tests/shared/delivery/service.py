"""A small service for the kernel's tests: it tells steps of dossiers, and applies them."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, PrimaryKeyConstraint, Table, Text

from shared.database import metadata
from shared.delivery import Handlers, NotYet
from shared.delivery.reconcile import AGGREGATE_KEY
from shared.events import (
    ClockDueDateChanged,
    DossierResultRecalled,
    DossierStepCompleted,
    DossierWithdrawn,
    Envelope,
    Event,
)
from shared.tables import AGGREGATE, REBUILT, add_consumer, add_outbox

SERVICE = "trial"
EARLY = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)

METADATA = metadata()
add_outbox(METADATA)
add_consumer(METADATA)
Table(
    "life",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("remark", Text),
    info={AGGREGATE: "dossier"},
)
Table(
    "other_life",
    METADATA,
    Column("code", Text),
    Column("number", BigInteger, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    info={AGGREGATE: "dossier", AGGREGATE_KEY: "code"},
)
Table(
    "clock",
    METADATA,
    Column("dossier", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    info={REBUILT: True},
)
Table(
    "entry",
    METADATA,
    Column("dossier", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("dossier", "sequence"),
    info={REBUILT: True},
)
Table(
    "counter",
    METADATA,
    Column("unit", Text, primary_key=True),
    Column("steps", BigInteger, nullable=False),
    info={REBUILT: True},
)

PYTHON, SQL, LATER = "poison in python", "poison in sql", "needs a prerequisite"
"""Names of steps that the handler refuses while the trial's poison works."""
PREREQUISITE = "the dossier whose recall is the prerequisite"

Steps = Sequence[Envelope[Event]]


@dataclass
class Trial:
    """The service's handlers, which a test may poison and watch."""

    poisoned: bool = True
    prerequisite: bool = False
    calls: list[tuple[str, int]] = field(default_factory=list)

    @property
    def handlers(self) -> Handlers:
        return {DossierStepCompleted: self.steps, DossierResultRecalled: self.recalls}

    @property
    def own(self) -> Handlers:
        return {ClockDueDateChanged: self.due_dates}

    async def steps(self, connection: asyncpg.Connection, envelopes: Steps) -> None:
        """Fold steps into clocks (order counts), ledger entries and counters."""
        self.calls.append(("steps", len(envelopes)))
        told = [(e, e.data) for e in envelopes if isinstance(e.data, DossierStepCompleted)]
        await self._enter(connection, envelopes, [step.name for _, step in told])
        units = Counter(step.unit for _, step in told)
        await connection.execute(
            """
            insert into counter as c select * from unnest($1::text[], $2::bigint[])
            on conflict (unit) do update set steps = c.steps + excluded.steps
            """,
            sorted(units),
            [units[unit] for unit in sorted(units)],
        )
        for _, step in told:
            if self.poisoned and step.name == PYTHON:
                raise RuntimeError(step.name)
            if self.poisoned and step.name == SQL:
                await connection.execute("select 1 / 0")
            if step.name == LATER and not await self._is_there(connection):
                raise NotYet("calendar VN 3")

    async def _is_there(self, connection: asyncpg.Connection) -> bool:
        """Whether the prerequisite was heard of, or the test says it is there."""
        told = "select exists(select from clock where dossier = $1)"
        return self.prerequisite or bool(await connection.fetchval(told, PREREQUISITE))

    async def recalls(self, connection: asyncpg.Connection, envelopes: Steps) -> None:
        self.calls.append(("recalls", len(envelopes)))
        await self._enter(connection, envelopes, ["recalled"] * len(envelopes))

    async def due_dates(self, connection: asyncpg.Connection, envelopes: Steps) -> None:
        """Read own facts back; `life` is not rebuilt, so that what is written there must vanish."""
        self.calls.append(("due dates", len(envelopes)))
        ids = [e.aggregate_id for e in envelopes]
        await connection.execute("update life set remark = 'history' where id = any($1)", ids)
        await connection.execute(
            """
            insert into counter as c values ('due dates', $1)
            on conflict (unit) do update set steps = c.steps + excluded.steps
            """,
            len(envelopes),
        )

    async def _enter(
        self, connection: asyncpg.Connection, envelopes: Steps, names: list[str]
    ) -> None:
        ids = sorted({e.aggregate_id for e in envelopes})
        rows = await connection.fetch("select * from clock where dossier = any($1)", ids)
        digests = {row["dossier"]: row["digest"] for row in rows}
        for e, name in zip(envelopes, names, strict=True):
            before = digests.get(e.aggregate_id, "")
            told = f"{before}{e.sequence}{name}".encode()
            digests[e.aggregate_id] = hashlib.sha256(told).hexdigest()
        await connection.execute(
            """
            insert into clock select * from unnest($1::text[], $2::text[])
            on conflict (dossier) do update set digest = excluded.digest
            """,
            ids,
            [digests[identity] for identity in ids],
        )
        await connection.execute(
            """
            insert into entry
            select * from unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[])
            """,
            [e.aggregate_id for e in envelopes],
            [e.sequence for e in envelopes],
            names,
            [e.recorded_at for e in envelopes],
        )


def step(name: str = "thẩm định", unit: str = "H20.30.1") -> DossierStepCompleted:
    return DossierStepCompleted(step=1, name=name, unit=unit, officer="o1", completed_at=EARLY)


def recall() -> DossierResultRecalled:
    return DossierResultRecalled(ground="sai kết quả", recalled_at=EARLY)


def withdrawal() -> DossierWithdrawn:
    """A fact of a known kind that the trial has no handler for."""
    return DossierWithdrawn(after_acceptance=True, withdrawn_at=EARLY)


def due_date() -> ClockDueDateChanged:
    return ClockDueDateChanged(
        ground="calendar", due_before=None, due_at=EARLY, calendar="VN", calendar_version=3,
        changed_at=EARLY,
    )  # fmt: skip
