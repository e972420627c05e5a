"""Routes of originals that are held and given back."""

from fastapi import APIRouter, Response

from services.intake import originals
from services.intake.desk import AtDesk
from services.intake.schemas.originals import DossierOriginals, OriginalsReturnIn
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires

router = APIRouter(prefix="/v1/dossiers/{dossier}", tags=["dossiers"])

GIVER = requires(Role.COUNTER, Role.POSTAL)


@router.get("/originals", operation_id="get_originals", summary="Bản chính đang giữ")
async def get_originals(dossier: str, session: Reading, desk: AtDesk) -> DossierOriginals:
    """Which originals are held, and which were given back when."""
    return await originals.show(session, desk, dossier)


@router.post(
    "/originals-returns",
    operation_id="return_originals",
    summary="Trả lại bản chính",
    status_code=201,
    dependencies=[GIVER],
    response_model=DossierOriginals,
)
async def return_originals(
    dossier: str, given: OriginalsReturnIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Give originals back, to the owner or to whoever bears their power of attorney."""
    return await once(
        session, lambda: originals.give_back(session, desk, dossier, given), status=201
    )
