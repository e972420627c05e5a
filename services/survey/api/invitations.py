"""Routes of invitations and of the slips that they open."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from services.survey import answers, invitations, tokens
from services.survey.api.settings import settings_of
from services.survey.instruments import registry
from services.survey.models import Invitation
from services.survey.schemas.invitations import InvitationView, Slip, SlipTaken, SlipView
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.identity import Caller, Role, requires
from shared.paging import Page

router = APIRouter(prefix="/v1/surveys", tags=["surveys"], responses=PROBLEM_RESPONSES)

Token = Annotated[str, Path(max_length=100, description="Mã trong liên kết hoặc mã QR của phiếu.")]
Dossier = Annotated[
    str,
    Query(max_length=64, pattern=r"^[A-Za-z0-9.\-]+$", description="Mã hồ sơ, hoặc định danh."),
]


@router.get(
    "/invitations",
    operation_id="list_invitations",
    summary="Lời mời đánh giá của một hồ sơ / a dossier's invitations",
    dependencies=[requires(Role.COUNTER, Role.PORTAL, Role.LEADER)],
)
async def list_invitations(
    request: Request, principal: Caller, session: Reading, dossier: Dossier
) -> Page[InvitationView]:
    """With the link that the slip's QR code carries."""
    found = await invitations.list_of_dossier(session, principal, dossier)
    key = tokens.secret_of(settings_of(request).kernel)
    return Page(items=[_invitation(key, invitation) for invitation in found], next=None)


@router.get(
    "/invitations/{token}",
    operation_id="get_slip",
    summary="Xem phiếu đánh giá / see the slip to fill in",
)
async def get_slip(token: Token, session: Reading, now: Now) -> SlipView:
    """Public: the link is the right to answer, once."""
    invitation = await invitations.get(session, token)
    procedure_name, agency_name = await invitations.names(session, invitation)
    instrument = await registry.find(session, invitation.instrument, invitation.instrument_version)
    return SlipView(
        instrument=instrument,
        procedure=invitation.procedure,
        procedure_name=procedure_name,
        agency=invitation.agency,
        agency_name=agency_name,
        expires_at=invitation.expires_at,
        answered=invitation.used,
        expired=now >= invitation.expires_at,
    )


@router.post(
    "/invitations/{token}",
    operation_id="answer_slip",
    summary="Gửi phiếu đánh giá / send the filled slip",
    status_code=201,
)
async def answer_slip(
    request: Request, token: Token, slip: Slip, session: Transaction, now: Now
) -> SlipTaken:
    """Counted once and kept apart from the person; a second one is refused (409)."""
    identity = tokens.answer_id(tokens.secret_of(settings_of(request).kernel), token)
    answered_at = await answers.give(
        session, token, slip.choices, identity=identity, now=now, vault=request.app.state.vault
    )
    return SlipTaken(answered_at=answered_at)


def _invitation(key: bytes, invitation: Invitation) -> InvitationView:
    token = tokens.token(key, invitation.id)
    return InvitationView(
        id=invitation.id,
        dossier=invitation.dossier,
        dossier_code=invitation.dossier_code,
        agency=invitation.agency,
        procedure=invitation.procedure,
        instrument=invitation.instrument,
        instrument_version=invitation.instrument_version,
        invited_at=invitation.invited_at,
        expires_at=invitation.expires_at,
        answered=invitation.used,
        token=token,
        link=f"/v1/surveys/invitations/{token}",
    )
