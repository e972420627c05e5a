"""How far the deliveries to one subscriber have come: pure, so that each step can be proved."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Failure:
    """The attempts that failed in a row: whose turn it was, since when, and when comes the next."""

    event_id: str
    error: str
    attempts: int
    since: datetime
    next_try: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything up to `position` is delivered or was not wanted.

    Beyond it: `done` is delivered; `tried` was sent and refused or not answered; what lies up to
    `intended` may have been sent by a process that died before it could note what became of it.
    Up to `repeats` everything was sent once before the subscriber went back to an older cursor.
    """

    position: int = 0
    made: int = 0
    """When the stream was made in which these are positions."""
    done: frozenset[int] = frozenset()
    tried: frozenset[int] = frozenset()
    intended: int = 0
    repeats: int = 0
    failure: Failure | None = None
    delivered: int = 0
    delivered_at: datetime | None = None

    def is_done(self, position: int) -> bool:
        """Tell whether nothing is left to do for this event."""
        return position <= self.position or position in self.done

    def may_repeat(self, position: int) -> bool:
        """Tell whether the subscriber may have had this event before."""
        return position <= max(self.intended, self.repeats) or position in self.tried

    def intending(self, last: int) -> "Progress":
        """About to send what lies up to `last`."""
        return replace(self, intended=max(self.intended, last))

    def after(
        self,
        window: Collection[int],
        *,
        sent: Collection[int],
        open_: Collection[int],
        now: datetime,
    ) -> "Progress":
        """A window was worked through: `sent` was delivered, `open_` is left to deliver.

        What is in neither was done before or not wanted. Asked of the progress before the window:
        what was in doubt then and is still open stays in doubt.
        """
        last = max(window)
        doubtful = {one for one in open_ if self.may_repeat(one)}
        position = min(open_) - 1 if open_ else max(last, self.position)
        done = {one for one in (self.done | set(window)) - set(open_) if one > position}
        return replace(
            self,
            position=position,
            done=frozenset(done),
            tried=frozenset(one for one in (self.tried | doubtful) - set(sent) if one > position),
            # What was noted for the window is exact now; beyond it, a dead process may have sent.
            intended=self.intended if self.intended > last else 0,
            delivered=self.delivered + len(sent),
            delivered_at=now if sent else self.delivered_at,
            failure=None if sent and not open_ else self.failure,
        )

    def failed(self, failure: Failure, tried: Collection[int]) -> "Progress":
        """An attempt failed; what was tried may have arrived all the same."""
        return replace(self, failure=failure, tried=self.tried | set(tried))

    def recovered(self) -> "Progress":
        """Forget the failures: the subscriber says that the receiver is well, or it answered."""
        return replace(self, failure=None)

    def elsewhere(self, made: int, last: int) -> "Progress":
        """Begin anew in another stream, of which everything so far may have been sent before."""
        return Progress(
            made=made, repeats=last, delivered=self.delivered, delivered_at=self.delivered_at
        )

    def replayed(self, position: int) -> "Progress":
        """Go to another place; all that may have been sent before counts as repeated."""
        furthest = max(self.position, self.intended, self.repeats, *self.done, *self.tried, 0)
        return Progress(
            position=position,
            made=self.made,
            repeats=furthest,
            delivered=self.delivered,
            delivered_at=self.delivered_at,
        )

    def encode(self) -> bytes:
        """Write it for the bucket."""
        return orjson.dumps(
            {
                "position": self.position,
                "made": self.made,
                "done": sorted(self.done),
                "tried": sorted(self.tried),
                "intended": self.intended,
                "repeats": self.repeats,
                "failure": self.failure,
                "delivered": self.delivered,
                "delivered_at": self.delivered_at,
            }
        )


def decode(body: bytes) -> Progress:
    """Read it from the bucket."""
    kept: dict[str, Any] = orjson.loads(body)
    failure, delivered_at = kept["failure"], kept["delivered_at"]
    return Progress(
        position=kept["position"],
        made=kept["made"],
        done=frozenset(kept["done"]),
        tried=frozenset(kept["tried"]),
        intended=kept["intended"],
        repeats=kept["repeats"],
        failure=_failure(failure) if failure else None,
        delivered=kept["delivered"],
        delivered_at=datetime.fromisoformat(delivered_at) if delivered_at else None,
    )


def _failure(kept: dict[str, Any]) -> Failure:
    return Failure(
        event_id=kept["event_id"],
        error=kept["error"],
        attempts=kept["attempts"],
        since=datetime.fromisoformat(kept["since"]),
        next_try=datetime.fromisoformat(kept["next_try"]),
    )
