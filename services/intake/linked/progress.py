"""How a linked life goes on: the next part after a result, and the parent only after its parts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.linked import children
from services.intake.models import Dossier, LinkedLife, LinkedPart
from services.intake.schemas.processing import ChildView, LinkedView, PartView
from services.intake.views import status_view
from shared.errors import Conflict, NotFound, Problem
from shared.events import LinkMode, Outcome

Parts = Sequence[LinkedPart]
Children = dict[UUID, Dossier]


async def life_of(
    session: AsyncSession, parent: Dossier, *, lock: bool = False
) -> tuple[LinkedLife, Parts]:
    """The linked life of a parent with its parts in order; raises NotFound."""
    life = await session.get(LinkedLife, parent.id, with_for_update=lock or None)
    if life is None:
        raise NotFound("Hồ sơ không mở liên thông.", code="not_linked")
    return life, await _parts(session, parent.id)


async def show(session: AsyncSession, desk: Desk, reference: str) -> LinkedView:
    """Show the linked life of a dossier that the caller may see."""
    return await view(session, await dossiers.get(session, desk, reference))


async def view(session: AsyncSession, parent: Dossier) -> LinkedView:
    """A linked life as it is shown."""
    life, parts = await life_of(session, parent)
    begun = await _children(session, parent.id)
    return LinkedView(
        code=parent.code,
        group=life.group_code,
        title=life.title,
        mode=LinkMode(life.mode),
        parts=[_part_view(part, begun) for part in parts],
    )


async def refuse_while_open(session: AsyncSession, parent: Dossier, outcome: Outcome) -> None:
    """Let no parent reach its result before its parts; raises Conflict that names them.

    An approval needs every required part ended; a refusal needs none under way.
    """
    if parent.linked_group is None:
        return
    _, parts = await life_of(session, parent)
    begun = await _children(session, parent.id)
    keeping = [
        part for part in parts if _under_way(part, begun, outcome) or _not_begun(part, outcome)
    ]
    if keeping:
        raise Conflict(
            "Còn hồ sơ thành phần chưa giải quyết xong.",
            code="children_open",
            open=[_named(part, begun) for part in keeping],
        )


async def refuse_stop(session: AsyncSession, parent: Dossier) -> None:
    """Let no parent be stopped for good while parts are under way; raises Conflict naming them."""
    await refuse_while_open(session, parent, Outcome.REFUSED)


async def refuse_after_parent(session: AsyncSession, child: Dossier) -> None:
    """Keep a part's result once the parent has its own; raises Conflict."""
    if child.parent is None:
        return
    # The parent's own steps lock it first and its parts after: waiting here would be a deadlock.
    parent = await session.scalar(
        select(Dossier)
        .where(Dossier.id == child.parent)
        .with_for_update(read=True, skip_locked=True)
    )
    if parent is None or parent.resolved_at is not None:
        raise Conflict(
            "Hồ sơ cha đã có kết quả hoặc đang được xử lý; hãy thu hồi kết quả của nó trước.",
            code="parent_resolved",
        )


async def after_result(session: AsyncSession, desk: Desk, child: Dossier) -> None:
    """Begin the part whose turn has come; where it cannot begin, say why and go on."""
    if child.parent is None or child.outcome != Outcome.APPROVED:
        return
    life = await session.get_one(LinkedLife, child.parent, with_for_update=True)
    parent = await session.get_one(Dossier, child.parent)
    parts = await _parts(session, child.parent)
    waiting = next((part for part in parts if part.dossier_id is None), None)
    if life.mode != LinkMode.IN_ORDER or waiting is None or parent.ended_at is not None:
        return
    try:
        await refuse_before_turn(session, life, parts, waiting)
        async with session.begin_nested():
            await children.start(session, desk, parent, waiting, by=life.linked_by)
    except Problem as refused:
        # A result stands, whatever keeps the next agency: an officer begins that part by hand.
        waiting.held_up = refused.code


async def refuse_before_turn(
    session: AsyncSession, life: LinkedLife, parts: Parts, part: LinkedPart
) -> None:
    """In order, a part begins when each before it has its result; raises Conflict."""
    if life.mode != LinkMode.IN_ORDER:
        return
    begun = await _children(session, life.parent_id)
    former = [
        before
        for before in parts
        if before.place < part.place
        and (before.dossier_id is None or begun[before.dossier_id].outcome != Outcome.APPROVED)
    ]
    if former:
        raise Conflict(
            "Phần trước chưa có kết quả.",
            code="former_open",
            open=[_named(before, begun) for before in former],
        )


async def codes_of(session: AsyncSession, parent: Dossier, *, resolved: bool) -> list[str]:
    """The parts of a parent that have their result and wait to be handed over, or have none yet."""
    if parent.linked_group is None:
        return []
    begun = await _children(session, parent.id)
    return [
        child.code
        for child in begun.values()
        if child.returned_at is None
        and (child.resolved_at is not None if resolved else child.ended_at is None)
    ]


def _under_way(part: LinkedPart, begun: Children, outcome: Outcome) -> bool:
    if part.dossier_id is None or begun[part.dossier_id].ended_at is not None:
        return False
    return part.required or outcome is Outcome.REFUSED


def _not_begun(part: LinkedPart, outcome: Outcome) -> bool:
    return part.dossier_id is None and part.required and outcome is Outcome.APPROVED


def _named(part: LinkedPart, begun: Children) -> dict[str, str | None]:
    child = begun[part.dossier_id] if part.dossier_id else None
    return {"member": part.member, "code": child.code if child else None}


async def _parts(session: AsyncSession, parent: UUID) -> Parts:
    found = await session.scalars(
        select(LinkedPart)
        .where(LinkedPart.parent_id == parent)
        .order_by(LinkedPart.place, LinkedPart.member)
    )
    return found.all()


async def _children(session: AsyncSession, parent: UUID) -> Children:
    found = await session.scalars(
        select(Dossier)
        .join(LinkedPart, LinkedPart.dossier_id == Dossier.id)
        .where(LinkedPart.parent_id == parent)
        .order_by(LinkedPart.place, LinkedPart.member)
    )
    return {child.id: child for child in found}


def _part_view(part: LinkedPart, begun: Children) -> PartView:
    child = begun[part.dossier_id] if part.dossier_id else None
    shown = None
    if child is not None:
        shown = ChildView(
            code=child.code,
            status=status_view(child.status),
            due_at=None if child.paused_at else child.due_at,
            resolved_at=child.resolved_at,
            outcome=Outcome(child.outcome) if child.outcome else None,
        )
    return PartView(
        member=part.member,
        place=part.place,
        name=part.name,
        required=part.required,
        procedure=part.procedure,
        agency=part.agency,
        held_up=part.held_up,
        dossier=shown,
    )
