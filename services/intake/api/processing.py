"""Routes of work among officers: steps held, taken, confirmed and given, and opinions."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import opinions
from services.intake.api.transitions import LEADER, OFFICER, WORKER, Transit
from services.intake.desk import AtDesk, Desk
from services.intake.processing import handing, showing
from services.intake.schemas.actions import AssignIn, ClaimIn, ConfirmIn
from services.intake.schemas.processing import AnswerIn, OpinionIn, OpinionsView, StepsView
from services.intake.schemas.views import DossierView
from shared.database import Reading

router = APIRouter(prefix="/v1/dossiers/{dossier}", tags=["processing"])

OpinionNumber = Annotated[int, Path(ge=1, le=opinions.OPINIONS_MAX)]


@router.get("/steps", operation_id="get_dossier_steps", summary="Các bước xử lý của hồ sơ")
async def get_dossier_steps(dossier: str, session: Reading, desk: AtDesk) -> StepsView:
    """What the process prescribes, what is done, and who holds what is open."""
    return await showing.steps(session, desk, dossier)


@router.post(
    "/claim",
    operation_id="claim_step",
    summary="Nhận việc",
    dependencies=[WORKER],
    response_model=DossierView,
)
async def claim_step(transit: Transit, said: ClaimIn | None = None) -> Response:
    """Take a step that lies with the unit; who takes it has received it."""
    return await transit.make(handing.claim, said or ClaimIn())


@router.post(
    "/confirmation",
    operation_id="confirm_handover",
    summary="Xác nhận nhận bàn giao",
    dependencies=[WORKER],
    response_model=DossierView,
)
async def confirm_handover(transit: Transit, said: ConfirmIn | None = None) -> Response:
    """Confirm that a step was received; until then it lies with the giver."""
    return await transit.make(handing.confirm, said or ConfirmIn())


@router.post(
    "/assignment",
    operation_id="assign_step",
    summary="Phân công cán bộ",
    dependencies=[LEADER],
    response_model=DossierView,
)
async def assign_step(transit: Transit, said: AssignIn) -> Response:
    """Give an open step to an officer, as the head of the unit does."""
    return await transit.make(handing.assign, said)


@router.post(
    "/opinions",
    operation_id="ask_opinion",
    summary="Lấy ý kiến cơ quan khác",
    dependencies=[OFFICER],
    response_model=DossierView,
)
async def ask_opinion(transit: Transit, said: OpinionIn) -> Response:
    """Ask another agency; the dossier's own limit runs on."""
    return await transit.make(opinions.ask, said)


@router.get("/opinions", operation_id="list_opinions", summary="Ý kiến của các cơ quan")
async def list_opinions(dossier: str, session: Reading, desk: AtDesk) -> OpinionsView:
    """Every question to another agency, its answer, and whether it was late."""
    return await opinions.show(session, desk, dossier)


@router.post(
    "/opinions/{number}/answer",
    operation_id="give_opinion",
    summary="Trả lời ý kiến",
    dependencies=[OFFICER],
    response_model=DossierView,
)
async def give_opinion(transit: Transit, number: OpinionNumber, said: AnswerIn) -> Response:
    """Answer for the agency that was asked."""

    async def give(
        session: AsyncSession, desk: Desk, reference: str, given: AnswerIn
    ) -> DossierView:
        return await opinions.give(session, desk, reference, number, given)

    return await transit.make(give, said)
