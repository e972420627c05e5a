"""Routes of invitations and of the slips that they open."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request

from services.survey import invitations, tokens
from services.survey.admission import bounded
from services.survey.api import slips
from services.survey.api.settings import settings_of
from services.survey.schemas.invitations import (
    InvitationView,
    Slip,
    SlipLink,
    SlipTaken,
    SlipView,
)
from services.survey.sources import source_of
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
    principal: Caller, session: Reading, dossier: Dossier
) -> Page[InvitationView]:
    """That somebody was invited, not whether they answered."""
    found = await invitations.list_of_dossier(session, principal, dossier)
    return Page(items=[InvitationView.model_validate(one) for one in found], next=None)


@router.post(
    "/invitations/{invitation}/handing",
    operation_id="hand_slip_out",
    summary="Lấy liên kết để trao cho người dân / the link for the applicant",
    status_code=201,
    dependencies=[requires(Role.COUNTER, Role.PORTAL, Role.LEADER)],
)
async def hand_slip_out(
    request: Request, invitation: UUID, principal: Caller, session: Transaction, now: Now
) -> SlipLink:
    """Given once, to be printed or passed on; nobody can look it up again."""
    handed = await invitations.hand_out(session, principal, invitation, now)
    token = tokens.token(tokens.secret_of(settings_of(request).kernel), handed.id)
    return SlipLink(
        token=token, link=f"/v1/surveys/invitations/{token}", expires_at=handed.expires_at
    )


@router.get(
    "/invitations/{token}",
    operation_id="get_slip",
    summary="Xem phiếu đánh giá / see the slip to fill in",
    dependencies=[bounded("slips")],
)
async def get_slip(token: Token, session: Reading, now: Now) -> SlipView:
    """Public: the link is the right to answer, once."""
    invitation = await invitations.get(session, token)
    return await slips.shown(session, invitation, now)


@router.post(
    "/invitations/{token}",
    operation_id="answer_slip",
    summary="Gửi phiếu đánh giá / send the filled slip",
    status_code=201,
    dependencies=[bounded("slips")],
)
async def answer_slip(
    *,
    request: Request,
    token: Token,
    slip: Slip,
    session: Transaction,
    now: Now,
) -> SlipTaken:
    """Counted once and kept apart from the person; a second one is refused (409)."""
    source = await source_of(request, now)
    await slips.admit(request, source, now)
    return await slips.take(request, session, token, slip.choices, now=now, source=source)
