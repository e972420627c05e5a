"""The present moment, passed in wherever a rule depends on it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends


def present() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


# A plain function would be sent to a thread for each request, which costs more than it does.
async def now() -> datetime:
    """The present moment of a request; tests put another in its place."""
    return present()


Now = Annotated[datetime, Depends(now)]
