"""Where a list by moment and id goes on: the key of the last row of the page before."""

from datetime import datetime
from uuid import UUID

from shared import paging


def place(after: str) -> tuple[datetime, UUID]:
    """Read a cursor that `mark` made; raises Unprocessable for any other."""
    moment, identity = paging.decode_texts(after, 2)
    try:
        found = datetime.fromisoformat(moment), UUID(identity)
    except ValueError as broken:
        raise paging.unreadable() from broken
    if found[0].tzinfo is None:
        raise paging.unreadable()
    return found


def mark(moment: datetime, identity: UUID) -> str:
    """Make the cursor that continues after this row."""
    return paging.encode(moment.isoformat(), str(identity))
