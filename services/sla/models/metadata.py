"""The one set of tables of this service, and the column types that they share."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import DateTime, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from shared.database import metadata
from shared.tables import REBUILT


class Base(DeclarativeBase):
    """Base of the mapped tables."""

    metadata = metadata()


METADATA = Base.metadata

FROM_STREAM = {REBUILT: True}
"""Info of a table that follows wholly from the stream."""

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Key = Annotated[str, mapped_column(Text(collation="C"), primary_key=True)]
"""Part of a key that is compared byte by byte, so that a subtree of agencies is a range."""
Code = Annotated[str, mapped_column(Text(collation="C"))]
