"""Decides, without acting, which events of a batch come next and which must wait; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.delivery.incoming import Incoming


@dataclass(slots=True)
class Standing:
    """How far an aggregate is: the last number applied, and whether events of it are parked."""

    last: int = 0
    held: bool = False
    discarded: frozenset[int] = frozenset()

    def skip_discarded(self) -> None:
        """Pass over what an operator discarded, as if it had been applied."""
        while self.last + 1 in self.discarded:
            self.last += 1


@dataclass(frozen=True, slots=True)
class Parked:
    """An event to be kept aside, with the reason when it failed."""

    event: Incoming
    state: str = "waiting"
    attempts: int = 0
    delay_seconds: float | None = None
    error: str | None = None


@dataclass(slots=True)
class Placed:
    """A batch in its places; `good` and `parked` stay in stream order."""

    good: list[Incoming] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    duplicates: int = 0


def place(batch: Iterable[Incoming], standings: Mapping[str, Standing]) -> Placed:
    """Sort a batch by what each aggregate is ready for, and move the standings on."""
    placed = Placed()
    for event in batch:
        standing = standings[event.aggregate]
        standing.skip_discarded()
        if event.sequence <= standing.last:
            placed.duplicates += 1
        elif event.unreadable is not None:
            standing.held = True
            # Trying again cannot help: it goes straight to the operator.
            placed.parked.append(Parked(event, "dead", 1, error=event.unreadable))
        elif event.sequence == standing.last + 1 and not standing.held:
            standing.last += 1
            placed.good.append(event)
        else:
            standing.held = True
            placed.parked.append(Parked(event))
    for standing in standings.values():
        standing.skip_discarded()
    return placed
