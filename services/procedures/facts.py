"""Tells the catalogue's facts, and refuses the one that would not fit the stream."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared import outbox
from shared.errors import Unprocessable
from shared.events import Event

SOURCE = "procedures"


async def tell(session: AsyncSession, of: outbox.Aggregate, event: Event) -> None:
    """Record the fact with its change; raises Unprocessable when its description is too long."""
    try:
        await outbox.record(session, SOURCE, of, event)
    except outbox.EventTooLarge as large:
        raise Unprocessable(
            f"Nội dung công bố không được quá {outbox.BODY_BYTES_MAX // 1024} KiB; hãy rút gọn.",
            code="publication_too_large",
        ) from large
