"""Report counters: days, months, what was open when a month began; the last two also by field."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from services.sla.models.metadata import FROM_STREAM, Base, Key


class States:
    """Measures that are summed from the beginning: the state on a day."""

    open: Mapped[int]
    overdue: Mapped[int]
    waiting: Mapped[int]


class Flows:
    """Measures that are summed over a period."""

    received: Mapped[int]
    early: Mapped[int]
    on_time: Mapped[int]
    late: Mapped[int]
    no_due_date: Mapped[int]
    withdrawn: Mapped[int]
    stopped: Mapped[int]
    refused: Mapped[int]
    recalled: Mapped[int]
    moved_in: Mapped[int]
    moved_out: Mapped[int]


class CounterDay(Flows, States, Base):
    """What one business day changed; a row of zeros is not kept."""

    __tablename__ = "counter_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    agency: Mapped[Key]
    procedure: Mapped[Key]
    field: Mapped[Key]
    channel: Mapped[Key]
    __table_args__ = ({"info": FROM_STREAM},)


class CounterMonth(Flows, States, Base):
    """The sum of a month's days."""

    __tablename__ = "counter_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    agency: Mapped[Key]
    procedure: Mapped[Key]
    field: Mapped[Key]
    channel: Mapped[Key]
    __table_args__ = ({"info": FROM_STREAM},)


class Balance(States, Base):
    """The states at the end of the day before the month's first."""

    __tablename__ = "balance"

    month: Mapped[date] = mapped_column(primary_key=True)
    agency: Mapped[Key]
    procedure: Mapped[Key]
    field: Mapped[Key]
    channel: Mapped[Key]
    __table_args__ = ({"info": FROM_STREAM},)


class CounterField(Flows, States, Base):
    """The sum of a month over procedures and channels."""

    __tablename__ = "counter_field"

    month: Mapped[date] = mapped_column(primary_key=True)
    agency: Mapped[Key]
    field: Mapped[Key]
    received_online: Mapped[int]
    __table_args__ = ({"info": FROM_STREAM},)


class BalanceField(States, Base):
    """The sum of a month's opening balances over procedures and channels."""

    __tablename__ = "balance_field"

    month: Mapped[date] = mapped_column(primary_key=True)
    agency: Mapped[Key]
    field: Mapped[Key]
    __table_args__ = ({"info": FROM_STREAM},)


class Opened(Base):
    """A month whose balances are written; from the first one to the last there is no gap."""

    __tablename__ = "opened"

    month: Mapped[date] = mapped_column(primary_key=True)
    __table_args__ = ({"info": FROM_STREAM},)
