"""Routes of clocks."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.sla import watching
from services.sla.explanation import changes, stretches
from services.sla.schemas.clocks import ClockView, ExplanationView, clock_view, explanation_view
from shared.clock import Now
from shared.database import Databases
from shared.identity import Principal, Role, requires

WATCHERS = (
    Role.COUNTER,
    Role.SPECIALIST,
    Role.LEADER,
    Role.REPORTER,
    Role.PORTAL,
    Role.OPERATOR,
)
router = APIRouter(prefix="/v1/clocks", tags=["clocks"])
Watcher = Annotated[Principal, requires(*WATCHERS)]
Reference = Annotated[
    str, Path(max_length=80, description="Mã hồ sơ hoặc định danh / dossier code or id.")
]


@router.get(
    "/{dossier}",
    operation_id="get_clock",
    summary="Đồng hồ thời hạn của hồ sơ / a dossier's clock and its ledger",
)
async def get_clock(
    dossier: Reference, principal: Watcher, database: Databases, now: Now
) -> ClockView:
    """State, due date, time used and left, verdicts, ledger."""
    async with database.statements() as connection:
        return clock_view(await watching.watch(connection, dossier, principal), now)


@router.get(
    "/{dossier}/explanation",
    operation_id="explain_clock",
    summary="Giải thích ngày hẹn trả từng ngày / why the dossier is due when it is",
)
async def explain_clock(
    dossier: Reference, principal: Watcher, database: Databases
) -> ExplanationView:
    """Each stretch and day that counted or did not, with pauses and decrees."""
    async with database.statements() as connection:
        watched = await watching.watch(connection, dossier, principal)
    return explanation_view(watched, stretches(watched), changes(watched))
