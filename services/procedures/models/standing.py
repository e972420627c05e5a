"""What is drafted, published once and retired once: the columns that processes and groups share."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid
from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column


class Standing(StrEnum):
    """Where a process or a linked group stands; published, it never changes but to retire."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Standable:
    """Columns of what has a standing; `document` is its whole content."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid.uuid7)
    sequence: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    document: Mapped[dict[str, Any]]
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[str]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None]

    @property
    def standing(self) -> Standing:
        """Draft, published or retired."""
        if self.retired_at is not None:
            return Standing.RETIRED
        return Standing.DRAFT if self.published_at is None else Standing.PUBLISHED

    @property
    def aggregate_id(self) -> str:
        """Its id."""
        return str(self.id)
