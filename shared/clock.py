"""The present moment, passed in wherever a rule depends on it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request


def present() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


# A plain function would be sent to a thread for each request, which costs more than it does.
async def now() -> datetime:
    """The present moment of a request; tests put another in its place."""
    return present()


Now = Annotated[datetime, Depends(now)]


def moment_of(request: Request) -> datetime:
    """The present moment, for a hot path that does without FastAPI's dependencies."""
    put_in_place = request.app.dependency_overrides.get(now)
    moment: datetime = put_in_place() if put_in_place is not None else present()
    return moment
