"""Who else keeps something of the dossiers' lives, in the transaction that moves their clocks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

import asyncpg

from services.sla import late_entries
from services.sla.alarms import keeping as alarms
from services.sla.apologies import keeping as apologies
from services.sla.books import keeping as books
from services.sla.decisions import settling
from services.sla.facts import Told
from services.sla.following import Batch
from services.sla.lives import keeping as lives
from services.sla.signals import noticing as signals
from services.sla.steps import keeping as steps
from shared.events import Event

Follow = Callable[[asyncpg.Connection, Sequence[Told], Batch], Awaitable[None]]
"""Keeps what a batch told, in stream order; a few statements, whatever the batch's size.

`batch.touched` are the clocks that moved, as they stand now and already written;
`batch.ledger` what moved them. Facts of dossiers that were never accepted come too.
"""


class Follower(NamedTuple):
    """What is heard besides the facts that move clocks, and who hears all of it."""

    hears: frozenset[type[Event]]
    follow: Follow


FOLLOWERS: Final[tuple[Follower, ...]] = (
    Follower(alarms.HEARD, alarms.follow),
    Follower(frozenset(), settling.follow),
    Follower(frozenset(), late_entries.follow),
    Follower(lives.HEARD, lives.follow),
    Follower(steps.HEARD, steps.follow),
    Follower(frozenset(), books.follow),
    Follower(frozenset(), signals.follow),
    Follower(frozenset(), apologies.follow),
)
