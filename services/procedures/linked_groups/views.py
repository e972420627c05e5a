"""What the API shows of linked groups."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.procedures.linked_groups.reading import content_of
from services.procedures.linked_groups.record import LinkedGroupRecord
from services.procedures.models import LinkedGroup, Standing
from shared.times import LocalDateTime


class LinkedGroupView(BaseModel):
    """A linked group whole."""

    id: UUID
    code: str
    state: Standing
    drafted_at: LocalDateTime
    published_at: LocalDateTime | None
    retired_at: LocalDateTime | None
    record: LinkedGroupRecord = Field(description="Nội dung như khi soạn / the content as drafted.")

    @classmethod
    def of(cls, group: LinkedGroup) -> Self:
        """The group as it stands now."""
        return cls(
            id=group.id,
            code=group.code,
            state=group.standing,
            drafted_at=group.drafted_at,
            published_at=group.published_at,
            retired_at=group.retired_at,
            record=content_of(group),
        )
