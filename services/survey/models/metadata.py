"""The one set of tables of this service, and the column types that they share."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import DateTime, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from shared import database, tables

Code = Annotated[str, mapped_column(Text(collation="C"))]
"""A code whose subtree is a range: bytes in order, whatever the database's language."""


class Base(DeclarativeBase):
    """The survey's tables, the kernel's among them."""

    metadata = database.metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        bytes: LargeBinary,
        dict[str, str]: JSONB,
        datetime: DateTime(timezone=True),
    }


METADATA = Base.metadata

FROM_STREAM = {tables.REBUILT: True}
"""Info of a table that follows wholly from the stream."""
