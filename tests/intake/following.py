"""Processes and linked groups that dossiers follow, as procedures tells them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from services.intake.consumers import HANDLERS
from shared.events import (
    Event,
    LimitUnit,
    LinkedGroupPublished,
    LinkMode,
    ProcessPublished,
    PublishedLimit,
    PublishedMember,
    PublishedStep,
    StepKind,
    StepRole,
    seal,
)
from tests.intake.conftest import Office
from tests.intake.factories import PLAIN

PROCESS = "0195552e-7000-7000-8000-0000000000a1"
GROUP = "0195552e-7000-7000-8000-0000000000b1"
PUBLISHED_AT = datetime(2026, 1, 5, tzinfo=UTC)


def hours(value: str) -> PublishedLimit:
    return PublishedLimit(value=Decimal(value), unit=LimitUnit.HOUR)


def a_step(identity: str, role: StepRole, may_act: str, **changed: Any) -> PublishedStep:
    told: dict[str, Any] = {
        "id": identity,
        "order": int(identity[1:2]),
        "name": f"Bước {identity}",
        "kind": StepKind.WORK,
        "role": role,
        "may_act": (may_act,),
        "limit": hours("8"),
    }
    return PublishedStep(**(told | changed))


RECEIVE = a_step("b1", StepRole.COUNTER_OFFICER, "counter", kind=StepKind.RECEIVE, limit=hours("4"))
APPRAISE = a_step("b2", StepRole.SPECIALIST, "specialist", unit="Phòng Tư pháp")
DECIDE = a_step("b3", StepRole.AGENCY_LEADER, "leader", loops_back_to=("b2",))
RETURN = a_step("b4", StepRole.RETURN_OFFICER, "counter", kind=StepKind.RETURN, limit=None)


def a_process(*steps: PublishedStep, **changed: Any) -> ProcessPublished:
    told: dict[str, Any] = {
        "number": "QT-01",
        "procedure": PLAIN,
        "version": 1,
        "hours_per_day": 8,
        "total": hours("20"),
        "steps": steps or (RECEIVE, APPRAISE, DECIDE, RETURN),
        "published_at": PUBLISHED_AT,
    }
    return ProcessPublished(**(told | changed))


def a_member(identity: str, order: int, **changed: Any) -> PublishedMember:
    told: dict[str, Any] = {
        "id": identity,
        "order": order,
        "name": f"Phần {identity}",
        "procedure": PLAIN,
        "required": True,
    }
    return PublishedMember(**(told | changed))


def a_group(
    *members: PublishedMember, mode: LinkMode = LinkMode.IN_ORDER, **changed: Any
) -> LinkedGroupPublished:
    told: dict[str, Any] = {
        "code": "LT-01",
        "title": "Nhóm thử",
        "mode": mode,
        "procedure": PLAIN,
        "total": hours("80"),
        "members": members or (a_member("khai-sinh", 1), a_member("thuong-tru", 2)),
        "published_at": PUBLISHED_AT,
    }
    return LinkedGroupPublished(**(told | changed))


async def told_as(office: Office, identity: str, fact: Event, sequence: int = 1) -> None:
    """Let intake's consumer apply a fact of the aggregate with this id."""
    envelope = seal(
        fact, source="procedures", aggregate_id=str(UUID(identity)), sequence=sequence, agency="VN"
    )
    connection = await asyncpg.connect(office.database_url)
    try:
        async with connection.transaction():
            await HANDLERS[type(fact)](connection, [envelope])
    finally:
        await connection.close()
