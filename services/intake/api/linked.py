"""Routes of linked lives: the dossiers of procedures that are done together."""

from fastapi import APIRouter, Response

from services.intake.api.transitions import COUNTER
from services.intake.desk import AtDesk
from services.intake.linked import linking, progress
from services.intake.schemas.processing import ChildrenIn, LinkedView, PartStartIn
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey

router = APIRouter(prefix="/v1/dossiers/{dossier}/children", tags=["linked"])


@router.post(
    "",
    operation_id="link_dossier",
    summary="Mở hồ sơ liên thông",
    status_code=201,
    dependencies=[COUNTER],
    response_model=LinkedView,
)
async def link_dossier(
    dossier: str,
    session: Transaction,
    desk: AtDesk,
    once: OncePerKey,
    said: ChildrenIn | None = None,
) -> Response:
    """Begin the parts of a linked group: all at once, or each after its former."""
    asked = said or ChildrenIn()
    return await once(session, lambda: linking.link(session, desk, dossier, asked), status=201)


@router.post(
    "/{member}/start",
    operation_id="start_linked_part",
    summary="Mở hồ sơ của một phần liên thông",
    dependencies=[COUNTER],
    response_model=LinkedView,
)
async def start_linked_part(
    *,
    dossier: str,
    member: str,
    session: Transaction,
    desk: AtDesk,
    once: OncePerKey,
    said: PartStartIn | None = None,
) -> Response:
    """Begin a part by hand that could not begin by itself."""
    asked = said or PartStartIn()
    return await once(session, lambda: linking.start_part(session, desk, dossier, member, asked))


@router.get("", operation_id="get_linked_life", summary="Hồ sơ liên thông và các phần của nó")
async def get_linked_life(dossier: str, session: Reading, desk: AtDesk) -> LinkedView:
    """The parts of a linked life, and how far each is."""
    return await progress.show(session, desk, dossier)
