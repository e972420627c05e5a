"""The route of public tracking; it needs no token, and nothing it is told stands in a URL."""

from fastapi import APIRouter, Request, Response

from services.intake.desk import Resources
from services.intake.schemas.tracking import Progress, TrackingIn
from services.intake.tracking import progress
from shared.clock import Now
from shared.database import Databases

router = APIRouter(prefix="/v1/tracking", tags=["tracking"])


@router.post("", operation_id="track_dossier", summary="Tra cứu tiến độ hồ sơ / track a dossier")
async def track_dossier(
    asked: TrackingIn, request: Request, response: Response, database: Databases, now: Now
) -> Progress:
    """Progress without personal data, for the code and a check; too many wrong checks wait."""
    resources: Resources = request.app.state.intake
    told = await progress.track(database, resources, asked, now)
    response.headers["Cache-Control"] = "no-store"
    return told
