"""HTTP routes of the survey."""

from calendar import monthrange
from datetime import date
from typing import Annotated, cast

from fastapi import APIRouter, Path, Query, Request

from services.survey import answers, instruments, invitations, scores, tokens
from services.survey.instruments import Instrument
from services.survey.models import Invitation
from services.survey.schemas import (
    InvitationView,
    ScoreLine,
    ScoresView,
    Slip,
    SlipTaken,
    SlipView,
)
from services.survey.scores import Asked, GroupBy
from services.survey.settings import SurveySettings
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.identity import Caller, Role, requires
from shared.paging import PAGE_SIZE_DEFAULT, Cursor, Limit, Page

router = APIRouter(prefix="/v1/surveys", responses=PROBLEM_RESPONSES)

Token = Annotated[str, Path(max_length=100, description="Mã trong liên kết hoặc mã QR của phiếu.")]
Dossier = Annotated[
    str,
    Query(max_length=64, pattern=r"^[A-Za-z0-9.\-]+$", description="Mã hồ sơ, hoặc định danh."),
]
AgencyCode = Annotated[
    str | None,
    Query(max_length=64, pattern=r"^[A-Z0-9.]+$", description="Cơ quan và mọi cơ quan dưới nó."),
]


@router.get(
    "/instruments",
    operation_id="list_instruments",
    tags=["surveys"],
    summary="Mẫu phiếu đánh giá đã công bố / published slips",
)
async def list_instruments(_: Caller) -> Page[Instrument]:
    """Every published version, whole."""
    return Page(items=list(instruments.published()), next=None)


@router.get(
    "/invitations",
    operation_id="list_invitations",
    tags=["surveys"],
    summary="Lời mời đánh giá của một hồ sơ / a dossier's invitations",
    dependencies=[requires(Role.COUNTER, Role.PORTAL, Role.LEADER)],
)
async def list_invitations(
    request: Request, principal: Caller, session: Reading, dossier: Dossier
) -> Page[InvitationView]:
    """With the link that the slip's QR code carries."""
    found = await invitations.list_of_dossier(session, principal, dossier)
    key = tokens.secret_of(_settings(request).kernel)
    return Page(items=[_invitation(key, invitation) for invitation in found], next=None)


@router.get(
    "/invitations/{token}",
    operation_id="get_slip",
    tags=["surveys"],
    summary="Xem phiếu đánh giá / see the slip to fill in",
)
async def get_slip(token: Token, session: Reading, now: Now) -> SlipView:
    """Public: the link is the right to answer, once."""
    invitation = await invitations.get(session, token)
    procedure_name, agency_name = await invitations.names(session, invitation)
    return SlipView(
        instrument=instruments.get(invitation.instrument, invitation.instrument_version),
        procedure=invitation.procedure,
        procedure_name=procedure_name,
        agency=invitation.agency,
        agency_name=agency_name,
        expires_at=invitation.expires_at,
        answered=invitation.answered_on is not None,
        expired=now >= invitation.expires_at,
    )


@router.post(
    "/invitations/{token}",
    operation_id="answer_slip",
    tags=["surveys"],
    summary="Gửi phiếu đánh giá / send the filled slip",
    status_code=201,
)
async def answer_slip(
    request: Request, token: Token, slip: Slip, session: Transaction, now: Now
) -> SlipTaken:
    """Counted once and kept apart from the person; a second one is refused (409)."""
    identity = tokens.answer_id(tokens.secret_of(_settings(request).kernel), token)
    answered_at = await answers.give(session, token, slip.choices, identity=identity, now=now)
    return SlipTaken(answered_at=answered_at)


@router.get(
    "/scores",
    operation_id="list_scores",
    tags=["surveys"],
    summary="Kết quả đánh giá / survey results",
    dependencies=[requires(Role.REPORTER, Role.LEADER)],
)
async def list_scores(
    *,
    request: Request,
    principal: Caller,
    session: Reading,
    from_: Annotated[date, Query(alias="from", description="Tính cả tháng chứa ngày này.")],
    to: Annotated[date, Query(description="Tính cả tháng chứa ngày này.")],
    agency: AgencyCode = None,
    group_by: GroupBy = GroupBy.AGENCY,
    after: Cursor = None,
    limit: Limit = PAGE_SIZE_DEFAULT,
) -> ScoresView:
    """By the month in which people answered; groups with too few slips are not shown."""
    asked = Asked(principal, agency, from_.replace(day=1), to.replace(day=1), group_by)
    asked.guard()
    slips_min = _settings(request).slips_shown_min
    lines, following = await scores.list_lines(
        session, asked, slips_min=slips_min, after=after, limit=limit
    )
    total = await scores.get_total(session, asked, slips_min=slips_min)
    return ScoresView(
        agency=agency,
        from_=asked.first_month,
        to=to.replace(day=monthrange(to.year, to.month)[1]),
        group_by=group_by,
        slips_shown_min=slips_min,
        items=[ScoreLine.model_validate(line) for line in lines],
        total=ScoreLine.model_validate(total),
        next=following,
    )


def _settings(request: Request) -> SurveySettings:
    return cast(SurveySettings, request.app.state.settings)


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
        answered=invitation.answered_on is not None,
        token=token,
        link=f"/v1/surveys/invitations/{token}",
    )
