"""What needs no token: sending a petition, following it by its secret, reading answers."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.survey.admission import bounded
from services.survey.petitions import reading, receiving, tracking
from services.survey.petitions.desk import AtDesk
from services.survey.schemas.petitions import (
    PetitionIn,
    PetitionTaken,
    ProgressView,
    PublishedView,
    RatingIn,
    SupplyIn,
    TrackIn,
)
from shared.database import Databases, Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1", tags=["petitions"], responses=PROBLEM_RESPONSES)

Words = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]


@router.post(
    "/petitions",
    operation_id="send_petition",
    summary="Gửi phản ánh, kiến nghị / send a petition",
    status_code=201,
    dependencies=[bounded("petitions")],
)
async def send_petition(
    given: PetitionIn, session: Transaction, database: Databases, desk: AtDesk
) -> PetitionTaken:
    """Public; code and secret together show how it goes on."""
    async with database.statements() as connection:
        await tracking.admit_new(connection, desk.now)
    return await receiving.take(session, desk, given, None)


@router.post(
    "/petitions:track",
    operation_id="track_petition",
    summary="Theo dõi phản ánh, kiến nghị / how a petition goes on",
    dependencies=[bounded("petitions")],
)
async def track_petition(
    given: TrackIn, session: Reading, database: Databases, desk: AtDesk
) -> ProgressView:
    """Public: by code and secret."""
    async with database.statements() as connection:
        await tracking.admit(connection, desk.vault, given.code, desk.now)
    petition = await tracking.find(session, desk, given.code, given.secret)
    return tracking.progress(desk, petition)


@router.post(
    "/petitions:supply",
    operation_id="supply_petition",
    summary="Bổ sung thông tin / give what was asked for",
    dependencies=[bounded("petitions")],
)
async def supply_petition(
    given: SupplyIn, session: Transaction, database: Databases, desk: AtDesk
) -> ProgressView:
    """Public: the time to answer runs again."""
    async with database.statements() as connection:
        await tracking.admit(connection, desk.vault, given.code, desk.now)
    return await tracking.supply(session, desk, given)


@router.post(
    "/petitions:rate",
    operation_id="rate_petition",
    summary="Đánh giá câu trả lời / judge the answer",
    dependencies=[bounded("petitions")],
)
async def rate_petition(
    given: RatingIn, session: Transaction, database: Databases, desk: AtDesk
) -> ProgressView:
    """Public, once."""
    async with database.statements() as connection:
        await tracking.admit(connection, desk.vault, given.code, desk.now)
    return await tracking.rate(session, desk, given)


@router.get(
    "/petitions/published",
    operation_id="list_published_petitions",
    summary="Phản ánh, kiến nghị đã công khai / published answers",
    dependencies=[bounded("reading")],
)
async def list_published_petitions(
    *, session: Reading, words: Words = None, after: Cursor = None, limit: Limit = 50
) -> Page[PublishedView]:
    """Public; newest first."""
    found, following = await reading.published(session, words=words, after=after, limit=limit)
    return Page(items=found, next=following)
