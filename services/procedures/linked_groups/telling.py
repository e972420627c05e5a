"""Turns a linked group into what is told of it."""

from datetime import datetime

from services.procedures.linked_groups.record import LinkedGroupRecord, MemberRecord
from services.procedures.models import LinkedGroup
from services.procedures.processes.telling import told_limit
from shared.events import LinkedGroupPublished, LinkedGroupRetired, PublishedLimit, PublishedMember


def published(record: LinkedGroupRecord, at: datetime) -> LinkedGroupPublished:
    """The fact that a group is in use, whole."""
    return LinkedGroupPublished(
        code=record.code,
        title=record.name,
        mode=record.mode,
        procedure=record.procedure,
        lead_level=record.lead_level,
        lead_agency=record.lead_agency,
        lead_unit=record.lead_unit,
        total=PublishedLimit(value=record.total.value, unit=record.total.unit),
        members=tuple(_member(order, one) for order, one in enumerate(record.members, start=1)),
        published_at=at,
    )


def retired(group: LinkedGroup, at: datetime) -> LinkedGroupRetired:
    """The fact that a group is out of use."""
    return LinkedGroupRetired(code=group.code, retired_at=at)


def _member(order: int, member: MemberRecord) -> PublishedMember:
    return PublishedMember(
        id=member.id,
        order=order,
        name=member.name,
        procedure=member.procedure,
        level=member.level,
        agency=member.agency,
        unit=member.unit,
        task=member.task,
        limit=told_limit(member.limit),
        required=member.required,
    )
