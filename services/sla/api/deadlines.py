"""The route that simulates a due date; public, and nothing is written."""

from typing import cast

import asyncpg
from fastapi import APIRouter, Request

from services.sla import deadlines
from services.sla.deadlines import Choice, Simulated
from services.sla.schemas.deadlines import SimulationRequest, SimulationView, simulation_view
from services.sla.settings import SlaSettings
from shared.database import Databases

router = APIRouter(tags=["deadlines"])


@router.post(
    "/v1/deadlines:simulate",
    operation_id="simulate_deadline",
    summary="Tính thử ngày hẹn trả / simulate a due date",
)
async def simulate_deadline(
    simulation: SimulationRequest, request: Request, database: Databases
) -> SimulationView:
    """What would be promised for a receipt at that moment, and why."""
    settings = cast(SlaSettings, request.app.state.settings)
    async with database.statements() as connection:
        simulated = await _simulate(connection, simulation, settings.default_calendar)
    return simulation_view(simulated)


async def _simulate(
    connection: asyncpg.Connection, simulation: SimulationRequest, default_calendar: str
) -> Simulated:
    received_at, asked = simulation.received_at, simulation.asks()
    if isinstance(asked, Choice):
        return await deadlines.simulate_procedure(connection, received_at, asked, default_calendar)
    version = simulation.calendar_version
    return await deadlines.simulate_limit(connection, received_at, *asked, version)
