"""Turns a process into what is told of it."""

from datetime import datetime

from services.procedures.models import Process
from services.procedures.processes.record import ProcessRecord
from services.procedures.processes.steps import StepLimit, StepRecord
from services.procedures.records import LimitRecord
from shared.events import ProcessPublished, ProcessRetired, PublishedLimit, PublishedStep


def published(record: ProcessRecord, total: LimitRecord, at: datetime) -> ProcessPublished:
    """The fact that a process is in use, whole: intake and sla read nothing else of it."""
    return ProcessPublished(
        number=record.number,
        procedure=record.procedure,
        version=record.version,
        case=record.case,
        method=record.method,
        agency=record.agency,
        level=record.level,
        hours_per_day=record.hours_per_day,
        total=PublishedLimit(value=total.value, unit=total.unit),
        steps=tuple(_step(order, step) for order, step in enumerate(record.steps, start=1)),
        published_at=at,
    )


def retired(process: Process, at: datetime) -> ProcessRetired:
    """The fact that a process is out of use."""
    return ProcessRetired(
        number=process.number, procedure=process.procedure, version=process.version, retired_at=at
    )


def told_limit(limit: StepLimit | None) -> PublishedLimit | None:
    """A step's limit as others receive it."""
    return PublishedLimit(value=limit.value, unit=limit.unit) if limit else None


def _step(order: int, step: StepRecord) -> PublishedStep:
    return PublishedStep(
        id=step.id,
        order=order,
        name=step.name,
        kind=step.kind,
        role=step.role,
        may_act=tuple(step.acting),
        unit=step.unit,
        agency=step.agency,
        limit=told_limit(step.limit),
        result=step.result,
        forms=step.forms,
        shared_by=step.shared_by,
        loops_back_to=step.loops_back_to,
        group=step.group,
        status=step.status,
        quality_document=step.quality_document,
    )
