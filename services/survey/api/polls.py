"""Routes of polls."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.survey import tokens
from services.survey.admission import bounded
from services.survey.api.settings import settings_of
from services.survey.polls import polls, votes
from services.survey.schemas.polls import PollIn, PollView, VisitorView, VoteIn
from shared.clock import Now
from shared.database import Databases, Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1", tags=["polls"], responses=PROBLEM_RESPONSES)

OWNER = requires(Role.LEADER, Role.OPERATOR)
Site = Annotated[str | None, Query(max_length=80, pattern=r"^[a-z0-9.\-]+$")]


@router.get(
    "/polls",
    operation_id="list_polls",
    summary="Các bình chọn đang mở / open polls",
    dependencies=[bounded("reading")],
)
async def list_polls(
    *, session: Reading, now: Now, site: Site = None, after: Cursor = None, limit: Limit = 50
) -> Page[PollView]:
    """Public; newest first."""
    found, following = await polls.list_of_site(session, site, now, after=after, limit=limit)
    return Page(items=found, next=following)


@router.get(
    "/polls/{poll}",
    operation_id="get_poll",
    summary="Một bình chọn / one poll",
    dependencies=[bounded("reading")],
)
async def get_poll(poll: UUID, session: Reading, now: Now) -> PollView:
    """Public; figures as the poll shows them."""
    return await polls.show(session, poll, now)


@router.post(
    "/polls",
    operation_id="open_poll",
    summary="Mở bình chọn / open a poll",
    status_code=201,
    response_model=PollView,
    dependencies=[OWNER],
)
async def open_poll(
    given: PollIn, principal: Caller, session: Transaction, now: Now, once: OncePerKey
) -> Response:
    """Its question and options stay as they are."""
    return await once(session, lambda: polls.open_one(session, principal, given, now), status=201)


@router.post(
    "/polls/{poll}/closing",
    operation_id="close_poll",
    summary="Đóng bình chọn / close a poll",
    response_model=PollView,
    dependencies=[OWNER],
)
async def close_poll(
    poll: UUID, principal: Caller, session: Transaction, now: Now, once: OncePerKey
) -> Response:
    """No votes are taken from now on."""
    return await once(session, lambda: polls.close(session, principal, poll, now))


@router.post(
    "/polls/{poll}/votes",
    operation_id="vote",
    summary="Bình chọn / vote",
    status_code=204,
    dependencies=[bounded("votes")],
)
async def vote(
    poll: UUID, given: VoteIn, request: Request, database: Databases, now: Now
) -> Response:
    """Public: one vote per visitor's token."""
    key = tokens.secret_of(settings_of(request).kernel)
    async with database.statements() as connection:
        await votes.cast(connection, key, poll, option=given.option, visitor=given.visitor, now=now)
    return Response(status_code=204)


@router.post(
    "/visitors",
    operation_id="welcome_visitor",
    summary="Cấp mã lượt truy cập / a visitor's token",
    status_code=201,
    dependencies=[bounded("votes")],
)
async def welcome_visitor(request: Request, database: Databases, now: Now) -> VisitorView:
    """Public; the portal keeps it for its visitor."""
    key = tokens.secret_of(settings_of(request).kernel)
    async with database.statements() as connection:
        return VisitorView(visitor=await votes.welcome(connection, key, now))
