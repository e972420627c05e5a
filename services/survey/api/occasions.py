"""Routes of the occasions to invite."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.survey.occasions import registry
from services.survey.schemas.occasions import OccasionEnd, OccasionIn, OccasionView
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Page

router = APIRouter(prefix="/v1/surveys/occasions", tags=["surveys"], responses=PROBLEM_RESPONSES)

DECIDING = requires(Role.CATALOGUE, Role.LEADER)


@router.get(
    "",
    operation_id="list_occasions",
    summary="Khi nào mời đánh giá / when people are invited",
    dependencies=[requires(Role.CATALOGUE, Role.LEADER, Role.COUNTER, Role.REPORTER)],
)
async def list_occasions(principal: Caller, session: Reading, now: Now) -> Page[OccasionView]:
    """Built-in rules first; the nearest to a dossier's agency is the one that counts."""
    return Page(items=list(await registry.list_of(session, principal, now)), next=None)


@router.post(
    "",
    operation_id="define_occasion",
    summary="Đặt quy tắc mời đánh giá / define when people are invited",
    status_code=201,
    response_model=OccasionView,
    dependencies=[DECIDING],
)
async def define_occasion(
    given: OccasionIn, principal: Caller, session: Transaction, now: Now, once: OncePerKey
) -> Response:
    """For an agency and all below it, from today on at the earliest."""
    return await once(session, lambda: registry.define(session, principal, given, now), status=201)


@router.post(
    "/{occasion}:end",
    operation_id="end_occasion",
    summary="Chấm dứt một quy tắc / end a rule",
    response_model=OccasionView,
    dependencies=[DECIDING],
)
async def end_occasion(
    *,
    occasion: UUID,
    given: OccasionEnd,
    principal: Caller,
    session: Transaction,
    now: Now,
    once: OncePerKey,
) -> Response:
    """It holds until that day, which is today or later."""
    return await once(session, lambda: registry.end(session, principal, occasion, given, now))
