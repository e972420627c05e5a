"""How many requests one service answers at once; a few more wait a moment, the rest come again."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.errors import Unavailable

RETRY_AFTER_SECONDS = 1


class Gate:
    """A counted gate with a bounded queue, first come first served."""

    def __init__(
        self, name: str, *, inside_max: int, waiting_max: int, wait_seconds_max: float
    ) -> None:
        self.name = name
        self.inside = 0
        self._inside_max = inside_max
        self._waiting_max = waiting_max
        self._wait_seconds_max = wait_seconds_max
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many stand in the queue."""
        return len(self._waiting)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold a place; raises Unavailable at once when the queue is full, else after a wait."""
        await self.enter()
        try:
            yield
        finally:
            self.leave()

    async def enter(self) -> None:
        """Take a place that `leave` gives back; raises Unavailable."""
        if self.inside < self._inside_max:
            self.inside += 1
            return
        if len(self._waiting) >= self._waiting_max:
            raise self._busy()
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._wait_seconds_max):
                await turn
        except TimeoutError:
            self._give_up(turn)
            raise self._busy() from None
        except asyncio.CancelledError:
            self._give_up(turn)
            raise

    def leave(self) -> None:
        """Give the place to the next in the queue, or free it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.inside -= 1

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        """Leave the queue; whose turn came in this very moment gives the place on."""
        if turn in self._waiting:
            self._waiting.remove(turn)
        elif not turn.cancelled():
            self.leave()

    def _busy(self) -> Unavailable:
        return Unavailable(
            f"Dịch vụ {self.name} đang nhận quá nhiều yêu cầu; hãy gửi lại sau giây lát.",
            retry_after_seconds=RETRY_AFTER_SECONDS,
            code="service_busy",
            service=self.name,
        )


class Shares:
    """Counts what each caller holds of something scarce, and lets nobody hold more than a share."""

    def __init__(self, share_max: int) -> None:
        self._share_max = share_max
        self._held: Counter[str] = Counter()

    def take(self, caller: str) -> bool:
        """Take one; False when the caller holds its share already."""
        if self._held[caller] >= self._share_max:
            return False
        self._held[caller] += 1
        return True

    def give_back(self, caller: str) -> None:
        """Give one back; who holds nothing is forgotten."""
        self._held[caller] -= 1
        if not self._held[caller]:
            del self._held[caller]
