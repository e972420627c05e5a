"""Making a dossier the parent of a linked life, and beginning its parts (D61 19(6), 19(7))."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Status, Work
from services.intake.linked import children, progress
from services.intake.linked.plan import Lead, Planned, plan
from services.intake.models import Dossier, LinkedGroupCopy, LinkedLife, LinkedPart
from services.intake.schemas.processing import ChildrenIn, LinkedView, PartStartIn
from shared import events
from shared.errors import Conflict, NotFound, Unprocessable
from shared.events import DossierLinked, LinkedGroupPublished, LinkMode
from shared.working_time import business_date

UNDER_WAY = frozenset({Status.ACCEPTED, Status.PROCESSING})


async def link(session: AsyncSession, desk: Desk, reference: str, asked: ChildrenIn) -> LinkedView:
    """Begin a linked life: every part at once, or the first one and each after its former."""
    parent = await dossiers.locked(session, desk, reference)
    _refuse(parent)
    group = await _group(session, parent, asked.group)
    planned = plan(group, asked.parts, Lead(parent.competent_agency, parent.agency_level))
    await _check_known(session, desk, planned)
    parts = [_part(parent, one) for one in planned]
    session.add(
        LinkedLife(
            parent_id=parent.id,
            group_code=group.code,
            title=group.title,
            mode=str(group.mode),
            linked_by=desk.principal.subject,
            linked_at=desk.now,
        )
    )
    await session.flush()
    session.add_all(parts)
    parent.linked_group = group.code
    await _tell(session, desk, parent, group, planned)
    for part in parts if group.mode is LinkMode.AT_ONCE else parts[:1]:
        await children.start(session, desk, parent, part, by=desk.principal.subject)
    return await progress.view(session, parent)


async def start_part(
    session: AsyncSession, desk: Desk, reference: str, member: str, asked: PartStartIn
) -> LinkedView:
    """Begin a part by hand, with what was missing when it could not begin by itself."""
    parent = await dossiers.locked(session, desk, reference)
    life, parts = await progress.life_of(session, parent, lock=True)
    if parent.ended_at is not None:
        raise Conflict("Hồ sơ cha đã kết thúc.", code="not_under_way")
    part = next((one for one in parts if one.member == member), None)
    if part is None:
        raise NotFound("Hồ sơ không có phần liên thông này.", code="member_unknown")
    if part.dossier_id is not None:
        raise Conflict("Phần này đã có hồ sơ.", code="part_started")
    await progress.refuse_before_turn(session, life, parts, part)
    part.agency = asked.agency or part.agency
    part.case_id = asked.case or part.case_id
    part.limit_row = asked.limit_row or part.limit_row
    await children.start(session, desk, parent, part, by=desk.principal.subject)
    return await progress.view(session, parent)


def _refuse(parent: Dossier) -> None:
    if parent.linked_group is not None:
        raise Conflict("Hồ sơ đã mở liên thông.", code="already_linked")
    if parent.parent is not None:
        raise Conflict("Hồ sơ thành phần không mở liên thông.", code="child_of_another")
    if parent.status not in UNDER_WAY:
        raise Conflict("Chỉ mở liên thông khi hồ sơ đang giải quyết.", code="not_under_way")


async def _group(session: AsyncSession, parent: Dossier, asked: str | None) -> LinkedGroupPublished:
    """The group in use that is asked for, or that is published for the parent's procedure."""
    of_procedure = LinkedGroupCopy.document["procedure"].astext == parent.procedure
    found = await session.scalar(
        select(LinkedGroupCopy.document)
        .where(
            LinkedGroupCopy.retired_at.is_(None),
            LinkedGroupCopy.code == asked if asked else of_procedure,
        )
        .order_by(LinkedGroupCopy.code)
        .limit(1)
    )
    if found is None:
        raise Unprocessable("Không có nhóm thủ tục liên thông này.", code="group_unknown")
    return LinkedGroupPublished.model_validate(found)


async def _check_known(session: AsyncSession, desk: Desk, planned: list[Planned]) -> None:
    """Refuse agencies and procedures that no part could be begun with; raises Unprocessable."""
    catalogue, connection = await desk.catalogue(session)
    today = business_date(desk.now)
    if unknown := sorted(
        {one.agency for one in planned if catalogue.agency(one.agency, today) is None}
    ):
        raise Unprocessable("Không có cơ quan này.", code="agency_unknown", agencies=unknown)
    for one in planned:
        if await catalogue.procedure_on(connection, one.procedure, today) is None:
            raise Unprocessable(
                f"Thủ tục {one.procedure} không có hoặc không có hiệu lực.",
                code="procedure_unknown",
                members=[one.member.id],
            )


def _part(parent: Dossier, planned: Planned) -> LinkedPart:
    member = planned.member
    return LinkedPart(
        parent_id=parent.id,
        member=member.id,
        place=member.order,
        name=member.name,
        required=member.required,
        procedure=planned.procedure,
        agency=planned.agency,
        case_id=planned.case,
        limit_row=planned.limit_row,
    )


async def _tell(
    session: AsyncSession,
    desk: Desk,
    parent: Dossier,
    group: LinkedGroupPublished,
    planned: list[Planned],
) -> None:
    await dossiers.note(
        session,
        desk,
        parent,
        work=Work.LINK,
        event=DossierLinked(
            group=group.code,
            mode=group.mode,
            parts=tuple(
                events.LinkedPart(
                    member=one.member.id,
                    order=one.member.order,
                    procedure=one.procedure,
                    agency=one.agency,
                    required=one.member.required,
                )
                for one in planned
            ),
            linked_at=desk.now,
        ),
        details={"group": group.code, "parts": [one.member.id for one in planned]},
    )
