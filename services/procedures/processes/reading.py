"""Finds processes: by id, by what they are bound to, and page by page."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import standings
from services.procedures.models import Process, Standing
from services.procedures.processes.record import ProcessRecord
from shared import paging


def content_of(process: Process) -> ProcessRecord:
    """What the process says, as it was written down."""
    return ProcessRecord.model_validate(process.document)


def same_binding(process: Process) -> tuple[ColumnElement[bool], ...]:
    """What holds for a process bound to just what this one is bound to."""
    return (
        Process.procedure == process.procedure,
        Process.version == process.version,
        Process.case_id.is_not_distinct_from(process.case_id),
        Process.method.is_not_distinct_from(process.method),
        Process.agency.is_not_distinct_from(process.agency),
        Process.level.is_not_distinct_from(process.level),
    )


async def list_processes(
    session: AsyncSession,
    *,
    procedure: str | None,
    agency: str | None,
    standing: Standing | None,
    drafts: bool,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Process], str | None]:
    """One page by procedure, then in the order of drafting; and its next cursor."""
    key = (Process.procedure, Process.id)
    statement = select(Process).where(*standings.with_standing(Process, standing, drafts=drafts))
    if procedure is not None:
        statement = statement.where(Process.procedure == procedure)
    if agency is not None:
        statement = statement.where(Process.agency == agency)
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*_position(after)))
    found = (await session.scalars(statement.order_by(*key).limit(limit + 1))).all()
    page = found[:limit]
    following = paging.encode(page[-1].procedure, str(page[-1].id)) if len(found) > limit else None
    return page, following


def _position(after: str) -> tuple[str, UUID]:
    procedure, identity = paging.decode_texts(after, 2)
    return procedure, standings.identity_of(identity)
