"""What an officer decides of a file that is read: publish these records, or reject the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import (
    ImportApproval,
    ImportItem,
    ImportState,
    ItemOutcome,
    ItemState,
    ProcedureImport,
)
from shared.errors import Conflict, NotFound, Unprocessable

OPEN_FOR_DECISION: Final = frozenset({ImportState.READ, ImportState.APPROVED})
SHOWN_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """Which records shall be published; none named means all that can be."""

    items: Sequence[int] | None
    except_anomalies: Sequence[str] = ()
    incomplete_reason: str | None = None


async def get_import(
    session: AsyncSession, identity: UUID, *, locked: bool = False
) -> ProcedureImport:
    """The import of that id; raises NotFound."""
    found = await session.get(ProcedureImport, identity, with_for_update=locked or None)
    if found is None:
        raise NotFound("Không có lần nhập danh mục này.")
    return found


async def approve(
    session: AsyncSession, identity: UUID, choice: Choice, *, by: str, at: datetime
) -> ProcedureImport:
    """Let records be published, in the background; raises Conflict while the file is being read.

    A record that was refused before may be approved again.
    """
    found = await _get_open(session, identity)
    await _refuse_unapprovable(session, identity, choice)
    number = 1 + (
        await session.scalar(select(func.count()).where(ImportApproval.import_id == identity)) or 0
    )
    found.state = ImportState.APPROVING
    await session.flush()
    approval = ImportApproval(
        import_id=identity,
        number=number,
        items=0,
        incomplete_reason=choice.incomplete_reason,
        except_anomalies=list(choice.except_anomalies),
        approved_by=by,
        approved_at=at,
    )
    session.add(approval)
    await session.flush()
    marked = await session.scalars(
        update(ImportItem)
        .where(*_approvable(identity), *_chosen(choice))
        .values(approval=number, outcome=None, refusal_code=None, refusal_detail=None)
        .returning(ImportItem.number)
        .execution_options(synchronize_session=False)
    )
    approval.items = len(marked.all())
    if not approval.items:
        raise Conflict("Không có bản ghi nào để công bố.", code="nothing_to_approve")
    return found


async def reject(
    session: AsyncSession, identity: UUID, reason: str, *, by: str, at: datetime
) -> ProcedureImport:
    """End an import: nothing more of it can be published; raises Conflict before it is read."""
    found = await _get_open(session, identity)
    found.state = ImportState.REJECTED
    found.rejected_by, found.rejected_at, found.rejection_reason = by, at, reason
    return found


async def _get_open(session: AsyncSession, identity: UUID) -> ProcedureImport:
    found = await get_import(session, identity, locked=True)
    if found.state not in OPEN_FOR_DECISION:
        raise Conflict(
            f"Lần nhập đang ở trạng thái {found.state}, chưa thể hoặc không thể quyết định nữa.",
            code="import_not_open",
            state=found.state,
        )
    return found


async def _refuse_unapprovable(session: AsyncSession, identity: UUID, choice: Choice) -> None:
    if choice.items is None:
        return
    fit = await session.scalars(
        select(ImportItem.number).where(*_approvable(identity), ImportItem.number.in_(choice.items))
    )
    if unfit := sorted(set(choice.items) - set(fit)):
        raise Unprocessable(
            f"Không công bố được bản ghi {', '.join(map(str, unfit[:SHOWN_MAX]))}:"
            " chỉ công bố được bản ghi mới hoặc có thay đổi, chưa công bố.",
            code="items_not_approvable",
            items=unfit,
        )


def _approvable(identity: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        ImportItem.import_id == identity,
        ImportItem.state.in_([ItemState.NEW, ItemState.CHANGED]),
        ImportItem.outcome.is_distinct_from(ItemOutcome.PUBLISHED),
    )


def _chosen(choice: Choice) -> tuple[ColumnElement[bool], ...]:
    chosen: list[ColumnElement[bool]] = []
    if choice.items is not None:
        chosen.append(ImportItem.number.in_(choice.items))
    if choice.except_anomalies:
        overlaps = ImportItem.anomaly_codes.op("&&", is_comparison=True)
        chosen.append(not_(overlaps(list(choice.except_anomalies))))
    return tuple(chosen)
