"""Who reads the catalogue: anybody, and officers who also see drafts."""

from datetime import date
from typing import Annotated

from fastapi import Depends

from shared.clock import Now
from shared.identity import Role, Visitor
from shared.times import to_vietnam


async def _sees_drafts(visitor: Visitor) -> bool:
    return visitor is not None and visitor.may(Role.CATALOGUE)


async def _today(now: Now) -> date:
    return to_vietnam(now).date()


SeesDrafts = Annotated[bool, Depends(_sees_drafts)]
"""Whether the reader is a catalogue officer; a token that does not stand is refused."""

Today = Annotated[date, Depends(_today)]
"""The present business date in Vietnam."""
