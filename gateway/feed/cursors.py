"""Cursors of the feed: a place in the stream, whatever the filter, opaque to whoever keeps one."""

from dataclasses import dataclass
from typing import ClassVar

from nats.js import JetStreamContext

from shared import paging
from shared.errors import Problem

NOW = "now"
POSITION_MAX = 2**63 - 1


class Gone(Problem):
    """410: there once, not any more."""

    status: ClassVar[int] = 410
    code = "cursor_gone"
    title = "Sự kiện không còn"


@dataclass(frozen=True, slots=True)
class Extent:
    """From where to where the stream reaches now, and which stream it is."""

    made: int
    """When the stream was made, in milliseconds; one made anew has other positions."""
    first: int
    last: int

    def cursor(self, position: int) -> str:
        """Write the cursor that continues after a position."""
        return paging.encode(self.made, position)

    def position(self, after: str | None) -> int:
        """The position to continue after; none means the beginning, `now` the end.

        Raises Unprocessable for a cursor that we did not make, Gone when events after it are not
        there any more.
        """
        if after is None:
            return max(self.first - 1, 0)
        if after == NOW:
            return self.last
        made, position = paging.decode(after, 2)
        if type(made) is not int or type(position) is not int or not 0 <= position <= POSITION_MAX:
            raise paging.unreadable()
        if made != self.made or not self.first - 1 <= position <= self.last:
            raise Gone(
                "Con trỏ này không dùng được nữa: một phần sự kiện sau nó không còn. "
                "Hãy bắt đầu lại từ đầu (bỏ tham số after).",
            )
        return position


async def extent(js: JetStreamContext, stream: str) -> Extent:
    """Ask the broker how far the stream reaches."""
    info = await js.stream_info(stream)
    made = int(info.created.timestamp() * 1000) if info.created else 0
    return Extent(made, info.state.first_seq, info.state.last_seq)
