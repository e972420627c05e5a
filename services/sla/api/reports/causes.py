"""The route that enters why a dossier is late."""

from typing import Annotated

from fastapi import APIRouter

from services.sla.api.clocks import Reference
from services.sla.reports import causes
from services.sla.schemas.late import CauseBody, CauseView
from shared.clock import Now
from shared.database import Databases
from shared.identity import Principal, Role, requires

router = APIRouter(prefix="/v1/clocks", tags=["clocks"])
Explainer = Annotated[Principal, requires(Role.SPECIALIST, Role.LEADER)]


@router.put(
    "/{dossier}/lateness-cause",
    operation_id="put_lateness_cause",
    summary="Nhập nguyên nhân quá hạn / enter why a dossier is late",
)
async def put_lateness_cause(
    dossier: Reference, body: CauseBody, principal: Explainer, database: Databases, now: Now
) -> CauseView:
    """The last one entered counts; it goes before the letter's."""
    async with database.raw() as connection:
        row = await causes.enter(connection, dossier, principal, body.cause, now)
    return CauseView.model_validate(dict(row))
