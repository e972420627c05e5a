"""Routes of links that carriers take to people."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.survey.carriers import desk
from services.survey.schemas.sendings import SendingIn, SendingView
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Page

router = APIRouter(
    prefix="/v1/surveys/invitations/{invitation}/sendings",
    tags=["surveys"],
    responses=PROBLEM_RESPONSES,
    dependencies=[requires(Role.COUNTER, Role.PORTAL, Role.LEADER)],
)


@router.post(
    "",
    operation_id="send_slip_link",
    summary="Gửi liên kết đánh giá / send the link to an address",
    status_code=202,
    response_model=SendingView,
)
async def send_slip_link(
    *,
    request: Request,
    invitation: UUID,
    given: SendingIn,
    principal: Caller,
    session: Transaction,
    now: Now,
    once: OncePerKey,
) -> Response:
    """The same right as handing it out; an undeliverable link may be handed out again."""
    state = request.app.state
    return await once(
        session,
        lambda: desk.enqueue(
            session,
            principal,
            invitation,
            given,
            carriers=state.carriers,
            vault=state.vault,
            now=now,
        ),
        status=202,
    )


@router.get(
    "",
    operation_id="list_slip_sendings",
    summary="Việc gửi liên kết / what became of sendings",
)
async def list_slip_sendings(
    invitation: UUID, principal: Caller, session: Reading
) -> Page[SendingView]:
    """Newest first, without addresses."""
    return Page(items=list(await desk.list_of(session, principal, invitation)), next=None)
