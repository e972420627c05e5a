"""The kernel's tables, which every service's own database carries."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)

OUTBOX_STORAGE = {
    "autovacuum_vacuum_scale_factor": "0",
    "autovacuum_vacuum_threshold": "2000",
    "autovacuum_vacuum_cost_delay": "0",
}
"""The outbox is emptied as fast as it fills: vacuum by count, or its head gets slow."""

REBUILT = "rebuilt"
"""Key in a table's `info`: everything in it follows from the stream and can be rebuilt."""

AGGREGATE = "aggregate"
"""Key in a table's `info`: the kind of aggregate whose last `sequence` its rows carry."""


def add_outbox(metadata: MetaData) -> Table:
    """Facts recorded with the change they report, until the broker has them."""
    return Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(always=True, cache=1), primary_key=True),
        Column("id", Uuid, nullable=False),
        Column("subject", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        info={"storage": OUTBOX_STORAGE},
    )


def add_consumer(metadata: MetaData) -> None:
    """What a consumer knows of the stream: how far it is, and what it could not apply."""
    Table(
        "reached",
        metadata,
        Column("stream", Text, primary_key=True),
        Column("position", BigInteger, nullable=False),
        Column("event_id", Text, nullable=True),
        info={REBUILT: True},
    )
    Table(
        "applied",
        metadata,
        Column("aggregate", Text, primary_key=True),
        Column("last_sequence", BigInteger, nullable=False),
        Column("parked", Integer, nullable=False, server_default=text("0")),
        info={REBUILT: True},
    )
    Table(
        "parked",
        metadata,
        Column("aggregate", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("subject", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("state", Text, nullable=False),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("next_try", DateTime(timezone=True), nullable=True),
        Column("error", Text, nullable=True),
        Column("parked_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        PrimaryKeyConstraint("aggregate", "sequence"),
        CheckConstraint("state in ('waiting', 'retry', 'dead')", name="state"),
        # The heads that fail: few, though thousands may wait behind one of them.
        Index("parked_heads", "next_try", postgresql_where=text("state <> 'waiting'")),
        info={REBUILT: True},
    )
    Table(
        "discarded",
        metadata,
        Column("aggregate", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("discarded_by", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column(
            "discarded_at", DateTime(timezone=True), nullable=False, server_default=text("now()")
        ),
        PrimaryKeyConstraint("aggregate", "sequence"),
    )


def add_idempotency(metadata: MetaData) -> Table:
    """Answers already given, by the caller's key; kept at least seven days."""
    return Table(
        "idempotency",
        metadata,
        Column("client", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("request_hash", LargeBinary, nullable=False),
        Column("status", Integer, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("headers", Text, nullable=False, server_default=text("'{}'")),
        Column(
            "answered_at", DateTime(timezone=True), nullable=False, server_default=text("now()")
        ),
        PrimaryKeyConstraint("client", "key"),
        Index("idempotency_age", "answered_at"),
    )


def add_rates(metadata: MetaData) -> Table:
    """How often things were done in windows of time (shared.rates)."""
    return Table(
        "rate",
        metadata,
        Column("subject", LargeBinary, primary_key=True),
        Column("window_seconds", Integer, primary_key=True, autoincrement=False),
        Column("counted", Integer, nullable=False),
        Column("ends_at", DateTime(timezone=True), nullable=False, index=True),
    )
