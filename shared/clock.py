"""The present moment, passed in wherever a rule depends on it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends


def now() -> datetime:
    """The present moment in UTC; tests put another in its place."""
    return datetime.now(UTC)


Now = Annotated[datetime, Depends(now)]
