"""Routes of linked groups."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures import linked_groups, standings
from services.procedures.api.answers import answer, etag_of, refuse_stale
from services.procedures.api.visitors import SeesDrafts
from services.procedures.codes import ProcedureCode
from services.procedures.linked_groups.views import LinkedGroupView
from services.procedures.models import LinkedGroup, Standing
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Caller, Principal, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/linked-groups", tags=["linked-groups"])
CATALOGUE = [requires(Role.CATALOGUE)]


@router.get(
    "",
    operation_id="list_linked_groups",
    summary="Các nhóm thủ tục liên thông / linked groups",
    response_model=Page[LinkedGroupView],
)
async def list_linked_groups(
    *,
    session: Reading,
    sees_drafts: SeesDrafts,
    procedure: Annotated[
        ProcedureCode | None, Query(description="Chỉ nhóm có thủ tục này / that name it.")
    ] = None,
    state: Standing | None = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Groups by code, retired ones too unless a state is given; drafts for officers."""
    found, following = await linked_groups.list_groups(
        session, procedure=procedure, standing=state, drafts=sees_drafts, after=after, limit=limit
    )
    items = [LinkedGroupView.of(group) for group in found]
    return answer(Page[LinkedGroupView](items=items, next=following))


@router.get(
    "/{identity}",
    operation_id="get_linked_group",
    summary="Xem một nhóm liên thông / one linked group",
    response_model=LinkedGroupView,
)
async def get_linked_group(identity: UUID, session: Reading, sees_drafts: SeesDrafts) -> Response:
    """A group whole, with its members."""
    group = await standings.get(session, LinkedGroup, identity, drafts=sees_drafts)
    return answer(LinkedGroupView.of(group))


@router.post(
    "",
    operation_id="draft_linked_group",
    summary="Soạn nhóm liên thông / draft a linked group",
    status_code=201,
    response_model=LinkedGroupView,
    dependencies=CATALOGUE,
)
async def draft_linked_group(
    *,
    record: linked_groups.LinkedGroupRecord,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """Save a group whose members fit its limit, to be published later."""
    standings.refuse_out_of_scope(principal, record.lead_agency)

    async def draft() -> LinkedGroupView:
        group = await linked_groups.draft(session, record, by=principal.subject, at=now)
        return LinkedGroupView.of(group)

    return await once(session, draft, status=201, headers=_location)


@router.put(
    "/{identity}",
    operation_id="put_linked_group",
    summary="Sửa bản dự thảo nhóm liên thông / change a draft",
    response_model=LinkedGroupView,
    dependencies=CATALOGUE,
)
async def put_linked_group(
    *,
    request: Request,
    identity: UUID,
    record: linked_groups.LinkedGroupRecord,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
) -> Response:
    """Make the draft what the body says, whole."""
    standings.refuse_out_of_scope(principal, record.lead_agency)

    async def change() -> LinkedGroupView:
        group = await _mine(request, session, identity, principal)
        return LinkedGroupView.of(await linked_groups.change(session, group, record))

    return await once(session, change, headers=etag_of)


@router.delete(
    "/{identity}",
    operation_id="delete_linked_group",
    summary="Bỏ bản dự thảo nhóm liên thông / throw a draft away",
    response_model=LinkedGroupView,
    dependencies=CATALOGUE,
)
async def delete_linked_group(
    *, request: Request, identity: UUID, session: Transaction, once: OncePerKey, principal: Caller
) -> Response:
    """Throw the draft away and show it for the last time."""

    async def remove() -> LinkedGroupView:
        group = await _mine(request, session, identity, principal)
        await linked_groups.remove(session, group)
        return LinkedGroupView.of(group)

    return await once(session, remove)


@router.post(
    "/{identity}/publication",
    operation_id="publish_linked_group",
    summary="Công bố nhóm liên thông / publish a linked group",
    response_model=LinkedGroupView,
    dependencies=CATALOGUE,
)
async def publish_linked_group(
    *,
    request: Request,
    identity: UUID,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """Put a draft in use; the one in use under the same code retires at the same moment."""

    async def publish() -> LinkedGroupView:
        group = await _mine(request, session, identity, principal)
        await linked_groups.publish(session, group, by=principal.subject, at=now)
        return LinkedGroupView.of(group)

    return await once(session, publish, headers=etag_of)


@router.post(
    "/{identity}/retirement",
    operation_id="retire_linked_group",
    summary="Ngừng dùng nhóm liên thông / retire a linked group",
    response_model=LinkedGroupView,
    dependencies=CATALOGUE,
)
async def retire_linked_group(
    *,
    request: Request,
    identity: UUID,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
) -> Response:
    """No dossier accepted from now on starts it; those under way finish by it."""

    async def retire() -> LinkedGroupView:
        group = await _mine(request, session, identity, principal)
        await linked_groups.retire(session, group, by=principal.subject, at=now)
        return LinkedGroupView.of(group)

    return await once(session, retire, headers=etag_of)


async def _mine(
    request: Request, session: AsyncSession, identity: UUID, principal: Principal
) -> LinkedGroup:
    """The group, locked, if its lead lies in the officer's scope and is what If-Match says."""
    group = await standings.lock(session, LinkedGroup, identity)
    standings.refuse_out_of_scope(principal, group.lead_agency)
    refuse_stale(request, LinkedGroupView.of(group))
    return group


def _location(view: LinkedGroupView) -> dict[str, str]:
    return {"Location": f"/v1/linked-groups/{view.id}", **etag_of(view)}
