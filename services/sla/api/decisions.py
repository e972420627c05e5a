"""Routes of what heads decide about a dossier's limit."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.sla.api.clocks import Reference, Watcher
from services.sla.decisions import extending
from services.sla.schemas.decisions import (
    ExtensionBody,
    ExtensionsView,
    ExtensionView,
    extension_view,
)
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Principal, Role, requires

router = APIRouter(prefix="/v1/clocks", tags=["clocks"])
Head = Annotated[Principal, requires(Role.LEADER)]


@router.post(
    "/{dossier}/extensions",
    operation_id="extend_limit",
    summary="Gia hạn thời hạn giải quyết / lengthen the limit, before it expires",
    status_code=201,
    response_model=ExtensionView,
)
async def extend_limit(
    *,
    dossier: Reference,
    body: ExtensionBody,
    principal: Head,
    session: Transaction,
    once: OncePerKey,
    now: Now,
) -> Response:
    """The due it will have; the clock moves when it hears of the decision."""

    async def decide() -> ExtensionView:
        extension = await extending.extend(
            session, principal, dossier, length=body.length(), ground=body.ground, now=now
        )
        return extension_view(extension)

    return await once(session, decide, status=201)


@router.get(
    "/{dossier}/extensions",
    operation_id="list_extensions",
    summary="Các quyết định gia hạn / decisions to lengthen the limit",
)
async def list_extensions(
    dossier: Reference, principal: Watcher, session: Reading
) -> ExtensionsView:
    """All of them, also those that came too late, oldest first."""
    decided = await extending.decisions(session, principal, dossier)
    return ExtensionsView(items=[extension_view(one) for one in decided])
