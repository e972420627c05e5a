"""The route that files a day's batch."""

from fastapi import APIRouter

from services.intake import batches
from services.intake.desk import AtDesk
from services.intake.filing_rules import FILERS
from services.intake.schemas.batches import BatchIn, BatchResult
from shared.identity import requires

router = APIRouter(prefix="/v1", tags=["dossiers"])


@router.post(
    "/dossiers:batch",
    operation_id="file_dossiers",
    summary="Nộp nhiều hồ sơ / file a batch",
    dependencies=[requires(*FILERS)],
)
async def file_dossiers(given: BatchIn, desk: AtDesk) -> BatchResult:
    """File up to 200 dossiers, each under its own key; sent again, each gets its answer again.

    One that is refused spoils no other, and can be sent again under its key once it is mended.
    """
    return BatchResult(items=await batches.file_all(desk, given.items))
