"""The set of intake's tables, the kernel's among them."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Text
from sqlalchemy.orm import DeclarativeBase

from shared.database import metadata
from shared.tables import add_consumer, add_idempotency, add_outbox, add_rates

METADATA = metadata()
add_outbox(METADATA)
add_consumer(METADATA)
add_idempotency(METADATA)
add_rates(METADATA)


class Base(DeclarativeBase):
    """A table of intake; moments carry their zone, words are text."""

    metadata = METADATA
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        str: Text(),
    }
