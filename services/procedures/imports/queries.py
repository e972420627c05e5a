"""Finds imports and their records for those who decide on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from services.procedures.anomalies import AnomalyCode
from services.procedures.imports.decisions import get_import
from services.procedures.imports.views import AnomalyCount, ApprovalView, ImportSummary, ImportView
from services.procedures.models import (
    ImportApproval,
    ImportItem,
    ItemOutcome,
    ItemState,
    ProcedureImport,
)
from shared import paging
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records of an import; what is left out filters nothing."""

    state: ItemState | None = None
    anomaly: AnomalyCode | None = None
    outcome: ItemOutcome | None = None


async def list_imports(
    session: AsyncSession, *, after: str | None, limit: int
) -> tuple[Sequence[ProcedureImport], str | None]:
    """One page, newest first; and its next cursor."""
    key = (ProcedureImport.uploaded_at, ProcedureImport.id)
    statement = select(ProcedureImport).order_by(*(part.desc() for part in key)).limit(limit + 1)
    if after is not None:
        statement = statement.where(tuple_(*key) < tuple_(*_position(after)))
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    last = page[-1]
    return page, paging.encode(last.uploaded_at.isoformat(), str(last.id))


async def describe(session: AsyncSession, identity: UUID) -> ImportView:
    """An import with everything counted; raises NotFound."""
    found = await get_import(session, identity)
    states = await _counts(session, identity, ImportItem.state)
    outcomes = await _counts(session, identity, ImportItem.outcome)
    pending = select(func.count()).where(
        ImportItem.import_id == identity,
        ImportItem.approval.is_not(None),
        ImportItem.outcome.is_(None),
    )
    approvals = await session.scalars(
        select(ImportApproval)
        .where(ImportApproval.import_id == identity)
        .order_by(ImportApproval.number)
    )
    return ImportView(
        **ImportSummary.model_validate(found).model_dump(),
        sha256=found.sha256.hex() if found.sha256 else None,
        records=sum(states.values()),
        states={state: states.get(state, 0) for state in ItemState},
        anomalies=await count_anomalies(session, identity),
        outcomes={outcome: outcomes.get(outcome, 0) for outcome in ItemOutcome},
        pending=await session.scalar(pending) or 0,
        approvals=[ApprovalView.model_validate(approval) for approval in approvals],
        failure_code=found.failure_code,
        failure_detail=found.failure_detail,
        rejected_by=found.rejected_by,
        rejected_at=found.rejected_at,
        rejection_reason=found.rejection_reason,
        forgotten_at=found.forgotten_at,
    )


async def count_anomalies(session: AsyncSession, identity: UUID) -> list[AnomalyCount]:
    """The anomalies found, the commonest first."""
    # Unnested in the select list: as a second FROM it would look like a product to SQLAlchemy.
    single = (
        select(func.unnest(ImportItem.anomaly_codes).label("code"))
        .where(ImportItem.import_id == identity)
        .subquery()
    )
    rows = await session.execute(
        select(single.c.code, func.count().label("records"))
        .group_by(single.c.code)
        .order_by(func.count().desc(), single.c.code)
    )
    known = [(AnomalyCode(row[0]), row.records) for row in rows]
    return [
        AnomalyCount(code=code, severity=code.severity, label=code.label, records=records)
        for code, records in known
    ]


async def list_items(
    session: AsyncSession, identity: UUID, wanted: Filter, *, after: str | None, limit: int
) -> tuple[Sequence[ImportItem], str | None]:
    """One page of an import's records in the order of the file; and its next cursor."""
    statement = (
        select(ImportItem)
        .options(
            defer(ImportItem.document), defer(ImportItem.differences), defer(ImportItem.anomalies)
        )
        .where(ImportItem.import_id == identity)
        .order_by(ImportItem.number)
        .limit(limit + 1)
    )
    if wanted.state is not None:
        statement = statement.where(ImportItem.state == wanted.state)
    if wanted.anomaly is not None:
        statement = statement.where(ImportItem.anomaly_codes.contains([wanted.anomaly]))
    if wanted.outcome is not None:
        statement = statement.where(ImportItem.outcome == wanted.outcome)
    if after is not None:
        statement = statement.where(ImportItem.number > _number(after))
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    return page, paging.encode(page[-1].number) if len(found) > limit else None


async def get_item(session: AsyncSession, identity: UUID, number: int) -> ImportItem:
    """One record of an import; raises NotFound."""
    item = await session.get(ImportItem, (identity, number))
    if item is None:
        raise NotFound(f"Lần nhập này không có bản ghi thứ {number}.")
    return item


async def _counts(session: AsyncSession, identity: UUID, column: Any) -> dict[str, int]:
    rows: Sequence[Row[str, int]] = (
        await session.execute(
            select(column, func.count())
            .where(ImportItem.import_id == identity, column.is_not(None))
            .group_by(column)
        )
    ).all()
    return {row[0]: row[1] for row in rows}


def _number(after: str) -> int:
    (number,) = paging.decode(after, 1)
    if not isinstance(number, int) or not 0 <= number < 2**31:
        raise paging.unreadable()
    return number


def _position(after: str) -> tuple[datetime, UUID]:
    moment, identity = paging.decode_texts(after, 2)
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(identity)
    except (ValueError, OverflowError) as broken:
        raise paging.unreadable() from broken
