"""Linked groups (liên thông): procedures done together for one person, and how they go round."""

from services.procedures.linked_groups.reading import content_of, list_groups
from services.procedures.linked_groups.record import LinkedGroupRecord, MemberRecord
from services.procedures.linked_groups.writing import change, draft, publish, remove, retire

__all__ = [
    "LinkedGroupRecord",
    "MemberRecord",
    "change",
    "content_of",
    "draft",
    "list_groups",
    "publish",
    "remove",
    "retire",
]
