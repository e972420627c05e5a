"""What officers do with petitions."""

from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.survey.petitions import figures, handling, reading, receiving
from services.survey.petitions.desk import AtDesk
from services.survey.petitions.handling import Handling
from services.survey.petitions.lifecycle import Status
from services.survey.schemas.petitions import (
    AcceptanceIn,
    NoteIn,
    PetitionDetail,
    PetitionFigures,
    PetitionIn,
    PetitionTaken,
    PetitionView,
    PublicationIn,
    ResolutionIn,
    TransferIn,
)
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

G = TypeVar("G")
router = APIRouter(prefix="/v1", tags=["petitions"], responses=PROBLEM_RESPONSES)

OFFICER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER)
HEAD = requires(Role.LEADER, Role.SPECIALIST)
AgencyCode = Annotated[str | None, Query(max_length=64, pattern=r"^[A-Z0-9.]+$")]


@router.post(
    "/petitions:record",
    operation_id="record_petition",
    summary="Ghi nhận phản ánh, kiến nghị / write a petition down",
    status_code=201,
    response_model=PetitionTaken,
    dependencies=[OFFICER],
)
async def record_petition(
    given: PetitionIn, who: Caller, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """From the hotline, the letter box, a dialogue or the counter."""
    return await once(session, lambda: receiving.take(session, desk, given, who), status=201)


@router.get(
    "/petitions",
    operation_id="list_petitions",
    summary="Danh sách phản ánh, kiến nghị / petitions",
    dependencies=[OFFICER],
)
async def list_petitions(
    *,
    who: Caller,
    session: Reading,
    desk: AtDesk,
    agency: AgencyCode = None,
    status: Status | None = None,
    overdue: bool = False,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[PetitionView]:
    """Of the caller's agencies, newest first."""
    found, following = await reading.list_of(
        session,
        who,
        desk.now,
        agency=agency,
        status=status,
        overdue=overdue,
        after=after,
        limit=limit,
    )
    return Page(items=found, next=following)


@router.get(
    "/petitions/{petition}",
    operation_id="get_petition",
    summary="Một phản ánh, kiến nghị / one petition",
    dependencies=[OFFICER],
)
async def get_petition(
    petition: UUID, who: Caller, session: Reading, desk: AtDesk
) -> PetitionDetail:
    """With its words and steps; numbers of the person are masked."""
    return await reading.detail(session, desk, who, petition)


@router.get(
    "/reports/petitions",
    operation_id="report_petitions",
    summary="Số liệu phản ánh, kiến nghị / figures of petitions",
    dependencies=[requires(Role.REPORTER, Role.LEADER)],
)
async def report_petitions(
    *,
    who: Caller,
    session: Reading,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
    agency: AgencyCode = None,
) -> PetitionFigures:
    """Of an agency and those below it; both days are in the period."""
    return await figures.count(session, who, agency, first, last)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an officer on one petition, under their key."""

    petition: UUID
    who: Caller
    session: Transaction
    desk: AtDesk
    once: OncePerKey

    async def __call__(self, do: Handling[G], given: G) -> Response:
        """Do it, or give the answer that was kept; raises NotFound, Conflict, Unprocessable."""

        async def acted() -> PetitionView:
            petition = await handling.locked(self.session, self.who, self.petition)
            await do(self.session, self.desk, self.who, petition, given)
            return reading.view(petition, self.desk.now)

        return await self.once(self.session, acted)


Acting = Annotated[Act, Depends()]


@router.post(
    "/petitions/{petition}/acceptance",
    operation_id="accept_petition",
    summary="Tiếp nhận xử lý / take a petition up",
    response_model=PetitionView,
    dependencies=[HEAD],
)
async def accept_petition(given: AcceptanceIn, act: Acting) -> Response:
    """The time to answer runs from now on."""
    return await act(handling.accept, given)


@router.post(
    "/petitions/{petition}/refusal",
    operation_id="refuse_petition",
    summary="Không tiếp nhận / do not take it up",
    response_model=PetitionView,
    dependencies=[HEAD],
)
async def refuse_petition(given: NoteIn, act: Acting) -> Response:
    """With the reason."""
    return await act(handling.refuse, given)


@router.post(
    "/petitions/{petition}/question",
    operation_id="ask_petitioner",
    summary="Đề nghị bổ sung thông tin / ask for more",
    response_model=PetitionView,
    dependencies=[HEAD],
)
async def ask_petitioner(given: NoteIn, act: Acting) -> Response:
    """Until the petitioner answers no time runs."""
    return await act(handling.ask, given)


@router.post(
    "/petitions/{petition}/transfer",
    operation_id="transfer_petition",
    summary="Chuyển cơ quan có thẩm quyền / pass it on",
    response_model=PetitionView,
    dependencies=[HEAD],
)
async def transfer_petition(given: TransferIn, act: Acting) -> Response:
    """The other agency has its whole time."""
    return await act(handling.transfer, given)


@router.post(
    "/petitions/{petition}/resolution",
    operation_id="resolve_petition",
    summary="Trả lời / answer it",
    response_model=PetitionView,
    dependencies=[HEAD],
)
async def resolve_petition(given: ResolutionIn, act: Acting) -> Response:
    """On time or late by date."""
    return await act(handling.resolve, given)


@router.post(
    "/petitions/{petition}/publication",
    operation_id="publish_petition",
    summary="Công khai câu trả lời / publish the answer",
    response_model=PetitionView,
    dependencies=[HEAD],
)
async def publish_petition(given: PublicationIn, act: Acting) -> Response:
    """In words that name nobody."""
    return await act(handling.publish, given)


@router.post(
    "/petitions/{petition}/withdrawal",
    operation_id="withdraw_petition",
    summary="Người gửi rút / the petitioner takes it back",
    response_model=PetitionView,
    dependencies=[HEAD],
)
async def withdraw_petition(given: NoteIn, act: Acting) -> Response:
    """With what the petitioner said."""
    return await act(handling.withdraw, given)
