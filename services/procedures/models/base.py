"""What every table of the catalogue shares, and the kernel's tables among them."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase

from shared import database, tables


class Base(DeclarativeBase):
    """The catalogue's tables, the kernel's among them."""

    metadata = database.metadata()
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it as a class attribute)
        str: Text,
        bytes: LargeBinary,
        list[str]: ARRAY(Text),
        dict[str, Any]: JSONB,
        datetime: DateTime(timezone=True),
    }


tables.add_outbox(Base.metadata)
tables.add_idempotency(Base.metadata)
tables.add_consumer(Base.metadata)
METADATA = Base.metadata
